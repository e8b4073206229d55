import { type Currency, minorDigits } from '../../../shared/money.ts'
import { dateScanner, timeScanner } from './date-format.ts'
import { scannersFor } from './fields.ts'
import { type NumberFormat, scanAmount, scanRate, takenQuantity } from './number-format.ts'
import { compilePattern, type Matched, type Matcher, parsePattern } from './pattern.ts'
import { receiptTemplateInvalid } from './problems.ts'
import type { ReceiptTemplate } from './template.ts'

/** Several patterns; the first that fits a line counts. */
export type Matchers = (line: string) => Matched | null

/** Matchers that come with what the template says of them. */
export type Tagged<Tag> = (line: string) => TaggedMatch<Tag> | null

export interface TaggedMatch<Tag> {
  readonly found: Matched
  readonly tag: Tag
  /** What `{text}` and `{word}` took of the line, where it holds digits. */
  passedOver(): string
}

export interface FieldValues {
  /** Minor units of the currency. @throws RangeError for a text that is not an amount, which no pattern matches */
  amount(text: string): number
  /** Thousandths. */
  quantity(text: string): number
  /** Parts per million. */
  rate(text: string): number
  /** `2026-11-25` */
  date(text: string): string
  /** `09:30:00`, or `09:30` when no seconds are printed. */
  time(text: string): string
  /** The date that begins at a place of a line; null: none does. */
  dateAt(text: string, at: number): string | null
  timeAt(text: string, at: number): string | null
  readonly format: NumberFormat
  readonly minorDigits: number
}

/** A template's patterns made ready for one currency. */
export interface CompiledTemplate {
  readonly template: ReceiptTemplate
  readonly currency: Currency
  readonly values: FieldValues
  matchers(patterns: readonly string[]): Matchers
  tagged<Tag extends { readonly pattern: string }>(tags: readonly Tag[]): Tagged<Tag>
}

/** @throws RECEIPT_TEMPLATE_INVALID when it prints more decimals than the currency has */
export function compileTemplate(template: ReceiptTemplate, currency: Currency): CompiledTemplate {
  const minor = minorDigits(currency)
  const decimals = template.numbers.decimals ?? minor
  const numbers: NumberFormat = { ...template.numbers, decimals }
  const dates = { dates: template.dates.formats, times: template.dates.times, months: template.dates.months }
  if (decimals > minor)
    throw receiptTemplateInvalid({
      template: template.name,
      problems: [`${currency} has ${minor} decimals, not ${decimals}`],
    })
  const scanners = scannersFor({ numbers, dates })
  const scale = 10 ** (minor - decimals)
  const date = dateScanner(dates)
  const time = timeScanner(dates)
  const cache = new Map<string, Matcher>()
  const matcher = (pattern: string): Matcher => {
    const known = cache.get(pattern)
    if (known !== undefined) return known
    const parts = parsePattern(pattern)
    if ('problem' in parts) throw new RangeError(`"${pattern}" passed the schema: ${parts.problem}`)
    const made = compilePattern(parts, scanners)
    cache.set(pattern, made)
    return made
  }
  return {
    template,
    currency,
    values: {
      amount: text => required(scanAmount(text, 0, numbers), text).value * scale,
      quantity: text => required(takenQuantity(text, numbers), text),
      rate: text => required(scanRate(text, 0, numbers), text).value,
      date: text => required(date(text, 0), text).value,
      time: text => required(time(text, 0), text).value,
      dateAt: (text, at) => date(text, at)?.value ?? null,
      timeAt: (text, at) => time(text, at)?.value ?? null,
      format: numbers,
      minorDigits: minor,
    },
    matchers(patterns) {
      const all = patterns.map(matcher)
      return line => {
        for (const each of all) {
          const found = each.match(line)
          if (found !== null) return found
        }
        return null
      }
    },
    tagged(tags) {
      const all = tags.map(tag => ({ tag, matcher: matcher(tag.pattern) }))
      return line => {
        for (const { tag, matcher: each } of all) {
          const found = each.match(line)
          if (found !== null) return { found, tag, passedOver: () => each.passedOver(line) }
        }
        return null
      }
    },
  }
}

function required<T>(found: T | null, text: string): T {
  if (found === null) throw new RangeError(`a pattern let "${text}" through`)
  return found
}
