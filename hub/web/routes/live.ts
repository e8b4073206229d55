import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** Server-sent hints that the first page has changed. */
export const live = defineRoute({
  method: 'GET',
  path: '/api/live',
  role: 'viewer',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, { reply }) {
    reply.hijack()
    if (!context.addPage(reply.raw)) reply.raw.writeHead(503).end()
  },
})
