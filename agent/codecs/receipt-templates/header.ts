import { squeezed } from './blanks.ts'
import type { CompiledTemplate } from './compile.ts'
import { type PaperLine, type PrintedCodeText, visible } from './paper.ts'
import type { Matched } from './pattern.ts'
import type { Refusals } from './refusals.ts'

/** Which sale it is. */
export interface ReceiptHeader {
  readonly receipt: string | null
  readonly till: string | null
  readonly staff: string | null
  /** The online order that it rings up; null: it names none. */
  readonly order: string | null
  readonly date: string
  /** With seconds, always: `09:30:00`. */
  readonly time: string
  readonly businessDate: string
}

/**
 * Reads the header's fields from the lines around the items, then from the printed codes; the first that gives a field
 * counts. Two receipt numbers on lines, or in codes, are refused: two receipts may have been printed without a cut between them. So
 * are two online orders: a receipt hands over one.
 * @throws RECEIPT_UNPARSED
 */
export function readHeader(
  printed: { readonly lines: readonly PaperLine[]; readonly codes: readonly PrintedCodeText[] },
  compiled: CompiledTemplate,
  refuse: Refusals,
): ReceiptHeader {
  const { template, values } = compiled
  const fields: Matched = {
    ...fieldsOfCodes(printed.codes, compiled, refuse),
    ...fieldsOfLines(printed.lines, compiled, refuse),
  }
  if (fields.date === undefined) throw refuse.whole('it prints no date that the template knows')
  if (fields.time === undefined) throw refuse.whole('it prints no time that the template knows')
  const wantsNumber = [...template.header, ...template.codes.map(code => code.pattern)].some(pattern =>
    pattern.includes('{receipt}'),
  )
  if (wantsNumber && fields.receipt === undefined)
    throw refuse.whole('it prints no receipt number that the template knows')
  const time = values.time(fields.time)
  if (!wantsNumber && time.length === 5)
    throw refuse.whole('neither a receipt number nor seconds tell it from the next receipt')
  const date = values.date(fields.date)
  const own = fields.businessDate === undefined ? null : values.date(fields.businessDate)
  return {
    receipt: fields.receipt ?? null,
    till: fields.till === undefined ? null : squeezed(fields.till).slice(0, 255),
    order: fields.order ?? null,
    staff: fields.staff === undefined ? null : squeezed(fields.staff).slice(0, 255),
    date,
    time: time.length === 5 ? `${time}:00` : time,
    businessDate: own ?? (time < template.dates.dayStartsAt ? dayBefore(date) : date),
  }
}

function fieldsOfLines(
  lines: readonly PaperLine[],
  { template, matchers }: CompiledTemplate,
  refuse: Refusals,
): Matched {
  const patterns = template.header.map(pattern => matchers([pattern]))
  const fields: Matched = {}
  for (const line of lines) {
    const found = patterns.map(matches => matches(line.text)).find(each => each !== null)
    if (found === undefined) continue
    const twice = secondOf(found, fields)
    if (twice !== null) throw refuse.line(`it is a second ${twice.what} after ${twice.first}`, line)
    for (const [field, text] of Object.entries(found) as [keyof Matched, string][]) fields[field] ??= text
  }
  return fields
}

function fieldsOfCodes(
  codes: readonly PrintedCodeText[],
  { template, tagged }: CompiledTemplate,
  refuse: Refusals,
): Matched {
  const fields: Matched = {}
  for (const { symbology, data } of codes) {
    const known = template.codes.filter(({ symbologies }) => symbologies?.includes(symbology) ?? true)
    const found = tagged(known)(visible(data))?.found ?? {}
    const twice = secondOf(found, fields)
    if (twice !== null)
      throw refuse.whole(`its codes hold two ${twice.what}s, ${twice.first} and ${twice.second}`)
    for (const [field, text] of Object.entries(found) as [keyof Matched, string][]) fields[field] ??= text
  }
  return fields
}

/** What a receipt may name only once, and what it is called. */
const ONCE = { receipt: 'receipt number', order: 'online order' } as const

function secondOf(found: Matched, before: Matched) {
  for (const field of ['receipt', 'order'] as const) {
    const [first, second] = [before[field], found[field]]
    if (first !== undefined && second !== undefined && first !== second)
      return { what: ONCE[field], first, second }
  }
  return null
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
