import { z } from 'zod'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

const Sold = z.array(z.object({ sku: z.string(), warehouse: z.string(), units: z.int().min(1) }))
/** The units of items that left with a receipt. */
export type SoldUnits = z.infer<typeof Sold>

const Taken = z.array(
  z.object({ line: z.string(), sku: z.string(), warehouse: z.string(), units: z.int().min(1) }),
)
/** Units of a receipt that are its order's now, by the fulfilment order's line. */
export type TakenUnits = z.infer<typeof Taken>

const Had = z.array(z.object({ line: z.string(), units: z.int().min(1) }))

/** Units by the fulfilment order's line. */
export type UnitsOfLines = ReadonlyMap<string, number>

type Row = Schema['order_sale']

/** A receipt that rings up an online order. */
export interface OrderSale extends Omit<Row, 'sold_json' | 'taken_json' | 'had_json'> {
  readonly sold: SoldUnits
  readonly taken: TakenUnits
  /**
   * Units of the order that have left and that no other receipt accounts for: those that this one handed over, and those of a hand-over
   * at a till or in Shopify that it is the receipt of. Only what is known to be back lessens them.
   */
  readonly had: UnitsOfLines
}

export function parseOrderSale({ sold_json, taken_json, had_json, ...row }: Row): OrderSale {
  const had = Had.parse(JSON.parse(had_json))
  return {
    ...row,
    sold: Sold.parse(JSON.parse(sold_json)),
    taken: Taken.parse(JSON.parse(taken_json)),
    had: unitsByLine(had),
  }
}

export async function readOrderSale(
  db: Reads,
  store: string,
  { source, receipt }: { readonly source: string; readonly receipt: string },
): Promise<OrderSale | undefined> {
  const row = await db
    .selectFrom('order_sale')
    .selectAll()
    .where('store', '=', store)
    .where('source', '=', source)
    .where('receipt', '=', receipt)
    .executeTakeFirst()
  return row === undefined ? undefined : parseOrderSale(row)
}

/** The receipts of a pickup, in a fixed order. */
export async function orderSalesOf(db: Reads, pickup: string): Promise<readonly OrderSale[]> {
  const rows = await db
    .selectFrom('order_sale')
    .selectAll()
    .where('pickup', '=', pickup)
    .orderBy('store')
    .orderBy('source')
    .orderBy('receipt')
    .execute()
  return rows.map(parseOrderSale)
}

/** What was asked of a receipt that handed over one order and was corrected to another one. */
export const namesOther = (other: string): string => `other-order ${other}`

/** What is asked of a receipt that names an order which another store has handed over. */
export const handedOverTwice = (order: string): string => `twice ${order}`

/** Whether a receipt that was not voided names one of these pickups, or an order by one of these names, whatever its lines are. */
export async function isNamedByReceipt(
  db: Reads,
  { names, pickups }: { readonly names: readonly string[]; readonly pickups: readonly string[] },
): Promise<boolean> {
  const rows = await db
    .selectFrom('order_sale')
    .select('is_void')
    .where(e =>
      e.or([
        ...(pickups.length === 0 ? [] : [e('pickup', 'in', pickups)]),
        ...(names.length === 0
          ? []
          : [
              e.and([e('pickup', 'is', null), e('named', 'in', names)]),
              e('asked', 'in', names.map(namesOther)),
            ]),
      ]),
    )
    .execute()
  // an older version did not note whether one without items was voided
  return rows.some(({ is_void }) => is_void !== 1)
}

export async function writeOrderSale(tx: Tx, { sold, taken, had, ...sale }: OrderSale): Promise<void> {
  const some = [...had].flatMap(([line, units]) => (units > 0 ? [{ line, units }] : []))
  const row: Row = {
    ...sale,
    sold_json: JSON.stringify(sold),
    taken_json: JSON.stringify(taken),
    had_json: JSON.stringify(some),
  }
  await tx
    .insertInto('order_sale')
    .values(row)
    .onConflict(c => c.columns(['store', 'source', 'receipt']).doUpdateSet(row))
    .execute()
}

export async function deleteOrderSale(tx: Tx, { store, source, receipt }: OrderSale): Promise<void> {
  await tx
    .deleteFrom('order_sale')
    .where('store', '=', store)
    .where('source', '=', source)
    .where('receipt', '=', receipt)
    .execute()
}

/** Sums units that are given by line. */
export function unitsByLine(
  some: readonly { readonly line: string; readonly units: number }[],
): UnitsOfLines {
  const of = new Map<string, number>()
  for (const { line, units } of some) of.set(line, (of.get(line) ?? 0) + units)
  return of
}

/** What a receipt has had of its order and does not say any more. */
export function unitsInDoubt({ had, taken }: Pick<OrderSale, 'had' | 'taken'>): UnitsOfLines {
  const now = unitsByLine(taken)
  const left = [...had].map(([line, units]) => [line, units - (now.get(line) ?? 0)] as const)
  return new Map(left.filter(([, units]) => units > 0))
}

export const hasHad = ({ had }: Pick<OrderSale, 'had'>) => [...had.values()].some(units => units > 0)
