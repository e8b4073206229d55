import { units } from '../../shared/quantity.ts'
import type { Tx } from '../db/db.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import { countedByOpening } from '../stock/opening-balance.ts'
import type { Pickup, PickupLines } from './pickup-row.ts'

interface Place {
  readonly store: string
  readonly pickup: string
  readonly orderName: string
  /** Makes keys of later rounds (a pickup that came back, an edited order) differ from the first. */
  readonly version: number
}

type Line = PickupLines['lines'][number]

/** Lines that move stock: Shopify commits nothing for an item it does not count. */
function counted(lines: readonly Line[]): readonly (Line & { sku: string })[] {
  return lines.flatMap(line => {
    const { sku } = line
    return sku !== null && line.tracked && line.quantity > 0 ? [{ ...line, sku }] : []
  })
}

function movement(
  at: Place,
  warehouse: string,
  change: Pick<NewMovement, 'source_key' | 'sku' | 'state' | 'quantity' | 'reason' | 'at'>,
): NewMovement {
  return {
    store: at.store,
    warehouse,
    reference: `${at.orderName} ${at.pickup}`,
    device: null,
    epoch: null,
    seq: null,
    posts: false,
    ...change,
  }
}

function key(kind: string, at: Place, line: Line): string {
  const first = `${kind}/${at.pickup}/${line.id}`
  return at.version === 1 ? first : `${first}/${at.version}`
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
    const allocation = {
      source_key: key('allocation', at, line),
      sku: line.sku,
      state: 'committed' as const,
      at: now,
    }
    movements.push(movement(at, pickup.warehouse, { ...allocation, quantity, reason: 'allocation' }))
    const place = { store: at.store, warehouse: pickup.warehouse }
    // The ledger of this item began with a level that had this order in it: count it once.
    if (await countedByOpening(tx, place, { sku: line.sku, quantity }, pickup.orderedAt))
      movements.push(
        movement(at, pickup.warehouse, {
          ...allocation,
          source_key: key('opening-allocation', at, line),
          quantity: -quantity,
          reason: 'opening',
        }),
      )
  }
  await writeMovements(tx, movements)
}

/** The order no longer claims these units here. Safe to call twice: a pickup releases once. */
export async function releaseUnits(tx: Tx, pickup: Pickup, now: number): Promise<PickupLines> {
  const { row, lines } = pickup
  if (!lines.committed) return lines
  const at = placeOf(pickup)
  await writeMovements(
    tx,
    counted(lines.lines).map(line =>
      movement(at, lines.warehouse, {
        source_key: key('release', { ...at, version: row.version + 1 }, line),
        sku: line.sku,
        state: 'committed',
        quantity: -units(line.quantity),
        reason: 'release',
        at: now,
      }),
    ),
  )
  return { ...lines, committed: false }
}

/**
 * The goods have left with the customer. `by`: whether Shopify has taken them off its own level, or we must tell it.
 * Once a pickup: the source key says so.
 */
export async function handOverUnits(
  tx: Tx,
  pickup: Pickup,
  by: 'shopify' | 'us',
  now: number,
): Promise<PickupLines> {
  const { lines } = pickup
  const at = placeOf(pickup)
  await writeMovements(
    tx,
    counted(lines.lines).map(line => ({
      ...movement(at, lines.warehouse, {
        source_key: `handover/${at.pickup}/${line.id}`,
        sku: line.sku,
        state: 'on_hand',
        quantity: -units(line.quantity),
        reason: 'handover',
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
      { line, kind: 'allocation', state: 'committed' as const, delta: difference('quantity') },
      { line, kind: 'handover', state: 'on_hand' as const, delta: -Math.max(0, difference('fulfilled')) },
    ]
  })
  await writeMovements(
    tx,
    changed.flatMap(({ line, kind, state, delta }) => {
      if (delta === 0 || line.sku === null || !line.tracked) return []
      const change = { source_key: key(kind, at, line), sku: line.sku, state, quantity: units(delta) }
      return [movement(at, pickup.lines.warehouse, { ...change, reason: kind, at: now })]
    }),
  )
}

function placeOf({ row }: Pickup): Place {
  return { store: row.store, pickup: row.pickup, orderName: row.order_name, version: row.version }
}
