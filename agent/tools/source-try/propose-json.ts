import type { z } from 'zod'
import { defineError } from '../../../shared/errors.ts'
import type { World } from '../../../shared/world.ts'
import { json } from '../../sources/sales-files/json/json.ts'
import type { jsonSettings } from '../../sources/sales-files/json/settings.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import { askCurrency } from './ask-currency.ts'
import { type DateSettings, dateForms, datesWithTimes, haveTimes, timeForms } from './date-forms.ts'
import type { FileToTry } from './file-to-try.ts'
import type { ExportField } from './heading-words.ts'
import { isFigure, type JsonField, type JsonShape, pointersOf, salesList, shapeOf } from './json-fields.ts'
import { firstRows, isPaidInFull, type KnownReading, knownAssumptions } from './known-reader.ts'
import { statusMeant, typeMeant } from './meanings.ts'
import { numberForms } from './number-forms.ts'
import { filesLike, oneFile } from './one-file.ts'
import { type OpenQuestions, openQuestions } from './open-questions.ts'
import type { SourceProposal } from './proposal.ts'
import { statusOptions, tenderOptions, typeOptions } from './questions.ts'

type JsonGiven = z.input<typeof jsonSettings>

export const jsonUnknown = defineError(
  'SOURCE_JSON_UNKNOWN',
  ({ file, why }: { file: string; why: string }) =>
    `${file} can't be read: ${why}. Write the settings by hand, as docs/sources-files.md shows.`,
)

