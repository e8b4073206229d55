import { type ExportField, fieldsMeant } from './heading-words.ts'
import { isSomeNumber } from './number-forms.ts'

/** What is at one pointer of the elements of a list. */
export interface JsonField {
  readonly pointer: string
  readonly meant: ReadonlyMap<ExportField, number>
  /** Texts and numbers, in the order of the elements. */
  readonly values: readonly (string | number | boolean)[]
}

/** The fields of a list's elements, and the lists within them. */
export interface JsonShape {
  readonly fields: readonly JsonField[]
  readonly lists: readonly { readonly pointer: string; readonly elements: readonly unknown[] }[]
}

type JsonObject = Readonly<Record<string, unknown>>
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const DEEPEST = 4
const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

export function shapeOf(elements: readonly unknown[]): JsonShape {
  const values = new Map<string, (string | number | boolean)[]>()
  const lists = new Map<string, unknown[]>()
  const walk = (value: unknown, pointer: string, depth: number): void => {
    if (Array.isArray(value)) {
      const inner = value.filter(isObject)
      if (inner.length > 0) lists.set(pointer, [...(lists.get(pointer) ?? []), ...inner])
    } else if (isObject(value)) {
      if (depth < DEEPEST)
        for (const [key, each] of Object.entries(value)) walk(each, `${pointer}/${escaped(key)}`, depth + 1)
    } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values.set(pointer, [...(values.get(pointer) ?? []), value])
  }
  for (const element of elements) walk(element, '', 0)
  return {
    fields: [...values].map(([pointer, found]) => ({ pointer, meant: pointerMeant(pointer), values: found })),
    lists: [...lists].map(([pointer, found]) => ({ pointer, elements: found })),
  }
}

/** `receiptNumber` and `receipt_no` are read as headings are; `/article/code` by its last two names, then by its last. */
function pointerMeant(pointer: string): ReadonlyMap<ExportField, number> {
  const names = pointer.split('/').slice(1).map(wordsIn)
  const [before, last = ''] = [names.at(-2), names.at(-1)]
  if (before === undefined) return fieldsMeant(last)
  const both = fieldsMeant(`${before} ${last}`)
  if (both.size > 0) return both
  // `"total": { "amount": 1, "currency": "EUR" }`
  const ofMoney = /^(?:amount|value)$/.test(last) ? fieldsMeant(before) : new Map<ExportField, number>()
  return ofMoney.size > 0 ? ofMoney : fieldsMeant(last)
}

function wordsIn(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase()
}

/** Fields that hold figures, whatever their names could mean besides. */
const FIGURES: ReadonlySet<ExportField> = new Set([
  ...(['quantity', 'amount', 'price', 'discount', 'tax', 'total', 'rounding', 'paid', 'taxRate'] as const),
])
export const isFigure = (value: string | number | boolean) =>
  typeof value === 'number' ||
  (typeof value === 'string' && (value === '' || isSomeNumber(value.replace('%', ''))))

/** A sale with a quantity that can't be read is refused by name; without the field each line would count as one unit. */
const isOfUnits = (field: ExportField, values: JsonField['values']) =>
  field === 'quantity' && values.some(isFigure)

/** The pointers that can mean a field, the likeliest first. */
export function pointersOf(shape: JsonShape, field: ExportField): readonly JsonField[] {
  const rank = ({ meant }: JsonField) => meant.get(field) ?? Number.NaN
  return shape.fields
    .filter(each => !Number.isNaN(rank(each)) && each.values.some(value => value !== ''))
    .filter(({ values }) => !FIGURES.has(field) || values.every(isFigure) || isOfUnits(field, values))
    .toSorted((one, other) => rank(one) - rank(other))
}

/** A list of the file: the sales, or what is within them. */
export interface JsonPart {
  /** Where it is in a sale; empty: the sales themselves. */
  readonly pointer: string
  readonly elements: readonly unknown[]
}

/** The pointers of all texts, numbers and lists of the elements, those that are empty in each among them. */
export function pointersIn(elements: readonly unknown[]): readonly string[] {
  const found = new Set<string>()
  const walk = (value: unknown, pointer: string, depth: number): void => {
    if (!isObject(value)) found.add(pointer)
    else if (depth < DEEPEST)
      for (const [key, each] of Object.entries(value)) walk(each, `${pointer}/${escaped(key)}`, depth + 1)
  }
  for (const element of elements) walk(element, '', 0)
  found.delete('')
  // null here and an object there
  return [...found].filter(each => ![...found].some(other => other.startsWith(`${each}/`)))
}

interface FoundList {
  readonly pointer: string
  readonly elements: readonly unknown[]
}

/** The list whose elements name a receipt or a date, and money; null: the file has no such list. */
export function salesList(text: string): FoundList | null {
  const whole = parsed(text)
  const values =
    whole === undefined
      ? text
          .split('\n')
          .filter(line => line.trim() !== '')
          .map(parsed)
      : [whole]
  if (values.some(value => value === undefined)) return null
  const [only] = values
  const lists: FoundList[] =
    values.length === 1 && !isSale([only]) ? listsIn(only, '', 0) : [{ pointer: '', elements: values }]
  return (
    lists
      .filter(({ elements }) => isSale(elements))
      .toSorted((one, other) => scoreOf(other) - scoreOf(one))[0] ?? null
  )
}

/** Undefined: it is not JSON. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined // told by name once nothing else fits either
  }
}

function listsIn(value: unknown, pointer: string, depth: number): FoundList[] {
  if (Array.isArray(value)) return [{ pointer, elements: value }]
  if (!isObject(value) || depth === DEEPEST) return []
  return Object.entries(value).flatMap(([key, each]) =>
    listsIn(each, `${pointer}/${escaped(key)}`, depth + 1),
  )
}

function isSale(elements: readonly unknown[]): boolean {
  if (elements.length === 0 || !elements.every(isObject)) return false
  const shape = shapeOf(elements)
  const has = (field: ExportField) => pointersOf(shape, field).length > 0
  return (has('date') || has('time')) && (has('total') || has('amount') || shape.lists.length > 0)
}

function scoreOf({ elements }: FoundList): number {
  const shape = shapeOf(elements)
  return (
    shape.lists.length * 5 + new Set(shape.fields.flatMap(({ meant }) => [...meant.keys()].slice(0, 1))).size
  )
}
