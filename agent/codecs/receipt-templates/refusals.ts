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
  /** @throws RECEIPT_DOES_NOT_ADD_UP when the two are more than `room` minor units apart */
  sum(what: string, expected: number, printed: number, place?: { line?: number; room?: number }): void
}

const MOST_TEXT = 80

export function refusalsOf({ template, currency, values }: CompiledTemplate): Refusals {
  const { name } = template
  const money = (amount: number) =>
    `${printAmount(amount, { ...values.format, decimals: values.minorDigits, decimal: '.', thousands: '' })} ${currency}`
  return {
    whole: why => receiptUnparsed({ template: name, why, line: null, text: null }),
    line: (why, { number, text }) =>
      receiptUnparsed({ template: name, why, line: number, text: text.trim().slice(0, MOST_TEXT) }),
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
