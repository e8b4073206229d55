import { z } from 'zod'
import { notSignedIn } from '../mount-routes.ts'
import { defineRoute } from '../route.ts'

/** Server-sent hints that the first page has changed, for as long as the session lasts. */
export const live = defineRoute({
  method: 'GET',
  path: '/api/live',
  role: 'viewer',
  ownPageOnly: false,
  schema: z.null(),
  async handler({ session, pages }, { request, reply }) {
    const token = session.read(request)
    if (token === null) throw notSignedIn({})
    reply.hijack()
    if (!pages.add(reply.raw, token)) reply.raw.writeHead(503).end()
  },
})
