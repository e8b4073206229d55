import type { TillbridgeError } from '../../../shared/errors.ts'
import type { CompiledTemplate } from './compile.ts'
import { printAmount } from './number-format.ts'
import type { PaperLine } from './paper.ts'
import { receiptDoesNotAddUp, receiptUnparsed } from './problems.ts'

/** The ways to say that a receipt can't be booked. What they make or throw ends its reading. */
export interface Refusals {
  whole(why: string): TillbridgeError
  line(why: string, line: PaperLine): TillbridgeError
  at(why: string, line: number): TillbridgeError
  /** As `line`, of a receipt that a person must look at, whatever else on it says that it is not a sale. */
  doubtful(why: string, line: PaperLine): TillbridgeError
  isDoubtful(error: TillbridgeError): boolean
  /** @throws RECEIPT_DOES_NOT_ADD_UP when the two are more than `room` minor units apart */
  sum(what: string, expected: number, printed: number, place?: { line?: number; room?: number }): void
}

const MOST_TEXT = 80

export function refusalsOf({ template, currency, values }: CompiledTemplate): Refusals {
  const { name } = template
  const money = (amount: number) =>
    `${printAmount(amount, { ...values.format, decimals: values.minorDigits, decimal: '.', thousands: '' })} ${currency}`
  const doubtful = new WeakSet<TillbridgeError>()
  const ofLine = (why: string, { number, text }: PaperLine) =>
    receiptUnparsed({ template: name, why, line: number, text: text.trim().slice(0, MOST_TEXT) })
  return {
    whole: why => receiptUnparsed({ template: name, why, line: null, text: null }),
    line: ofLine,
    doubtful(why, line) {
      const error = ofLine(why, line)
      doubtful.add(error)
      return error
    },
    isDoubtful: error => doubtful.has(error),
    at: (why, line) => receiptUnparsed({ template: name, why, line, text: null }),
    sum(what, expected, printed, { line, room = 0 } = {}) {
      if (Math.abs(expected - printed) <= room) return
      throw receiptDoesNotAddUp({
        template: name,
        what,
        expected: money(expected),
        printed: money(printed),
        off: money(Math.abs(expected - printed)),
        line: line ?? null,
      })
    },
  }
}
