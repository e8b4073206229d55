import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import type { ExportField } from './heading-words.ts'
import { type JsonField, type JsonPart, type JsonShape, pointersOf, shapeOf } from './json-fields.ts'

export function lineFields(shape: JsonShape, amount: JsonField | undefined, hasOwnTax: boolean) {
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
    ...(amount === undefined || isPrice ? {} : priceOf(shape, amount)),
  }
}

/** The price of one unit, where nothing else is called a price. */
function priceOf(shape: JsonShape, amount: JsonField) {
  const [price] = pointersOf(shape, 'price').filter(field => field !== amount)
  return price === undefined ? {} : { price: price.pointer }
}

interface Part extends JsonPart {
  readonly shape: JsonShape
}

/** The lists of lines, payments and taxes within a sale. `goods`: those that are of goods, and name no money that is known. */
export function salePartsOf(
  shape: JsonShape,
): Readonly<Record<'lines' | 'tenders' | 'taxes' | 'goods', Part | null>> {
  const lists = shape.lists.map(list => ({ ...list, shape: shapeOf(list.elements) }))
  const has = ({ shape: of }: Part, ...fields: readonly ExportField[]) =>
    fields.some(field => pointersOf(of, field).length > 0)
  const tenders =
    lists.find(
      list =>
        // a way of payment may have a code
        (PAID.test(list.pointer) || !has(list, 'sku', 'barcode')) &&
        tenderFields(list.shape, PAID.test(list.pointer)) !== undefined,
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
  const goods =
    lists.find(
      list => list !== tenders && list !== taxes && has(list, 'sku', 'barcode') && has(list, 'quantity'),
    ) ?? null
  return { lines, tenders, taxes, goods: lines === null ? goods : null }
}

/** What lists of payments are called. */
export const PAID = /pay|tender|zahl|paiement|reglement|pago|pagament|betal/i

/** A name that mostly says a way of payment, or any in a list that is called payments, and a number; undefined: they are something else. */
export function tenderFields(
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

export function taxFields(shape: JsonShape) {
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
