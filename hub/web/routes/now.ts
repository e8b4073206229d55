import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** Everything that the first page shows. */
export const now = defineRoute({
  method: 'GET',
  path: '/api/now',
  role: 'viewer',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, { reply }) {
    reply.header('cache-control', 'no-store')
    return context.readNow()
  },
})
