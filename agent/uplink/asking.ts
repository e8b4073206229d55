import { defineError } from '../../shared/errors.ts'
import type { Frame } from '../../shared/protocol.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { randomId, type World } from '../../shared/world.ts'

export const hubOffline = defineError(
  'HUB_OFFLINE',
  () => 'There is no connection to head office just now. Try again when there is.',
)
export const hubAnswersNothing = defineError(
  'HUB_ANSWERS_NOTHING',
  () => 'The version of the hub can’t look orders up for tills. IT updates it.',
)
export const hubSlow = defineError('HUB_SLOW', () => 'Head office has not answered in time. Try again.')

/** Less than the till page waits for its agent. */
const WAIT_MS = 12_000

/** The questions of one connection that wait for their answers. */
export interface HubQuestions {
  ask(question: ReturnQuestion): Promise<ReturnAnswer>
  answered(frame: Extract<Frame, { t: 'answer' }>): void
  /** The connection has ended: what waits gets no answer. */
  end(): void
}

export function openAsking(
  { timers, random }: Pick<World, 'timers' | 'random'>,
  send: (frame: Extract<Frame, { t: 'ask' }>) => void,
): HubQuestions {
  const waiting = new Map<string, (answer: ReturnAnswer) => void>()
  return {
    ask(question) {
      const id = randomId(random, 'ask')
      return new Promise(resolve => {
        const finish = (answer: ReturnAnswer) => {
          cancel()
          waiting.delete(id)
          resolve(answer)
        }
        const cancel = timers.after(WAIT_MS, () => finish(noAnswer(hubSlow({}))))
        waiting.set(id, finish)
        send({ t: 'ask', id, question })
      })
    },
    answered: ({ id, answer }) => waiting.get(id)?.(answer),
    end() {
      for (const finish of [...waiting.values()]) finish(noAnswer(hubOffline({})))
    },
  }
}

/** Why there is no answer. */
export function noAnswer({
  code,
  message,
}: {
  readonly code: string
  readonly message: string
}): ReturnAnswer {
  return { is: 'problem', code, sentence: message }
}
