import { unitsForPeople } from '../../../shared/quantity.ts'
import { openException } from '../../checks/exceptions.ts'
import type { Tx } from '../../db/db.ts'
import { mappedItems } from '../../items/item-table.ts'
import { countedAt, countedBy, isAccountedFor, trackedSince } from '../../items/tracking.ts'
import { type DueMovement, takeMovements } from '../../outbox/postings.ts'
import { keepFraction } from '../../outbox/remainders.ts'
import { recordWithoutCall } from '../../outbox/writes.ts'
import { type DatedMovement, dueMovementsAt } from '../../stock/due-movements.ts'
import { countInOpening } from '../../stock/opening-balance.ts'
import { type StockPlace, stockSubject } from '../../stock/places.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'

/**
 * Judges what is due of items that Shopify did not count for a time, in the transaction that then plans the write. What was
 * sold while it was seen to be uncounted is in the level as it was counted later, and is not sent; what was sold since
 * tracking was surely on is sent. All else is set aside for a person.
 */
export async function judgeTracked(
  tx: Tx,
  place: StockPlace,
  seen: {
    readonly skus: readonly string[]
    readonly levels: ReadonlyMap<string, ItemLevel>
    readonly now: number
  },
): Promise<void> {
  const tracked = await trackedSince(tx, seen.skus)
  if (tracked.size === 0) return
  const items = await mappedItems(tx, [...tracked.keys()])
  for (const [sku, { item, turnedOn }] of tracked) {
    const level = seen.levels.get(items.get(sku) ?? '')
    if (level === undefined) continue
    const at = { item, location: place.location }
    const counted = await countedAt(tx, at, () => countedBy(turnedOn, level.onHandAt))
    const due = await dueMovementsAt(tx, place, sku)
    const isDecided = ({ clearedAt }: DatedMovement) => clearedAt !== null && clearedAt > turnedOn.until
    const early = due.filter(one => one.movedAt < counted.missingSince && !isDecided(one))
    const accounted = early.filter(({ movedAt }) => isAccountedFor(movedAt, turnedOn, counted))
    const unclear = early.filter(one => !accounted.includes(one))
    await closeUncounted(tx, place, sku, accounted, seen.now)
    await setAside(tx, place, { sku, level, now: seen.now, movements: unclear })
  }
}

const keysOf = (movements: readonly DatedMovement[]): DueMovement[] =>
  movements.map(({ movedAt: _movedAt, clearedAt: _clearedAt, ...movement }) => movement)

const sumOf = (movements: readonly DatedMovement[]) =>
  movements.reduce((sum, { quantity }) => sum + quantity, 0)

/** One closed write without changes records for the trace that these are not posted. */
async function closeUncounted(
  tx: Tx,
  { store, warehouses }: StockPlace,
  sku: string,
  movements: readonly DatedMovement[],
  now: number,
): Promise<void> {
  if (movements.length === 0) return
  const why = `Shopify did not count ${sku} when these movements happened.`
  await takeMovements(tx, keysOf(movements), await recordWithoutCall(tx, { store, subject: sku, why, now }))
  const of = { store, warehouse: warehouses[0], sku }
  const quantity = sumOf(movements)
  const rest = await keepFraction(tx, { ...of, quantity })
  await countInOpening(tx, of, { quantity: rest - quantity, since: ANY_OPENING }) // which took them for not counted
}

const ANY_OPENING = 0

async function setAside(
  tx: Tx,
  place: StockPlace,
  found: {
    readonly sku: string
    readonly level: ItemLevel
    readonly now: number
    readonly movements: readonly DatedMovement[]
  },
): Promise<void> {
  const { sku, level, now, movements } = found
  if (movements.length === 0) return
  const subject = stockSubject(place, sku)
  const write = await recordWithoutCall(tx, {
    store: place.store,
    subject,
    why: 'Tracking was turned on, and it is not known whether the level counts these movements.',
    now,
    state: 'unknown',
    facts: { begunAt: ANY_OPENING },
  })
  await takeMovements(tx, keysOf(movements), write)
  const moved = unitsForPeople(sumOf(movements))
  const fields = {
    items: sku,
    warehouse: place.warehouses[0],
    store: place.store,
    shown: level.onHand,
    moved,
  }
  const evidence = { write, shopify: level, moved }
  await openException(
    tx,
    { code: 'stock-write-unknown.tracked', subject, store: place.store, fields, evidence },
    now,
  )
}
