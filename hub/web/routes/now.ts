import { z } from 'zod'
import { languageOf } from '../../checks/words/word.ts'
import { defineRoute } from '../route.ts'

/** Everything that the first page shows. */
export const now = defineRoute({
  method: 'GET',
  path: '/api/now',
  role: 'viewer',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, { request, reply }) {
    reply.header('cache-control', 'no-store').header('vary', 'accept-language, accept-encoding')
    return context.readNow(languageOf(request.headers['accept-language']))
  },
})
