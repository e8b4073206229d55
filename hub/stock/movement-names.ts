import type { Reads } from '../db/db.ts'
import { postedMovements } from '../outbox/postings.ts'
import { COMMITTED, movementKinds } from './movement-kinds.ts'

/**
 * A movement by what caused it at the POS or in Shopify, so that a hub whose database was put back gives it the same
 * name again: numbers of sales and entries are drawn per database and may differ then.
 */
export interface NamedMovement {
  readonly name: string
  readonly sku: string
  readonly warehouse: string
  /** Thousandths of a unit. */
  readonly quantity: number
}

/** A movement's key in this database, with what a name is made of. */
export interface NumberedMovement {
  readonly kind: number
  readonly cause: number
  readonly line: number
  readonly revision: number
}

const OF_SALE: readonly number[] = [
  movementKinds.sale,
  movementKinds['sale-reversal'],
  movementKinds['same-return'],
]
const OF_ENTRY: readonly number[] = [movementKinds.entry, movementKinds['entry-reversal']]

const hexOf = (key: Uint8Array) => Buffer.from(key).toString('hex')

/** The movements that a write carries. */
export async function movementsOfWrite(db: Reads, write: number): Promise<NamedMovement[]> {
  const rows = await postedMovements(db)
    .innerJoin('item as i', 'i.id', 'm.item')
    .innerJoin('code as w', 'w.id', 'm.warehouse')
    .leftJoin('sale as s', join =>
      join.onRef('s.store', '=', 'm.store').onRef('s.sale', '=', 'm.cause').on('m.kind', 'in', OF_SALE),
    )
    .leftJoin('stock_entry as e', join =>
      join.onRef('e.store', '=', 'm.store').onRef('e.entry', '=', 'm.cause').on('m.kind', 'in', OF_ENTRY),
    )
    .select(['m.kind', 'm.cause', 'm.line', 'm.revision', 'm.quantity', 'i.sku', 'w.text as warehouse'])
    .select(['s.receipt', 'e.key'])
    .where('p.write', '=', write)
    .where('m.kind', '<=', COMMITTED)
    .where('m.kind', '<>', movementKinds['count-correction']) // no till tells it again
    .execute()
  return rows.map(({ sku, warehouse, quantity, receipt, key, ...movement }) => ({
    name: nameOf(movement, receipt ?? key),
    sku,
    warehouse,
    quantity,
  }))
}

function nameOf({ kind, cause, line, revision }: NumberedMovement, key: Uint8Array | null): string {
  return [kind, key === null ? cause : `x${hexOf(key)}`, line, revision].join('/')
}

/** The key in this database of a movement by its name; null: this database does not hold what caused it. */
export async function movementNamed(
  db: Reads,
  store: number,
  name: string,
): Promise<NumberedMovement | null> {
  const [kindText, causeText = '', line, revision] = name.split('/')
  const kind = Number(kindText)
  const cause = causeText.startsWith('x')
    ? await causeOf(db, store, kind, Buffer.from(causeText.slice(1), 'hex'))
    : Number(causeText)
  return cause === null ? null : { kind, cause, line: Number(line), revision: Number(revision) }
}

async function causeOf(db: Reads, store: number, kind: number, key: Buffer): Promise<number | null> {
  if (OF_SALE.includes(kind)) {
    const row = await db
      .selectFrom('sale')
      .select('sale')
      .where('store', '=', store)
      .where('receipt', '=', key)
      .executeTakeFirst()
    return row?.sale ?? null
  }
  const row = await db
    .selectFrom('stock_entry')
    .select('entry')
    .where('store', '=', store)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.entry ?? null
}
