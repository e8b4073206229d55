import { z } from 'zod'
import { endSession } from '../accounts.ts'
import { defineRoute } from '../route.ts'

/** Ends the caller's own session, if it has one. */
export const logout = defineRoute({
  method: 'POST',
  path: '/api/logout',
  role: 'anyone',
  ownPageOnly: true,
  schema: z.unknown(),
  async handler({ db, session, pages }, { request, reply }) {
    const token = session.read(request)
    if (token !== null) {
      await endSession(db, token)
      pages.end(token)
    }
    session.clear(reply)
    return {}
  },
})
