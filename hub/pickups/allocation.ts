import { units } from '../../shared/quantity.ts'
import { knownCodes } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { numberOfGid } from '../stock/movement-key.ts'
import { movementKinds } from '../stock/movement-kinds.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import { countedByOpening } from '../stock/opening-balance.ts'
import type { GoodsPlace, LineUnits } from './fulfillments.ts'
import type { HandOverOrigin } from './hand-over.ts'
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
 * A till has handed over units that Shopify will not have as fulfilled, because it has cancelled or moved them: they leave the
 * ledger, and Shopify is told. Units that it has as fulfilled are booked by `followFulfillments`. `of`: what handed them over. `from`:
 * the store that they left, when the pickup is no longer there.
 */
export async function handOverTold(
  tx: Tx,
  pickup: Pickup,
  lost: readonly LineUnits[],
  of: HandOverOrigin,
  now: number,
  from: GoodsPlace = { store: pickup.row.store, warehouse: pickup.lines.warehouse },
): Promise<void> {
  await tellUnits(tx, pickup, lost, { of, from, sign: -1 }, now)
}

/** Staff have taken a hand-over back that the ledger took off itself: its units are there. `of`: what took it back. */
export async function takeBackTold(
  tx: Tx,
  pickup: Pickup,
  units: readonly LineUnits[],
  of: HandOverOrigin,
  now: number,
  from: GoodsPlace = { store: pickup.row.store, warehouse: pickup.lines.warehouse },
): Promise<void> {
  await tellUnits(tx, pickup, units, { of, from, sign: 1 }, now)
}

async function tellUnits(
  tx: Tx,
  pickup: Pickup,
  lost: readonly LineUnits[],
  { of, from, sign }: { readonly of: HandOverOrigin; readonly from: GoodsPlace; readonly sign: 1 | -1 },
  now: number,
): Promise<void> {
  const at = { ...placeOf(pickup), store: from.store }
  const quantityOf = new Map(lost.map(({ line, quantity }) => [line, quantity]))
  const lines = pickup.lines.lines.map(line => ({ ...line, quantity: quantityOf.get(line.id) ?? 0 }))
  const change = {
    kind: 'hand-over-told',
    revision: await freeRevision(tx, at, of.revision),
    at: now,
  } as const
  const told = counted(lines).map(line => ({
    ...movement(at, from.warehouse, line, { ...change, quantity: sign * units(line.quantity) }),
    movedAt: of.movedAt === null ? null : Math.min(of.movedAt, now),
    posts: true,
  }))
  await writeMovements(tx, told)
}

/** The wanted one; another when a hand-over that was made by the same person in the same millisecond has it. */
async function freeRevision(tx: Tx, { store, pickup }: Place, wanted: number): Promise<number> {
  const number = (await knownCodes(tx, [store])).get(store)
  if (number === undefined) return wanted
  const key = { store: number, kind: movementKinds['hand-over-told'], cause: numberOfGid(pickup) }
  for (let revision = wanted; ; revision += 1) {
    const taken = await tx
      .selectFrom('movement')
      .select('revision')
      .where(e => e.and({ ...key, revision }))
      .executeTakeFirst()
    if (taken === undefined) return revision
  }
}

/** Units of lines are due no more, or more are: what the order claims follows. Nothing is claimed once it is released. */
export async function changeUnits(
  tx: Tx,
  pickup: Pickup,
  lines: readonly Line[],
  now: number,
): Promise<void> {
  if (!pickup.lines.committed) return
  const at = { ...placeOf(pickup), version: pickup.row.version + 1 }
  const before = new Map(pickup.lines.lines.map(line => [line.id, line]))
  const after = new Map(lines.map(line => [line.id, line]))
  const movements = [...new Set([...before.keys(), ...after.keys()])].flatMap(id =>
    changesOf(before.get(id), after.get(id)).map(({ line, kind, by }) => {
      const change = { kind, revision: at.version, quantity: units(by), at: now }
      return movement(at, pickup.lines.warehouse, line, change)
    }),
  )
  await writeMovements(tx, movements)
}

/** How what a line claims changes: by so many units, or from one SKU to another. */
function changesOf(before: Line | undefined, after: Line | undefined) {
  const [old] = counted(before === undefined ? [] : [before])
  const [fresh] = counted(after === undefined ? [] : [after])
  const isMoved = old !== undefined && fresh !== undefined && old.sku !== fresh.sku
  if (isMoved)
    return [
      { line: old, kind: 'release' as const, by: -old.quantity },
      { line: fresh, kind: 'allocation' as const, by: fresh.quantity },
    ]
  const line = fresh ?? old
  const by = (fresh?.quantity ?? 0) - (old?.quantity ?? 0)
  return line === undefined || by === 0 ? [] : [{ line, kind: 'allocation' as const, by }]
}

function placeOf({ row }: Pickup): Place {
  return { store: row.store, pickup: row.pickup, version: row.version }
}
