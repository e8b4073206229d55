import { z } from 'zod'
import { openLink, pageOf, saidIn, show } from '../customer-page/answer.ts'
import { defineRoute } from '../route.ts'

const Params = z.object({ token: z.string() })

/** A customer opens the link under which they choose. Opening it changes nothing: programs open links too, to look at them. */
export const customerQuestion = defineRoute({
  method: 'GET',
  path: '/choice/:token',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, call) {
    const { question, page } = await openLink(context, call.request, Params.parse(call.request.params).token)
    if (question === null) return show(call, page, null)
    // of one who chose another language meanwhile
    const marked = saidIn(call.request, 'choice')
    return show(call, await pageOf(context, question, { problem: null, marked }), question.row.locale)
  },
})
