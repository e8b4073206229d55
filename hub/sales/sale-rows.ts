import type { SaleCompleted } from '../../shared/events.ts'
import { sum } from '../../shared/money.ts'
import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { itemNumbers, numberIn } from '../items/item-table.ts'
import type { NamedSale } from './decide.ts'
import { fingerprintKey } from './receipt-key.ts'
import { dateNumber, wallNumber } from './sale-times.ts'

type WithContent = NamedSale & { readonly content: SaleCompleted }
type Codes = ReadonlyMap<string, number>

/**
 * Writes receipts as decided, in stream order: the newest content of each, and the lines, taxes and tenders of every
 * revision, which are kept.
 */
export async function writeSales(tx: Tx, store: number, decided: readonly NamedSale[]): Promise<void> {
  const sold = decided.filter((one): one is WithContent => one.content !== null)
  const codes = await codesFor(tx, textsIn(decided, sold))
  const skus = sold.flatMap(({ content }) => content.lines.flatMap(line => line.sku ?? []))
  const items = await itemNumbers(tx, new Set(skus))
  const newest = new Map(sold.map(one => [one.held.sale, one]))
  await insertRows(
    tx,
    'sale',
    [...newest.values()].map(one => saleRow(store, one, codes)),
    { key: ['store', 'sale'], replace: CONTENT },
  )
  await insertRows(
    tx,
    'sale_line',
    sold.flatMap(one => lineRows(store, one, codes, items)),
  )
  await insertRows(
    tx,
    'sale_tax',
    sold.flatMap(one => taxRows(store, one, codes)),
  )
  await insertRows(
    tx,
    'sale_tender',
    sold.flatMap(one => tenderRows(store, one, codes)),
  )
  await writeVoids(tx, store, decided, codes)
}

/** Of a batch with several contents of one receipt, the last one says whether it is voided. */
async function writeVoids(tx: Tx, store: number, decided: readonly NamedSale[], codes: Codes): Promise<void> {
  const last = new Map(decided.map(one => [one.held.sale, one]))
  for (const { held, origin, content } of last.values()) {
    if (content !== null) continue
    const { epoch, seq, at } = origin
    await tx
      .updateTable('sale')
      .set({ state: 'voided', device: codeIn(codes, origin.device), epoch, seq, received_at: at })
      .where('store', '=', store)
      .where('sale', '=', held.sale)
      .execute()
  }
}

function textsIn(decided: readonly NamedSale[], sold: readonly WithContent[]): Set<string> {
  const texts = new Set(decided.map(one => one.origin.device))
  for (const { name, content } of sold) {
    texts.add(name.source).add(content.till)
    if (content.staff !== null) texts.add(content.staff)
    for (const { warehouse } of content.lines) texts.add(warehouse)
    for (const { name } of content.taxes) texts.add(name)
    for (const { name } of content.tenders) texts.add(name)
  }
  return texts
}

/** What a newer content of a receipt replaces. */
const CONTENT = [
  'revision',
  'state',
  'fingerprint',
  'receipt_number',
  'till',
  'staff',
  'business_date',
  'sold_at',
  'currency',
  'net',
  'tax',
  'tendered',
  'rounding',
  'unexplained',
  'device',
  'epoch',
  'seq',
  'received_at',
] as const satisfies readonly (keyof Schema['sale'])[]

function saleRow(store: number, { held, origin, name, content }: WithContent, codes: Codes): Schema['sale'] {
  return {
    store,
    sale: held.sale,
    source: codeIn(codes, name.source),
    receipt: name.key,
    revision: held.revision,
    state: 'sold',
    fingerprint: fingerprintKey(content.fingerprint),
    receipt_number: content.receiptNumber,
    till: codeIn(codes, content.till),
    staff: content.staff === null ? null : codeIn(codes, content.staff),
    business_date: dateNumber(content.businessDate),
    sold_at: wallNumber(content.soldAt.wall),
    currency: content.currency,
    net: sum(content.lines.map(({ net }) => net)),
    tax: sum(content.taxes.map(({ amount }) => amount)),
    tendered: sum(content.tenders.map(({ amount }) => amount)),
    rounding: content.rounding,
    unexplained: content.unexplained,
    device: codeIn(codes, origin.device),
    epoch: origin.epoch,
    seq: origin.seq,
    received_at: origin.at,
  }
}

function lineRows(
  store: number,
  { held, content }: WithContent,
  codes: Codes,
  items: ReadonlyMap<string, number>,
): Schema['sale_line'][] {
  return content.lines.map(({ line, sku, warehouse, quantity, net, discount }) => ({
    store,
    sale: held.sale,
    revision: held.revision,
    line,
    item: sku === null ? null : numberIn(items, sku),
    warehouse: codeIn(codes, warehouse),
    quantity,
    net,
    discount: discount ?? null,
  }))
}

function taxRows(store: number, { held, content }: WithContent, codes: Codes): Schema['sale_tax'][] {
  return content.taxes.map(({ name, rate, base, amount }, line) => ({
    store,
    sale: held.sale,
    revision: held.revision,
    line,
    name: codeIn(codes, name),
    rate,
    base,
    amount,
  }))
}

function tenderRows(store: number, { held, content }: WithContent, codes: Codes): Schema['sale_tender'][] {
  return content.tenders.map(({ kind, name, amount }, line) => ({
    store,
    sale: held.sale,
    revision: held.revision,
    line,
    kind,
    name: codeIn(codes, name),
    amount,
  }))
}
