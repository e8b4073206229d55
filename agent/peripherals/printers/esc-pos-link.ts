import {
  factsOfAutomatic,
  factsOfPaperAnswer,
  factsOfRealTime,
  type RealTimeQuestion,
  realTimeQuestions,
} from './conditions.ts'
import { ANSWER_MS, answerWithin, type LinkParts, type PrinterLink } from './printer-link.ts'
import { questionWatch } from './question-watch.ts'
import { type Heard, statusReader } from './status.ts'

/** A half status whose rest does not come within this is given up. */
const BROKEN_AFTER_MS = 500
/** The POS's questions that may be open at once; more are not followed. */
const MOST_QUESTIONS = 64
/** GS r 1: the paper sensors, answered in turn, after all that was sent before (Epson ESC/POS reference, GS r). */
const PAPER_STATUS = Uint8Array.of(0x1d, 0x72, 0x01)

/** GS a: automatic status for on-line, errors and paper, and the drawer if asked (Epson ESC/POS reference, GS a). */
export function automaticStatus(withDrawer: boolean): Uint8Array {
  return Uint8Array.of(0x1d, 0x61, withDrawer ? 0x0f : 0x0e)
}

interface Question {
  readonly asks: RealTimeQuestion
  readonly at: number
  /** Null: the POS's own. */
  readonly answered: ((byte: number | null) => void) | null
}

/**
 * Talks ESC/POS. Answers to DLE EOT carry no number and come in the order of the questions, so both sides' questions
 * stand in one row: that tells what an answer means, and whose it is. Our own answers never reach the POS.
 */
export function escPosLink(parts: LinkParts): PrinterLink {
  const { channel, clock, timers, state } = parts
  const lost = Promise.withResolvers<Error | null>()
  const reader = statusReader()
  const watch = questionWatch()
  let questions: Question[] = []
  const paperAnswers: ((byte: number | null) => void)[] = []
  let heardAt = Number.NEGATIVE_INFINITY

  function forgetOld(now: number): void {
    questions = questions.filter(question => now - question.at <= 2 * ANSWER_MS)
  }

  /** Whether the byte belongs to an answer to us. */
  function hear(heard: Heard | null): boolean {
    if (heard === null) return false
    if (heard.is === 'automatic') state.learn(factsOfAutomatic(heard.bytes))
    else if (heard.is === 'real-time') {
      const question = questions.shift()
      if (question === undefined) return false
      state.learn(factsOfRealTime(question.asks, heard.byte))
      question.answered?.(heard.byte)
      return question.answered !== null
    } else if (heard.is === 'answer') {
      const answered = paperAnswers.shift()
      if (answered === undefined) return false
      state.learn(factsOfPaperAnswer(heard.byte))
      answered(heard.byte)
      return true
    }
    return false
  }

  function received(bytes: Uint8Array): void {
    const now = clock.monotonicMs()
    if (now - heardAt > BROKEN_AFTER_MS) reader.forget()
    heardAt = now
    forgetOld(now)
    if (paperAnswers.length === 0 && questions.every(question => question.answered === null)) {
      parts.passing(bytes)
      for (const byte of bytes) hear(reader.take(byte))
      return
    }
    const forPos = bytes.filter(byte => !hear(reader.take(byte)))
    if (forPos.length > 0) parts.passing(forPos)
  }

  channel.listen({
    data: received,
    closed(problem) {
      for (const { answered } of questions.splice(0)) answered?.(null)
      for (const answered of paperAnswers.splice(0)) answered(null)
      lost.resolve(problem)
    },
    ...(parts.ended === undefined ? {} : { ended: parts.ended }),
  })

  async function askOne(asks: RealTimeQuestion): Promise<boolean> {
    const answer = await answerWithin<number>(timers, ANSWER_MS, answered => {
      forgetOld(clock.monotonicMs())
      questions.push({ asks, at: clock.monotonicMs(), answered })
      channel.write(Uint8Array.of(0x10, 0x04, asks)).catch(() => answered(null)) // `lost` tells why
    })
    return answer !== null
  }

  return {
    channel,
    lost: lost.promise,
    answersApart: true,
    write: bytes => channel.write(bytes),
    pass(bytes) {
      for (const asks of watch.see(bytes)) {
        if (questions.length >= MOST_QUESTIONS) questions.shift()
        questions.push({ asks, at: clock.monotonicMs(), answered: null })
      }
      return channel.write(bytes)
    },
    async ask() {
      for (const question of realTimeQuestions)
        if (!(await askOne(question))) {
          state.notAnswered()
          return false
        }
      return true
    },
    confirmation: async () => {
      const answer = Promise.withResolvers<boolean>()
      paperAnswers.push(byte => answer.resolve(byte !== null))
      return {
        bytes: PAPER_STATUS,
        within: async ms =>
          (await answerWithin<boolean>(timers, ms, answered => void answer.promise.then(answered))) ?? false,
      }
    },
  }
}
