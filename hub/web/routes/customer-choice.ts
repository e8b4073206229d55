import { z } from 'zod'
import { transaction } from '../../db/db.ts'
import { chooseOption } from '../../pickups/customer-choice/choose.ts'
import type { CustomerQuestion } from '../../pickups/customer-choice/questions.ts'
import { openLink, pageOf, show } from '../customer-page/answer.ts'
import { defineRoute } from '../route.ts'

const Params = z.object({ token: z.string() })
/** A form of one field. */
const FORM_BYTES = 2_048

/** Whether something else was chosen before: what is chosen now is not taken, and must not pass for it. */
function isOther({ row: { choice, location } }: CustomerQuestion, text: string): boolean {
  return choice !== null && text !== (choice === 'move' ? `move:${location}` : choice)
}

/** A customer chooses. What is sent again, or after a choice was made, shows what was chosen. */
export const customerChoice = defineRoute({
  method: 'POST',
  path: '/choice/:token',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.unknown(),
  rawBodyBytes: FORM_BYTES,
  async handler(context, call) {
    const { question, page } = await openLink(context, call.request, Params.parse(call.request.params).token)
    if (question === null) return show(call, page, null)
    const { db, world, signals } = context
    const sent = Buffer.isBuffer(call.body) ? call.body.toString('utf8') : ''
    const text = new URLSearchParams(sent).get('choice') ?? ''
    const answered = await transaction(db, tx => chooseOption(tx, question.row.id, text, world.clock.now()))
    if (answered.is === 'unknown') return show(call, { shows: 'unknown' }, null)
    const { store, locale } = answered.question.row
    if (answered.is === 'noted')
      for (const signal of ['commands', 'pickup-writes', 'now'] as const) signals.say(signal, store)
    if (answered.is === 'not-offered') {
      const problem = text === '' ? 'noChoice' : 'notOffered'
      return show(call, await pageOf(context, answered.question, { problem, marked: null }), locale)
    }
    if (answered.is === 'answered' && isOther(answered.question, text))
      return show(call, await pageOf(context, answered.question, { problem: 'before', marked: null }), locale)
    // the answer is a page of its own: loading it again sends nothing again
    // relative: the publicUrl may have a path of which this hub is not told
    const { search } = new URL(call.request.url, 'http://hub')
    void call.reply
      .code(303)
      .header('location', search === '' ? '?' : search)
      .header('cache-control', 'no-store')
    return ''
  },
})
