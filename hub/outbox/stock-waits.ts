import { insertRows, type Reads, type Tx } from '../db/db.ts'

/** Where items wait: the main warehouse of the place. */
interface At {
  readonly store: string
  readonly warehouse: string
}

/** An item and since when it waits, by the hub's clock in milliseconds. */
export interface WaitingSince {
  readonly sku: string
  readonly since: number
}

/** Items leave a request that was not carried out, and another one will take them: they keep the time of the first. */
export async function keepSince(tx: Tx, { store, warehouse }: At, items: readonly WaitingSince[]) {
  await forgetSince(
    tx,
    { store, warehouse },
    items.map(({ sku }) => sku),
  )
  await insertRows(
    tx,
    'stock_wait',
    items.map(({ sku, since }) => ({ store, warehouse, sku, since })),
  )
}

/** Items enter a request, need none any more, or have an exception of their own. @returns since when each had waited */
export async function takeSince(
  tx: Tx,
  at: At,
  skus: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = (await waitingSince(tx, at)).filter(({ sku }) => skus.includes(sku))
  await forgetSince(
    tx,
    at,
    rows.map(({ sku }) => sku),
  )
  return new Map(rows.map(({ sku, since }) => [sku, since]))
}

function waitingSince(db: Reads, { store, warehouse }: At): Promise<WaitingSince[]> {
  return db
    .selectFrom('stock_wait')
    .select(['sku', 'since'])
    .where('store', '=', store)
    .where('warehouse', '=', warehouse)
    .execute()
}

async function forgetSince(tx: Tx, { store, warehouse }: At, skus: readonly string[]): Promise<void> {
  if (skus.length === 0) return
  await tx
    .deleteFrom('stock_wait')
    .where('store', '=', store)
    .where('warehouse', '=', warehouse)
    .where('sku', 'in', skus)
    .execute()
}

/** Every item that waits between two requests and is still due; one that is not mapped has an exception of its own. */
export function allWaitingSince(db: Reads) {
  return db
    .selectFrom('stock_wait as w')
    .select(['w.store', 'w.warehouse', 'w.sku', 'w.since'])
    .where(e =>
      e.exists(
        e
          .selectFrom('due as d')
          .innerJoin('item as i', 'i.id', 'd.item')
          .innerJoin('code as s', 's.id', 'd.store')
          .select('d.item')
          .whereRef('i.sku', '=', 'w.sku')
          .whereRef('s.text', '=', 'w.store')
          .where('i.state', '=', 'mapped'),
      ),
    )
    .orderBy('w.store')
    .orderBy('w.warehouse')
    .orderBy('w.sku')
    .execute()
}
