import { z } from 'zod'
import { notSignedIn } from '../mount-routes.ts'
import { defineRoute } from '../route.ts'

/** Who is signed in. */
export const me = defineRoute({
  method: 'GET',
  path: '/api/me',
  role: 'viewer',
  ownPageOnly: false,
  schema: z.null(),
  async handler(_context, { account }) {
    if (account === null) throw notSignedIn({})
    return { user: account.name, role: account.role }
  },
})
