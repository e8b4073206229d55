import { z } from 'zod'
import { languageOf } from '../../checks/words/word.ts'
import { withoutLinks } from '../../pickups/customer-choice/links.ts'
import { defineRoute } from '../route.ts'

/** Everything that the first page shows. Links under which customers choose are for owners: viewers only read. */
export const now = defineRoute({
  method: 'GET',
  path: '/api/now',
  role: 'viewer',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, { request, reply, account }) {
    reply.header('cache-control', 'no-store').header('vary', 'accept-language, accept-encoding')
    const view = await context.readNow(languageOf(request.headers['accept-language']))
    if (account?.role === 'owner') return view
    const exceptions = view.exceptions.map(one => ({ ...one, sentence: withoutLinks(one.sentence) }))
    return { ...view, exceptions }
  },
})
