import { units } from '../../shared/quantity.ts'
import { codeFor } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { numberOfGid } from '../stock/movement-key.ts'
import { movementKinds } from '../stock/movement-kinds.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import { countedByOpening } from '../stock/opening-balance.ts'
import type { LedgerLines, Pickup } from './pickup-row.ts'

interface Place {
  readonly store: string
  readonly pickup: string
  readonly version: number
}

type Line = LedgerLines['lines'][number]

/** Lines that move stock: Shopify commits nothing for an item it does not count. */
function counted(lines: readonly Line[]): readonly (Line & { sku: string })[] {
  return lines.flatMap(line => {
    const { sku } = line
    return sku !== null && line.tracked && line.quantity > 0 ? [{ ...line, sku }] : []
  })
}

/** `revision` makes keys of later rounds (a pickup that came back, an edited order) differ from the first. */
function movement(
  at: Place,
  warehouse: string,
  line: Line & { sku: string },
  change: Pick<NewMovement, 'kind' | 'quantity' | 'revision' | 'at'>,
): NewMovement {
  return {
    store: at.store,
    warehouse,
    sku: line.sku,
    cause: numberOfGid(at.pickup),
    line: numberOfGid(line.id),
    origin: null,
    posts: false,
    ...change,
  }
}

/** Shopify has committed these units to the order: the ledger follows. */
export async function commitUnits(
  tx: Tx,
  at: Place,
  pickup: { warehouse: string; lines: readonly Line[]; orderedAt: number },
  now: number,
): Promise<void> {
  const movements: NewMovement[] = []
  for (const line of counted(pickup.lines)) {
    const quantity = units(line.quantity)
    const change = { revision: at.version, at: now }
    movements.push(movement(at, pickup.warehouse, line, { ...change, kind: 'allocation', quantity }))
    const place = { store: at.store, warehouse: pickup.warehouse }
    // The ledger of this item began with a level that had this order in it: count it once.
    if (await countedByOpening(tx, place, { sku: line.sku, quantity }, pickup.orderedAt))
      movements.push(
        movement(at, pickup.warehouse, line, { ...change, kind: 'opening-allocation', quantity: -quantity }),
      )
  }
  await writeMovements(tx, movements)
}

/** The order no longer claims these units here. Safe to call twice: a pickup releases once. */
export async function releaseUnits(tx: Tx, pickup: Pickup, now: number): Promise<LedgerLines> {
  const { row, lines } = pickup
  if (!lines.committed) return lines
  const at = placeOf(pickup)
  await writeMovements(
    tx,
    counted(lines.lines).map(line =>
      movement(at, lines.warehouse, line, {
        kind: 'release',
        revision: row.version + 1,
        quantity: -units(line.quantity),
        at: now,
      }),
    ),
  )
  return { ...lines, committed: false }
}

/**
 * The goods have left with the customer. `by`: whether Shopify has taken them off its own level, or we must tell it.
 * Once a line: what was booked as handed over before, by Shopify's word or ours, is not booked again.
 */
export async function handOverUnits(
  tx: Tx,
  pickup: Pickup,
  by: 'shopify' | 'us',
  now: number,
): Promise<LedgerLines> {
  const { lines } = pickup
  const at = placeOf(pickup)
  const done = await handedOverLines(tx, at)
  const left = counted(lines.lines).filter(line => !done.has(numberOfGid(line.id)))
  await writeMovements(
    tx,
    left.map(line => ({
      ...movement(at, lines.warehouse, line, {
        kind: 'hand-over',
        revision: 0,
        quantity: -units(line.quantity),
        at: now,
      }),
      posts: by === 'us',
    })),
  )
  return releaseUnits(tx, pickup, now)
}

/**
 * An edited or partly fulfilled order: the ledger follows the difference of each line. Units that Shopify shows as
 * fulfilled have left its level and the store.
 */
export async function changeUnits(
  tx: Tx,
  pickup: Pickup,
  lines: readonly Line[],
  now: number,
): Promise<void> {
  const at = { ...placeOf(pickup), version: pickup.row.version + 1 }
  const before = new Map(pickup.lines.lines.map(line => [line.id, line]))
  const after = new Map(lines.map(line => [line.id, line]))
  const changed = [...new Set([...before.keys(), ...after.keys()])].flatMap(id => {
    const line = after.get(id) ?? before.get(id)
    if (line === undefined) return []
    const difference = (of: 'quantity' | 'fulfilled') =>
      (after.get(id)?.[of] ?? 0) - (before.get(id)?.[of] ?? 0)
    return [
      { line, kind: 'allocation' as const, delta: difference('quantity') },
      { line, kind: 'hand-over' as const, delta: -Math.max(0, difference('fulfilled')) },
    ]
  })
  await writeMovements(
    tx,
    changed.flatMap(({ line, kind, delta }) => {
      const { sku } = line
      if (delta === 0 || sku === null || !line.tracked) return []
      const change = { kind, revision: at.version, quantity: units(delta), at: now }
      return [movement(at, pickup.lines.warehouse, { ...line, sku }, change)]
    }),
  )
}

function placeOf({ row }: Pickup): Place {
  return { store: row.store, pickup: row.pickup, version: row.version }
}

/** The lines of a pickup that were handed over already, by their numbers. */
async function handedOverLines(tx: Tx, at: Place): Promise<ReadonlySet<number>> {
  const store = await codeFor(tx, at.store)
  const rows = await tx
    .selectFrom('movement')
    .select('line')
    .where('store', '=', store)
    .where('kind', '=', movementKinds['hand-over'])
    .where('cause', '=', numberOfGid(at.pickup))
    .where('revision', '=', 0)
    .execute()
  return new Set(rows.map(row => row.line))
}
