import { units } from '../../shared/quantity.ts'
import type { Tx } from '../db/db.ts'
import { setDoubtfulAside } from '../stock/clock-doubt.ts'
import { numberOfGid, revisionOf } from '../stock/movement-key.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import type { OrderSale, TakenUnits } from './order-sale-row.ts'
import type { Pickup } from './pickup-row.ts'

interface Change {
  readonly row: OrderSale
  readonly pickup: Pickup
  readonly before: TakenUnits
  readonly after: TakenUnits
}

/** The order's hand-over moves these units: what the receipt moves of them is put back. @returns the row's next revision */
export async function writeDifference(
  tx: Tx,
  { row, pickup, before, after }: Change,
  now: number,
): Promise<number> {
  const { device, epoch, seq } = row
  const by = new Map<string, { line: string; sku: string; warehouse: string; units: number }>()
  const add = (some: TakenUnits, sign: 1 | -1) => {
    for (const { line, sku, warehouse, units } of some) {
      const key = `${line}\n${warehouse}`
      by.set(key, { line, sku, warehouse, units: (by.get(key)?.units ?? 0) + sign * units })
    }
  }
  add(before, -1)
  add(after, 1)
  let { revision } = row
  const movements: NewMovement[] = []
  for (const { line, sku, warehouse, units: count } of by.values()) {
    if (count === 0) continue
    revision += 1
    const key = {
      kind: 'order-sale' as const,
      cause: numberOfGid(pickup.row.pickup),
      line: numberOfGid(line),
    }
    const place = { store: row.store, warehouse, sku }
    const named = revisionOf(row.source, row.receipt, revision)
    const moved = {
      movedAt: row.moved_at,
      ...(row.or_moved_at === null ? {} : { orMovedAt: row.or_moved_at }),
    }
    const change = { revision: named, quantity: units(count), at: now, ...moved }
    movements.push({ ...key, ...place, ...change, origin: { device, epoch, seq }, posts: true })
  }
  const { doubtful } = await writeMovements(tx, movements)
  await setDoubtfulAside(tx, doubtful)
  return revision
}
