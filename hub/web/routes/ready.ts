import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** Whether the hub can work: its database answers and takes writes. */
export const ready = defineRoute({
  method: 'GET',
  path: '/readyz',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler({ db, world, storage }, { reply }) {
    const problem = storage()
    if (problem !== null) {
      reply.code(503)
      const since = new Date(problem.since).toISOString()
      return { status: `the hub cannot store: ${problem.code}, since ${since}` }
    }
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
