import type { z } from 'zod'
import { Currency } from '../../../shared/money.ts'
import type { World } from '../../../shared/world.ts'
import { json } from '../../sources/sales-files/json/json.ts'
import { valueAt } from '../../sources/sales-files/json/json-values.ts'
import type { jsonSettings } from '../../sources/sales-files/json/settings.ts'
import type { AnySourceKind } from '../../sources/source.ts'
import { askCurrency } from './ask-currency.ts'
import { clockAsked } from './clock-asked.ts'
import { creditsAsked, type SeriesMeant } from './credit-series.ts'
import type { FileToTry } from './file-to-try.ts'
import type { ExportField } from './heading-words.ts'
import {
  type BesideDimension,
  besideAsks,
  besideDimensions,
  besideMeans,
  jsonBesides,
} from './json-besides.ts'
import {
  isFigure,
  isObject,
  type JsonField,
  type JsonPart,
  type JsonShape,
  pointersIn,
  pointersOf,
  salesList,
  shapeOf,
} from './json-fields.ts'
import { lineAmountAsked } from './json-line-amount.ts'
import { isBelowAt, itemTypes, type JsonMark, jsonMarks, jsonMarkTexts } from './json-marks.ts'
import { dateForm, hasTimeOfDay, type Moment, saleMomentIn } from './json-moment.ts'
import { lineFields, PAID, salePartsOf, taxFields, tenderFields } from './json-parts.ts'
import { type PaymentsOfSale, paymentsOfSale } from './json-payments.ts'
import { oneUnitEach, quantityAsked } from './json-quantity.ts'
import { currenciesIn, currencyField, storesIn } from './json-store.ts'
import { saleTotals } from './json-total.ts'
import { jsonUnknown } from './json-unknown.ts'
import { kindsOf, statusesOf, wordsOf } from './json-words.ts'
import { firstRows, isPaidInFull, type KnownReading, knownAssumptions } from './known-reader.ts'
import { statusMeant, typeMeant } from './meanings.ts'
import { type MinusAsked, minusAsked } from './minus-asked.ts'
import { numberForms } from './number-forms.ts'
import { filesLike, oneFile } from './one-file.ts'
import { type OpenQuestions, openQuestions } from './open-questions.ts'
import type { SourceProposal } from './proposal.ts'
import { typeOptions } from './questions.ts'

type JsonGiven = z.input<typeof jsonSettings>