export function looksLikeJson(bytes: Buffer): boolean {
  return /^\ufeff?\s*[[{]/.test(bytes.toString('utf8', 0, 64))
}

/** Everything that the names in a file leave open, decided by its own sums. */
interface Way {
  readonly settings: JsonGiven
  readonly assumes: Readonly<Record<'amounts' | 'taxIncluded' | 'amount' | 'charges', string>>
}

/**
 * Proposes settings for a JSON file by its names, its values and its own sums.
 * @throws SOURCE_JSON_UNKNOWN, SOURCE_ANSWER_UNKNOWN
 */
export async function proposeJson(
  given: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<SourceProposal> {
  const { file, bytes, source, store, answers, unread } = given
  if (unread > 0) throw jsonUnknown({ file, why: 'it is longer than a megabyte; take one of a quiet day' })
  const list = salesList(bytes.toString('utf8').replace(/^\ufeff/, ''))
  if (list === null)
    throw jsonUnknown({ file, why: 'no list in it has a date and an amount in words that are known' })
  const asking = openQuestions(answers)
  const ways = waysOf(given, list, asking)
  const read: { readonly way: Way; readonly reading: KnownReading }[] = []
  for (const way of ways) {
    const settings = { ...way.settings, files: ['*'] }
    read.push({
      way,
      reading: await firstRows({ kind: 'json', settings, source }, world, [json(oneFile(file, bytes))]),
    })
  }
  const score = ({ reading: { rows } }: (typeof read)[number]) =>
    rows.filter(({ problem }) => problem === null).length
  const most = Math.max(...read.map(score))
  const best = askedFor(
    read.filter(each => score(each) === most),
    asking,
  )
  const [first] = best
  asking.expectAllUsed()
  if (first === undefined || most === 0)
    throw jsonUnknown({ file, why: first?.reading.rows[0]?.problem?.sentence ?? 'nothing in it is a sale' })
  const { fields } = first.way.settings
  return {
    kind: 'json',
    layout: `JSON, a sale in each element of ${list.pointer === '' ? 'the file' : list.pointer}`,
    settings: first.way.settings,
    rows: first.reading.rows,
    assumed: [
      ...knownAssumptions(first.reading, store),
      ...(hasTimeOfDay(shapeOf(list.elements), file)
        ? []
        : ['The file has no time of day: each sale counts as made at 00:00.']),
      ...(fields.tenders === undefined
        ? ['The file names no payments: takings count as paid in another way.']
        : []),
      ...(fields.total === undefined && fields.tenders === undefined
        ? ['Nothing in the file checks its amounts: compare a few receipts with paper.']
        : []),
    ],
    questions: asking.open,
    isProven:
      (fields.total !== undefined || fields.tenders !== undefined) && isPaidInFull(first.reading.rows),
    fault: null,
  }
}

const ASKS = {
  amounts: 'Are the amounts decimals, or whole cents?',
  taxIncluded: 'Do the amounts include tax?',
  amount: 'What is the amount of a line, after discounts?',
  charges: 'Do tips, surcharges and the like come on top of the lines?',
} as const

/** Of the ways that read equally well those that were asked for; what they read differently is asked. */
function askedFor<Read extends { readonly way: Way; readonly reading: KnownReading }>(
  best: readonly Read[],
  asking: OpenQuestions,
): readonly Read[] {
  let left = best
  for (const dimension of ['amounts', 'taxIncluded', 'amount', 'charges'] as const) {
    const contents = new Set(left.map(({ reading }) => contentOf(reading)))
    const values = [...new Set(left.map(({ way }) => way.assumes[dimension]))]
    if (contents.size < 2 || values.length < 2) continue
    const options = values.map(value => ({ value, means: value }))
    const said = asking.ask({ id: dimension, asks: ASKS[dimension], options }) ?? values[0]
    left = left.filter(({ way }) => way.assumes[dimension] === said)
  }
  return left
}

const contentOf = ({ rows }: KnownReading) =>
  JSON.stringify(
    rows.map(({ event }) =>
      event?.kind === 'sale.completed' ? [event.lines, event.taxes, event.tenders, event.rounding] : event,
    ),
  )

function waysOf(
  given: FileToTry,
  list: { readonly pointer: string; readonly elements: readonly unknown[] },
  asking: OpenQuestions,
): Way[] {
  const { file, folder, store, answers } = given
  const shape = shapeOf(list.elements)
  const first = (field: ExportField, of = shape) => pointersOf(of, field)[0]
  const moment = momentIn(shape, file)
  const receipt =
    first('receipt') ?? shape.fields.find(({ pointer }) => /^\/(?:id|no|number|nr)$/i.test(pointer))
  if (moment === null || receipt === undefined)
    throw jsonUnknown({ file, why: 'no name in it is that of a receipt number, or of a date' })
  const parts = partsOf(shape)
  const { lines } = parts
  const total = first('total')
  const type = pointersOf(shape, 'type').find(({ values }) =>
    values.some(value => typeMeant(String(value)) !== null),
  )
  const status = pointersOf(shape, 'status').find(({ values }) =>
    values.some(value => statusMeant(String(value)) !== null),
  )
  const tender =
    parts.tenders === null ? undefined : tenderFields(parts.tenders.shape, PAID.test(parts.tenders.pointer))
  const named = pointersOf(shape, 'currency').flatMap(({ values }) => values.map(String))
  const codes = [...new Set(named)]
  if (codes.length > 1)
    throw jsonUnknown({
      file,
      why: `it has amounts in ${codes.join(' and ')}, and a source has one currency`,
    })
  const shapes = [shape, ...Object.values(parts).flatMap(part => part?.shape ?? [])]
  const currency = codes[0] ?? askCurrency(answers, asking, amountsAsTexts(shapes))
  const shared = {
    folder,
    files: [filesLike(file)],
    currency,
    ...numbersOf(shapes, currency, asking),
    zone: store.zone,
    warehouse: store.warehouse,
    ...(list.pointer === '' ? {} : { list: list.pointer }),
    ...dateForm(moment, file, asking),
    refunds: type === undefined ? ('signed' as const) : wordsOf(type, 'type', typeMeant, typeOptions, asking),
    ...(status === undefined ? {} : { statuses: statusesOf(status, asking) }),
    ...(tender === undefined ? {} : { tenderKinds: kindsOf(tender.name, asking) }),
  }
  const optional = (name: string, found: JsonField | undefined) =>
    found === undefined ? {} : { [name]: found.pointer }
  const ofSale = {
    receipt: receipt.pointer,
    date: moment.date.pointer,
    ...optional('time', moment.time),
    ...optional('businessDate', first('businessDate')),
    ...optional('till', first('till')),
    ...optional('staff', first('staff')),
    ...optional('rounding', first('rounding')),
    ...optional('total', total),
    ...optional('type', type),
    ...optional('status', status),
    ...(parts.taxes !== null || (lines !== null && pointersOf(lines.shape, 'tax').length > 0)
      ? {}
      : optional('receiptTax', first('tax'))),
    ...(parts.taxes === null ? {} : { taxes: parts.taxes.pointer, tax: taxFields(parts.taxes.shape) }),
    ...(parts.tenders === null || tender === undefined
      ? {}
      : {
          tenders: parts.tenders.pointer,
          tender: { name: tender.name.pointer, amount: tender.amount.pointer },
        }),
  }
  const amounts =
    lines === null
      ? [undefined]
      : [
          ...pointersOf(lines.shape, 'amount'),
          ...pointersOf(lines.shape, 'total'),
          ...pointersOf(lines.shape, 'price').slice(0, 1),
        ]
  const isWhole = shape.fields.every(
    ({ meant, values }) => !meant.has('total') || values.every(Number.isInteger),
  )
  const charges = pointersOf(shape, 'charges')
    .filter(({ values }) => values.every(isFigure) && values.some(value => /[1-9]/.test(String(value))))
    .slice(0, MOST_CHARGES)
    .map(({ pointer }) => pointer)
  const onTop = lines === null || charges.length === 0 ? [false] : [true, false]
  const written = isWhole ? (['minor', 'decimal'] as const) : (['decimal'] as const)
  const forms = written.flatMap(amounts => onTop.map(isOnTop => ({ amounts, isOnTop })))
  return amounts.flatMap(amount =>
    [true, false].flatMap(taxIncluded =>
      forms.map(({ amounts: written, isOnTop }): Way => {
        const line =
          lines === null
            ? {}
            : { lines: lines.pointer, line: lineFields(lines.shape, amount, parts.taxes === null) }
        return {
          settings: {
            ...shared,
            amounts: written,
            taxIncluded,
            fields: { ...ofSale, ...(isOnTop ? { charges } : {}), ...line },
          } as JsonGiven,
          assumes: {
            amounts: written,
            taxIncluded: taxIncluded ? 'yes' : 'no',
            amount: amount?.pointer ?? '',
            charges: isOnTop ? 'on-top' : 'within',
          },
        }
      }),
    ),
  )
}

/** So many the settings can name. */
const MOST_CHARGES = 5

const MONEY = ['amount', 'price', 'total', 'tax', 'discount', 'paid', 'rounding'] as const

function amountsAsTexts(shapes: readonly JsonShape[]): readonly string[] {
  return shapes.flatMap(({ fields }) =>
    fields
      .filter(({ meant }) => MONEY.some(field => meant.has(field)))
      .flatMap(({ values }) => values.filter(value => typeof value === 'string')),
  )
}

/** How amounts are written that are texts; nothing where all are numbers of JSON. */
function numbersOf(shapes: readonly JsonShape[], currency: string, asking: OpenQuestions) {
  const texts = amountsAsTexts(shapes).filter(value => /^[^\p{L}]*\d[^\p{L}]*$/u.test(value))
  const forms = texts.length === 0 ? [] : numberForms(texts, currency)
  const options = forms.map(({ decimal, thousands }) => ({
    value: `1${thousands}234${decimal}50`,
    means: `"${decimal}" comes before the cents`,
  }))
  if (forms.length < 2) return forms[0] ?? {}
  const said = asking.ask({ id: 'numbers', asks: 'How are the amounts written?', options })
  return forms[options.findIndex(({ value }) => value === said)] ?? forms[0] ?? {}
}

function lineFields(shape: JsonShape, amount: JsonField | undefined, hasOwnTax: boolean) {
  const isPrice = amount?.meant.has('price') === true && !amount.meant.has('amount')
  const fields = ['line', 'sku', 'barcode', 'title', 'quantity', 'discount'] as const
  const tax = hasOwnTax ? (['tax', 'taxName', 'taxRate'] as const) : []
  const found = [...fields, ...tax].flatMap(field => {
    const [best] = pointersOf(shape, field)
    return best === undefined || best === amount ? [] : [[field, best.pointer] as const]
  })
  const unnamed = shape.fields.find(({ pointer }) => /\/(?:name|code)$/i.test(pointer))
  const names = Object.fromEntries(found)
  return {
    ...(names['title'] === undefined && unnamed?.pointer.endsWith('name') === true
      ? { title: unnamed.pointer }
      : {}),
    ...names,
    ...(amount === undefined ? {} : isPrice ? { price: amount.pointer } : { amount: amount.pointer }),
  }
}

interface Part {
  readonly pointer: string
  readonly shape: JsonShape
}

/** The lists of lines, payments and taxes within a sale. */
function partsOf(shape: JsonShape): Readonly<Record<'lines' | 'tenders' | 'taxes', Part | null>> {
  const lists = shape.lists.map(({ pointer, elements }) => ({ pointer, shape: shapeOf(elements) }))
  const has = ({ shape: of }: Part, ...fields: readonly ExportField[]) =>
    fields.some(field => pointersOf(of, field).length > 0)
  const tenders =
    lists.find(
      list => !has(list, 'sku', 'barcode') && tenderFields(list.shape, PAID.test(list.pointer)) !== undefined,
    ) ?? null
  const taxes =
    lists.find(
      list =>
        list !== tenders &&
        !has(list, 'sku', 'barcode', 'quantity') &&
        (has(list, 'taxRate', 'tax') || /tax|vat|mwst|iva|tva|btw|moms/i.test(list.pointer)),
    ) ?? null
  const lines =
    lists.find(
      list =>
        list !== tenders &&
        list !== taxes &&
        has(list, 'sku', 'barcode', 'title', 'quantity') &&
        has(list, 'amount', 'total', 'price'),
    ) ?? null
  return { lines, tenders, taxes }
}

/** What lists of payments are called. */
const PAID = /pay|tender|zahl|paiement|reglement|pago|pagament|betal/i

/** A name that mostly says a way of payment, or any in a list that is called payments, and a number; undefined: they are something else. */
function tenderFields(
  shape: JsonShape,
  isNamed: boolean,
): { readonly name: JsonField; readonly amount: JsonField } | undefined {
  const isWay = ({ values }: JsonField) => {
    const texts = values.filter(value => typeof value === 'string')
    return texts.filter(text => tenderMeant(text, {}) !== null).length * 2 > texts.length && texts.length > 0
  }
  const isText = ({ values }: JsonField) =>
    values.every(value => typeof value === 'string' && /\p{L}/u.test(value))
  const name = shape.fields.find(isWay) ?? (isNamed ? shape.fields.find(isText) : undefined)
  const amount =
    (['paid', 'amount', 'total'] as const).flatMap(field => pointersOf(shape, field))[0] ??
    shape.fields.find(({ pointer }) => /amount|sum|value/i.test(pointer))
  return name === undefined || amount === undefined ? undefined : { name, amount }
}

function taxFields(shape: JsonShape) {
  const [rate] = pointersOf(shape, 'taxRate')
  const amount =
    pointersOf(shape, 'tax')[0] ??
    pointersOf(shape, 'amount')[0] ??
    shape.fields.find(({ pointer }) => /amount|tax/i.test(pointer))
  const percent = rate ?? shape.fields.find(({ pointer }) => /rate|percent/i.test(pointer))
  const name = shape.fields.find(
    ({ pointer, values }) =>
      /name|code|type/i.test(pointer) && values.every(value => typeof value === 'string'),
  )
  return {
    ...(name === undefined ? {} : { name: name.pointer }),
    ...(percent === undefined ? {} : { rate: percent.pointer }),
    amount: amount?.pointer ?? '/amount',
  }
}

interface Moment {
  readonly date: JsonField
  /** Where the time of day is if the date does not have it. */
  readonly time: JsonField | undefined
}

const textsOf = ({ values }: JsonField) => values.filter(value => typeof value === 'string')

/** Where a sale says when it was made; null: nowhere. @throws SOURCE_JSON_UNKNOWN when it has a time of day that can't be read */
function momentIn(shape: JsonShape, file: string): Moment | null {
  const times = pointersOf(shape, 'time')
  const date = pointersOf(shape, 'date')[0] ?? times[0]
  if (date === undefined) return null
  // numbers are seconds or milliseconds; what is not a date at all is told by its name
  const isMoment = (field: JsonField) => {
    const texts = textsOf(field)
    return texts.length === 0 || haveTimes(texts)
  }
  if (isMoment(date) || dateForms(textsOf(date)).length === 0) return { date, time: undefined }
  const beside = times.filter(field => field !== date)
  const [unread] = beside
  if (unread === undefined) return { date, time: undefined }
  const time = beside.find(({ values }) => timeForms(values.map(String)).length > 0)
  if (time !== undefined) return { date, time }
  const whole = beside.find(isMoment)
  if (whole !== undefined) return { date: whole, time: undefined }
  // without its time a sale would be told at midnight
  throw jsonUnknown({
    file,
    why: `"${unread.pointer}" has values such as ${JSON.stringify(unread.values[0])}, in no form of a time of day that is known`,
  })
}

function hasTimeOfDay(shape: JsonShape, file: string): boolean {
  const moment = momentIn(shape, file)
  if (moment === null || moment.time !== undefined) return true
  const texts = textsOf(moment.date)
  return texts.length === 0 || haveTimes(texts)
}

function dateForm({ date, time }: Moment, file: string, asking: OpenQuestions): DateSettings {
  const { pointer } = date
  const texts = textsOf(date)
  if (texts.length === 0) return { date: 'iso' } // numbers are seconds or milliseconds in any case
  const forms = datesWithTimes(texts, time?.values.map(String) ?? [])
  const [first, ...more] = forms
  if (first === undefined)
    throw jsonUnknown({
      file,
      why: `"${pointer}" has values such as ${JSON.stringify(texts[0])}, in no form of date that is known`,
    })
  if (more.length === 0) return first
  const said = asking.ask({
    id: 'date',
    asks: 'How are the dates written?',
    options: forms.map(({ date: value }) => ({ value, means: value })),
  })
  return forms.find(({ date: value }) => value === said) ?? first
}

function wordsOf<Meaning extends string>(
  { pointer, values }: JsonField,
  id: string,
  known: (word: string) => Meaning | null,
  options: readonly { readonly value: Meaning; readonly means: string }[],
  asking: OpenQuestions,
): Record<string, Meaning> {
  const means: Record<string, Meaning> = {}
  for (const word of new Set(values.map(String))) {
    const asks = `What is a receipt with "${word}" in "${pointer}"?`
    const meaning = known(word) ?? asking.ask({ id: `${id}:${word}`, asks, options }) ?? options[0]?.value
    if (meaning !== undefined) means[word] = meaning
  }
  return means
}

function statusesOf(status: JsonField, asking: OpenQuestions): Record<string, 'counts' | 'void' | 'nothing'> {
  const options = statusOptions.filter(({ value }) => value !== 'account')
  const words = wordsOf(status, 'status', statusMeant, options, asking)
  return Object.fromEntries(
    Object.entries(words).map(([word, means]) => [word, means === 'account' ? 'counts' : means]),
  )
}

function kindsOf({ pointer, values }: JsonField, asking: OpenQuestions) {
  const kinds: Record<string, (typeof tenderOptions)[number]['value']> = {}
  for (const name of new Set(values.map(String))) {
    if (tenderMeant(name, {}) !== null) continue
    kinds[name] =
      asking.ask({
        id: `tender:${name}`,
        asks: `What way of payment is "${name}" ("${pointer}")?`,
        options: tenderOptions,
      }) ?? 'other'
  }
  return kinds
}
