import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** Whether the process answers at all. */
export const health = defineRoute({
  method: 'GET',
  path: '/healthz',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  handler: async () => ({ status: 'ok' }),
})