export function looksLikeJson(bytes: Buffer): boolean {
  return /^\ufeff?\s*[[{]/.test(bytes.toString('utf8', 0, 64))
}

/** Everything that the names in a file leave open, decided by its own sums. */
interface Way {
  readonly settings: JsonGiven
  /** A few values of what is the total or the amount. */
  readonly examples: Readonly<Record<'total' | 'amount', string | undefined>>
  readonly assumes: Readonly<Record<'total' | 'amounts' | 'taxIncluded' | 'amount' | BesideDimension, string>>
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
  const { ways, marked, numbersOfSales } = waysOf(given, list, asking)
  const kinds = [json(oneFile(file, bytes))]
  const read = (each: readonly Way[]) => readings(each, { source, kinds }, world)
  const plain = await read(ways)
  const rows = bestOf(plain)[0]?.reading.rows ?? []
  const minus = minusAsked(rows, asking)
  const series =
    numbersOfSales === null ? null : creditsAsked(numbersOfSales.values.map(String), rows, asking)
  const isOpen = minus === 'open' || series === 'open'
  const changes = [
    ...(minus === null || minus === 'open' ? [] : [(way: Way) => withMinus(way, minus)]),
    ...(series === null || series === 'open' || numbersOfSales === null
      ? []
      : [(way: Way) => withSeries(way, series, numbersOfSales)]),
  ]
  const changed = ways.map(way => changes.reduce((left, change) => change(left), way))
  const all = changes.length === 0 || isOpen ? plain : await read(changed)
  // what the minus means may answer the rest
  const best = isOpen ? bestOf(all) : askedFor(bestOf(all), asking)
  const [first] = best
  asking.expectAllUsed()
  if (first === undefined || first.read === 0)
    throw jsonUnknown({ file, why: first?.reading.rows[0]?.problem?.sentence ?? 'nothing in it is a sale' })
  const { fields } = first.way.settings
  return {
    kind: 'json',
    layout: `JSON, a sale in each element of ${list.pointer === '' ? 'the file' : list.pointer}`,
    settings: first.way.settings,
    rows: first.reading.rows,
    assumed: [
      ...knownAssumptions(first.reading, store),
      ...marked,
      ...unusedText(list.elements, first.way.settings),
      ...(hasTimeOfDay(shapeOf(list.elements), file)
        ? []
        : ['The file has no time of day: each sale counts as made at 00:00.']),
      ...(fields.tenders === undefined && fields.payments === undefined && fields.paidBy === undefined
        ? ['No field is known as one of payments: takings count as paid in another way.']
        : []),
      ...(fields.total === undefined && fields.tenders === undefined && fields.payments === undefined
        ? ['Nothing in the file checks its amounts: compare a few receipts with paper.']
        : []),
    ],
    questions: asking.open,
    isProven:
      (fields.total !== undefined || fields.tenders !== undefined || fields.payments !== undefined) &&
      isPaidInFull(first.reading.rows) &&
      !asking.open.some(({ id }) => id in ASKS),
    fault: null,
  }
}

interface JsonReading {
  readonly way: Way
  readonly reading: KnownReading
  /** Records that were not refused. */
  readonly read: number
}

async function readings(
  ways: readonly Way[],
  { source, kinds }: { readonly source: FileToTry['source']; readonly kinds: readonly AnySourceKind[] },
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<readonly JsonReading[]> {
  const all: JsonReading[] = []
  for (const way of ways) {
    const settings = { ...way.settings, files: ['*'] }
    const reading = await firstRows({ kind: 'json', settings, source }, world, kinds)
    all.push({ way, reading, read: reading.rows.filter(({ problem }) => problem === null).length })
  }
  return all
}

function bestOf(all: readonly JsonReading[]): readonly JsonReading[] {
  const most = Math.max(...all.map(({ read }) => read))
  return all.filter(({ read }) => read === most)
}

const withMinus = ({ settings, ...way }: Way, minus: Exclude<MinusAsked, 'open' | null>): Way => ({
  ...way,
  settings: { ...settings, minus },
})

/** Fields of a sale, and of its lines, payments and taxes, that something is in, and that no setting names. */
function unusedText(elements: readonly unknown[], { fields }: JsonGiven): string[] {
  const { lines, line, tenders, tender, taxes, tax, ...sale } = fields
  const parts = [
    { pointer: '', elements, named: [sale, lines, tenders, taxes] },
    ...[
      { pointer: lines, named: line },
      { pointer: tenders, named: tender },
      { pointer: taxes, named: tax },
    ].flatMap(({ pointer, named }) =>
      pointer === undefined
        ? []
        : [{ pointer, elements: elements.flatMap(element => listIn(element, pointer)), named }],
    ),
  ]
  const left = parts.flatMap(part => {
    const used = new Set(textsIn(part.named))
    return pointersIn(part.elements)
      .filter(each => !used.has(each) && part.elements.some(element => isFilled(valueAt(element, each))))
      .map(each => `"${part.pointer}${each}"`)
  })
  const shown = [...new Set(left)].slice(0, MOST_SHOWN)
  return left.length === 0 ? [] : [`Not used: ${shown.join(', ')}${left.length > MOST_SHOWN ? ' …' : ''}.`]
}

/** The elements of a list within a sale, or its one object. */
function listIn(element: unknown, pointer: string): readonly unknown[] {
  const found = valueAt(element, pointer)
  return Array.isArray(found) ? found : [found].filter(isObject)
}

const MOST_SHOWN = 20
const isFilled = (value: unknown) =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== ''

/** Whether a sale is a refund is what its number says. */
const withSeries = ({ settings, ...way }: Way, refunds: SeriesMeant, { pointer }: JsonField): Way => ({
  ...way,
  settings: { ...settings, refunds, fields: { ...settings.fields, type: pointer } },
})

/** All texts within a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const ASKS = {
  total: 'Which is the total of a sale, with tax?',
  amounts: 'Are the amounts decimals, or whole cents?',
  taxIncluded: 'Do the amounts include tax?',
  amount: 'What is the amount of a line, after discounts?',
  ...besideAsks,
} as const

/** Of the ways that read equally well those that were asked for; what they read differently is asked. */
function askedFor(best: readonly JsonReading[], asking: OpenQuestions): readonly JsonReading[] {
  let left = best
  // without a total the tax is asked first: it may say which total there is
  const first = best.some(({ way }) => way.assumes.total === NO_TOTAL) ? [] : ['total' as const]
  const rest = ['amounts', 'taxIncluded', 'total', 'amount', ...besideDimensions] as const
  const order = [...first, ...rest]
  // what makes a difference alone is asked first, then what does so with others
  for (const [place, dimension] of [...order, ...order].entries()) {
    const values = [...new Set(left.map(({ way }) => way.assumes[dimension]))]
    if (values.length < 2 || !isTelling(left, dimension, place < order.length)) continue
    const options = values.map(value => ({ value, means: meaningOf(dimension, value, left) }))
    const said = asking.ask({ id: dimension, asks: ASKS[dimension], options }) ?? values[0]
    left = left.filter(({ way }) => way.assumes[dimension] === said)
  }
  return left
}

function meaningOf(dimension: keyof typeof ASKS, value: string, of: readonly JsonReading[]): string {
  switch (dimension) {
    case 'amounts':
      return value === 'minor' ? 'whole cents: 1990 is 19.90' : 'decimals: 1990 is 1,990.00'
    case 'taxIncluded':
      return value === 'yes' ? 'tax is in them' : 'tax comes on top'
    case 'total':
    case 'amount': {
      const shown = of.find(({ way }) => way.assumes[dimension] === value)?.way.examples[dimension]
      if (shown === undefined) return value === NO_TOTAL ? 'no field is' : `"${value}"`
      return `"${value}", the one with ${shown}`
    }
    default:
      return besideMeans(dimension, value)
  }
}

/** Whether ways that differ in a dimension, and in it alone if `isAlone`, read the file otherwise. */
function isTelling(left: readonly JsonReading[], dimension: keyof Way['assumes'], isAlone: boolean): boolean {
  const contents = new Map<string, string>()
  for (const { way, reading } of left) {
    const others = Object.entries(way.assumes).filter(([name]) => name !== dimension)
    const key = isAlone ? JSON.stringify(others) : ''
    const content = contentOf(reading)
    if ((contents.get(key) ?? content) !== content) return true
    contents.set(key, content)
  }
  return false
}

/** What `total` is where no field is. */
const NO_TOTAL = 'none'

const contentOf = ({ rows }: KnownReading) =>
  JSON.stringify(
    rows.map(({ event, problem }) =>
      event?.kind === 'sale.completed'
        ? [event.lines, event.taxes, event.tenders, event.rounding]
        : [event?.kind, problem?.code],
    ),
  )

function waysOf(
  given: FileToTry,
  list: { readonly pointer: string; readonly elements: readonly unknown[] },
  asking: OpenQuestions,
): {
  readonly ways: readonly Way[]
  readonly marked: readonly string[]
  /** Null: another field says what a sale is. */
  readonly numbersOfSales: JsonField | null
} {
  const { file, folder, store, answers } = given
  const shape = shapeOf(list.elements)
  const first = (field: ExportField, of = shape) => pointersOf(of, field)[0]
  const moment = saleMomentIn(shape, file)
  const receipt =
    first('receipt') ?? shape.fields.find(({ pointer }) => /^\/(?:id|no|number|nr)$/i.test(pointer))
  if (moment === null || receipt === undefined)
    throw jsonUnknown({ file, why: 'no name in it is that of a receipt number, or of a date' })
  const found = salePartsOf(shape)
  const asked = found.goods === null ? null : lineAmountAsked(found.goods, file, asking)
  const parts = { ...found, lines: found.lines ?? found.goods }
  const { lines } = parts
  const totals = saleTotals(shape, list.elements, lines !== null)
  const type = pointersOf(shape, 'type').find(({ values }) =>
    values.some(value => typeMeant(String(value)) !== null),
  )
  const status = pointersOf(shape, 'status').find(({ values }) =>
    values.some(value => statusMeant(String(value)) !== null),
  )
  const tender =
    parts.tenders === null ? undefined : tenderFields(parts.tenders.shape, PAID.test(parts.tenders.pointer))
  const ofSaleAlone = tender === undefined ? paymentsOfSale(shape) : NO_PAYMENTS
  const codes = currenciesIn(shape)
  if (codes.length > 1)
    throw jsonUnknown({
      file,
      why: `it has amounts in ${codes.join(' and ')}, and a source has one currency`,
    })
  const shapes = [shape, ...Object.values(parts).flatMap(part => part?.shape ?? [])]
  const currency = Currency.parse(codes[0] ?? askCurrency(answers, asking, amountsAsTexts(shapes)))
  const stores = storesIn(shape, list.elements.length, asking)
  const shared = {
    folder,
    files: [filesLike(file)],
    currency,
    ...numbersOf(shapes, currency, asking),
    zone: store.zone,
    warehouse: store.warehouse,
    ...stores.settings,
    ...(list.pointer === '' ? {} : { list: list.pointer }),
    ...dateForm(moment, file, asking),
    ...clockIn(moment, store.zone, asking),
    refunds: type === undefined ? ('signed' as const) : wordsOf(type, 'type', typeMeant, typeOptions, asking),
    ...(status === undefined ? {} : { statuses: statusesOf(status, asking) }),
    ...kindsIn(tender?.name ?? ofSaleAlone.named, parts.tenders?.pointer ?? '', asking),
  }
  const optional = (name: string, found: JsonField | undefined) =>
    found === undefined ? {} : { [name]: found.pointer }
  const ofSale = {
    ...receiptKey(receipt, first('till'), list.elements.length),
    ...stores.fields,
    ...ofSaleAlone.fields,
    ...optional('currency', currencyField(shape, currency)),
    date: moment.date.pointer,
    ...optional('time', moment.time),
    ...optional('businessDate', first('businessDate')),
    ...optional('till', first('till')),
    ...optional('staff', first('staff')),
    ...optional('rounding', first('rounding')),
    ...optional('type', type),
    ...optional('status', status),
    ...(parts.taxes !== null || (lines !== null && pointersOf(lines.shape, 'tax').length > 0)
      ? {}
      : optional('receiptTax', first('tax'))),
    ...(parts.taxes === null
      ? taxOfPayments(parts, shape)
      : { taxes: parts.taxes.pointer, tax: taxFields(parts.taxes.shape) }),
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
      : asked !== null
        ? [asked]
        : [
            ...pointersOf(lines.shape, 'amount'),
            ...pointersOf(lines.shape, 'total'),
            ...pointersOf(lines.shape, 'price').slice(0, 1),
          ]
  const isWhole = [...shapes.flatMap(({ fields }) => fields.filter(isMoney)), ...totals].every(
    field => field === undefined || isWholeNumber(given.bytes, field),
  )
  const besides = jsonBesides({
    ...{ sale: shape, lines: lines?.shape ?? null, tenders: parts.tenders?.shape ?? null },
    hasPayments: tender !== undefined || ofSaleAlone.fields.payments !== undefined,
    isPriced: amounts.every(amount => amount?.meant.has('price') === true && !amount.meant.has('amount')),
  })
  const written = isWhole ? (['minor', 'decimal'] as const) : (['decimal'] as const)
  const forms = written.flatMap(amounts =>
    besides.flatMap(beside => totals.map(total => ({ amounts, beside, total }))),
  )
  const quantity = lines === null ? null : quantityAsked(lines.pointer, lines.shape, asking)
  const hasUnits = lines === null || quantity !== null || pointersOf(lines.shape, 'quantity').length > 0
  const items = lines === null ? null : itemTypes(lines)
  const { tax: _, tender: paid, ...named } = { tender: undefined, tax: undefined, ...ofSale }
  const marksOf = (part: JsonPart, used: readonly unknown[], figures: readonly (JsonField | undefined)[]) =>
    jsonMarks(part, new Set(used.flatMap(textsIn)), isBackBy(shared.refunds, type, figures), asking)
  const saleMarks = marksOf(
    { pointer: '', elements: list.elements },
    [named, besides.map(({ sale }) => sale), lines?.pointer, pointersOfAll(totals)],
    totals,
  )
  const lineNames = lines === null ? [] : [lineFields(lines.shape, amounts[0], true), items?.field, quantity]
  const units = lines === null ? undefined : pointersOf(lines.shape, 'quantity')[0]
  const lineMarks =
    lines === null ? [] : marksOf(lines, [lineNames, pointersOfAll(amounts)], [units, ...amounts])
  const tenderMarks =
    parts.tenders === null || paid === undefined ? [] : marksOf(parts.tenders, [paid], [tender?.amount])
  const services = items === null ? {} : { services: items.services }
  const ways = amounts.flatMap(amount =>
    [true, false].flatMap(taxIncluded =>
      forms.map(({ amounts: written, beside, total }): Way => {
        const line =
          lines === null
            ? {}
            : {
                lines: lines.pointer,
                line: {
                  ...lineFields(lines.shape, amount, parts.taxes === null),
                  ...beside.line,
                  ...(quantity === null ? {} : { quantity }),
                  ...(items === null ? {} : { itemType: items.field }),
                  ...marksIn(lineMarks),
                },
              }
        return {
          settings: {
            ...shared,
            ...services,
            amounts: written,
            taxIncluded,
            fields: {
              ...ofSale,
              ...optional('total', total),
              ...(paid === undefined
                ? {}
                : { tender: { ...paid, ...beside.tender, ...marksIn(tenderMarks) } }),
              ...marksIn(saleMarks),
              ...beside.sale,
              ...line,
            },
          } as JsonGiven,
          assumes: {
            total: total?.pointer ?? NO_TOTAL,
            amounts: written,
            taxIncluded: taxIncluded ? 'yes' : 'no',
            amount: amount?.pointer ?? '',
            ...beside.assumes,
          },
          examples: { total: exampleOf(total), amount: exampleOf(amount) },
        }
      }),
    ),
  )
  const ofSales = jsonMarkTexts('', saleMarks)
  const ofLines = lines === null ? [] : jsonMarkTexts(lines.pointer, lineMarks)
  const ofTenders = parts.tenders === null ? [] : jsonMarkTexts(parts.tenders.pointer, tenderMarks)
  const ofUnits = hasUnits ? [] : [oneUnitEach(lines?.pointer ?? '')]
  return {
    ways,
    numbersOfSales: type === undefined ? receipt : null,
    marked: [...ofUnits, ...ofSales, ...ofLines, ...ofTenders],
  }
}

const exampleOf = (field: JsonField | undefined) =>
  field === undefined ? undefined : [...new Set(field.values)].slice(0, 3).join(', ')

const isMoney = ({ meant, values }: JsonField) =>
  (['amount', 'price', 'total', 'paid'] as const).some(field => meant.has(field)) && values.every(isFigure)

/** Whether amounts may be cents. `20.0` are not: JSON's own numbers forget that they were written so. */
function isWholeNumber(bytes: Buffer, { pointer, values }: JsonField): boolean {
  const name = (pointer.split('/').at(-1) ?? '').replaceAll(/[^\w]/g, '.')
  const withCents = new RegExp(`"${name}"\\s*:\\s*-?\\d+\\.\\d`)
  return values.every(Number.isInteger) && !withCents.test(bytes.toString('utf8'))
}

const NO_PAYMENTS: PaymentsOfSale = { fields: {}, named: undefined }

function clockIn({ date, time }: Moment, zone: string, asking: OpenQuestions) {
  const fields = [date, ...(time === undefined ? [] : [time])]
  const named = fields.map(({ pointer, values }) => ({ name: pointer, values: values.map(String) }))
  return clockAsked(named, zone, asking) === 'utc' ? { timesIn: 'utc' as const } : {}
}

function kindsIn(name: JsonField | undefined, list: string, asking: OpenQuestions) {
  return name === undefined ? {} : { tenderKinds: kindsOf(name, list, asking) }
}

/** Whether a sale, or a line or payment of one, went back in any case. */
function isBackBy(
  refunds: 'signed' | Readonly<Record<string, string>>,
  type: JsonField | undefined,
  figures: readonly (JsonField | undefined)[],
): (element: unknown) => boolean {
  const isRefund = (element: unknown) =>
    refunds !== 'signed' && type !== undefined && refunds[String(valueAt(element, type.pointer))] === 'refund'
  return element => isRefund(element) || isBelowAt(element, pointersOfAll(figures))
}

const marksIn = (marks: readonly JsonMark[]) => (marks.length === 0 ? {} : { marks: [...marks] })
const pointersOfAll = (fields: readonly (JsonField | undefined)[]) =>
  fields.flatMap(field => field?.pointer ?? [])

/** Each payment may say its share of the tax, where nothing else says any. */
function taxOfPayments({ lines, tenders }: ReturnType<typeof salePartsOf>, shape: JsonShape) {
  const isSaid = [shape, ...(lines === null ? [] : [lines.shape])].some(
    of => pointersOf(of, 'tax').length > 0,
  )
  const tax = tenders === null || isSaid ? undefined : pointersOf(tenders.shape, 'tax')[0]
  return tenders === null || tax === undefined ? {} : { taxes: tenders.pointer, tax: { amount: tax.pointer } }
}

/** Tills that count on their own give one number twice; a number that is more than a count is a sale's alone. */
function receiptKey(receipt: JsonField, till: JsonField | undefined, sales: number) {
  const isCount = receipt.values.every(value => /^\d{1,8}$/.test(String(value)))
  if (till === undefined || !isCount || till.values.length !== sales) return { receipt: receipt.pointer }
  return { receipt: [till.pointer, receipt.pointer], receiptNumber: receipt.pointer }
}

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
