import { TillbridgeError } from '../../../../shared/errors.ts'
import { moneyUnreadable } from '../../../../shared/money.ts'
import { recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { wallClock } from '../../../../shared/wall-clock.ts'
import type { FieldMark } from '../marks.ts'
import { momentClock } from '../moment-clock.ts'
import type { NumberRules } from '../number-text.ts'
import { type ExactMoney, exactMoneyIn, signedMoney } from '../values.ts'
import type { JsonSettings } from './settings.ts'

export interface JsonStore {
  readonly source: string
  readonly settings: JsonSettings
  readonly clock: ReturnType<typeof wallClock>
  /** Business days are the store's own in any case. */
  readonly dayClock: ReturnType<typeof wallClock>
}

export function jsonStore(source: string, settings: JsonSettings): JsonStore {
  const dayClock = wallClock({ numbers: 'epoch-ms' }, settings.zone)
  return { source, settings, clock: momentClock(settings), dayClock }
}

/** The value at a JSON pointer (RFC 6901); undefined: the pointer leads to nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** A text or number as text; null: it is missing or empty. @throws RECORD_VALUE_UNREADABLE */
export function textAt(value: unknown, pointer: string | undefined): string | null {
  if (pointer === undefined) return null
  const found = valueAt(value, pointer)
  if (found === undefined || found === null) return null
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean')
    throw recordValueUnreadable({ field: pointer, value: typeof found, expected: 'a text or number' })
  const text = String(found).trim()
  return text === '' ? null : text
}

/** A list; one object counts as a list of one, as what was XML writes it. @throws RECORD_VALUE_UNREADABLE */
export function listAt(value: unknown, pointer: string): readonly unknown[] {
  const found = valueAt(value, pointer)
  if (found === undefined || found === null || found === '') return []
  if (Array.isArray(found)) return found
  if (typeof found === 'object') return [found]
  throw recordValueUnreadable({ field: pointer, value: typeof found, expected: 'a list' })
}

/** What the fields that mark an element hold. */
export function marksAt(value: unknown, marks: readonly (FieldMark & { readonly field: string })[]) {
  return marks.map(mark => ({ ...mark, value: valueAt(value, mark.field) }))
}

export type SignRule = (amount: number) => number

/** An amount of an element, with the sign that the receipt gives it; null: it has none. */
export type ReadMoney = (of: unknown, pointer: string | undefined) => ExactMoney | null

export function moneyReader(sign: SignRule, store: JsonStore): ReadMoney {
  return (of, pointer) => {
    const text = textAt(of, pointer)
    if (text === null || pointer === undefined) return null
    return signedMoney(moneyText(text, pointer, rulesAt(of, pointer, store.settings), store), sign)
  }
}

/** @throws RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE naming the pointer */
function moneyText(text: string, field: string, rules: NumberRules, { settings }: JsonStore): ExactMoney {
  if (settings.amounts === 'decimal') return decimalIn(text, field, rules, settings)
  if (!/^-?\d{1,14}$/.test(text))
    throw recordValueUnreadable({
      field,
      value: text.slice(0, 100),
      expected: 'a whole number of minor units',
    })
  return { amount: Number(text) }
}

function decimalIn(text: string, field: string, rules: NumberRules, { currency }: JsonSettings): ExactMoney {
  try {
    return exactMoneyIn(text, field, rules, currency)
  } catch (error) {
    if (!(error instanceof TillbridgeError)) throw error
    throw moneyUnreadable({ field, value: text }, error)
  }
}

/** JSON's own numbers have a point; a text may be written as the country does. */
export function rulesAt(of: unknown, pointer: string | undefined, settings: JsonSettings): NumberRules {
  if (pointer === undefined || typeof valueAt(of, pointer) === 'number')
    return { decimal: '.', thousands: '' }
  return { decimal: settings.decimal ?? '.', thousands: settings.thousands ?? '' }
}

/** Percent as parts per million. */
export function rateOf(text: string | null, field: string): number | null {
  if (text === null) return null
  const percent = Number(text.replace(/\s*%$/, ''))
  if (!(percent >= 0 && percent <= 1_000))
    throw recordValueUnreadable({ field, value: text.slice(0, 100), expected: 'a rate in percent' })
  return Math.round(percent * 10_000)
}
