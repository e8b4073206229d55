import { valueAt } from '../../sources/sales-files/json/json-values.ts'
import { taxInHeading } from './heading-words.ts'
import { type JsonField, type JsonShape, pointersOf } from './json-fields.ts'

/**
 * What may be the total of a sale, the likeliest first; undefined: it has none. A sum before tax is not one: where the sale has
 * that sum, the tax and both together, these three say so; where they don't, a person does.
 */
export function saleTotals(
  shape: JsonShape,
  elements: readonly unknown[],
  hasLines: boolean,
): readonly (JsonField | undefined)[] {
  const named = pointersOf(shape, 'total')
  // a sale's own amount is its total, where its lines have theirs
  const amounts = hasLines ? pointersOf(shape, 'amount') : []
  const all = [...new Set([...named, ...amounts])]
  const taxes = pointersOf(shape, 'tax')
  const [first] = all
  if (first === undefined) return [undefined]
  const isWithTax = (gross: JsonField, net: JsonField) =>
    gross !== net && taxes.some(tax => isSum(elements, [net, tax, gross]))
  const gross = all.find(each => isWithTax(each, first))
  if (gross !== undefined) return [gross]
  if (named.length > 0 || all.some(net => isWithTax(first, net))) return [first]
  const apart = all.filter(
    (field, place) => !all.slice(0, place).some(other => isSame(elements, field, other)),
  )
  const isNet = taxes.length > 0 && apart.length === 1 && isBeforeTax(first)
  return isNet ? [first, undefined] : apart
}

const isBeforeTax = ({ pointer }: JsonField) =>
  taxInHeading(` ${pointer}`) === false || /(?:^|[/_])(?:net|netto)/i.test(pointer)

/** Whether two fields add up to a third in each sale, and the second is not zero in all. */
function isSum(elements: readonly unknown[], fields: readonly [JsonField, JsonField, JsonField]): boolean {
  const rows = elements.map(element => fields.map(({ pointer }) => figureAt(element, pointer)))
  const full = rows.filter(row => row.every(each => each !== null))
  const isTrue = ([one, by, both]: readonly (number | null)[]) =>
    Math.abs((one ?? 0) + (by ?? 0) - (both ?? 0)) < NEARLY
  return full.some(([, by]) => by !== 0) && full.every(isTrue)
}

function isSame(elements: readonly unknown[], one: JsonField, other: JsonField): boolean {
  return elements.every(element => figureAt(element, one.pointer) === figureAt(element, other.pointer))
}

/** Less than the smallest coin of any currency. */
const NEARLY = 0.0005

/** Null: it is not a figure, or is written in another way than JSON's own numbers. */
function figureAt(element: unknown, pointer: string): number | null {
  const value = valueAt(element, pointer)
  if (typeof value !== 'number' && typeof value !== 'string') return null
  const figure = value === '' ? Number.NaN : Number(String(value).replace(',', '.'))
  return Number.isNaN(figure) ? null : figure
}
