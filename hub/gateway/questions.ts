import { defineError } from '../../shared/errors.ts'
import type { Frame } from '../../shared/protocol.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { oneAtATime } from '../../shared/turns.ts'

export const tooManyQuestions = defineError(
  'TOO_MANY_QUESTIONS',
  () => 'This till is still looking for something else. Try again in a moment.',
)

/** Staff look one thing up at a time; what they typed meanwhile may wait. */
const MOST_WAITING = 3

type Ask = Extract<Frame, { t: 'ask' }>
type AnswerFrame = Extract<Frame, { t: 'answer' }>

/**
 * Answers what one device asks, one question after the other, without holding up its records. Nothing of it is kept.
 * @param answer never throws: what stops it is in the answer
 */
export function answerQuestions(parts: {
  answer(question: ReturnQuestion): Promise<ReturnAnswer>
  send(frame: AnswerFrame): void
  /** Whether the connection lasts: what it asked before it ended is not looked up any more. */
  isOpen(): boolean
}): { take(ask: Ask): void } {
  const turn = oneAtATime()
  let waiting = 0
  async function answerInTurn({ id, question }: Ask): Promise<void> {
    waiting += 1
    const answer = await turn(async () => (parts.isOpen() ? parts.answer(question) : null))
    waiting -= 1
    if (answer !== null) parts.send({ t: 'answer', id, answer })
  }
  return {
    take(ask) {
      if (waiting < MOST_WAITING) void answerInTurn(ask)
      else {
        const { code, message: sentence } = tooManyQuestions({})
        parts.send({ t: 'answer', id: ask.id, answer: { is: 'problem', code, sentence } })
      }
    },
  }
}
