import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** Whether the hub can work: its database answers. */
export const ready = defineRoute({
  method: 'GET',
  path: '/readyz',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler({ db, world }, { reply }) {
    try {
      await db.selectFrom('setting').select('key').limit(1).execute()
      return { status: 'ready' }
    } catch (error) {
      world.log.error({ error }, 'the database does not answer')
      reply.code(503)
      return { status: 'database unavailable' }
    }
  },
})
