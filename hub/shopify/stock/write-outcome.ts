import { closeException, openException, reconcileExceptions } from '../../checks/exceptions.ts'
import { listed } from '../../checks/words/listed.ts'
import type { Tx } from '../../db/db.ts'
import { forgetItem } from '../../items/item-table.ts'
import { releaseWrite } from '../../outbox/postings.ts'
import { keepSince } from '../../outbox/stock-waits.ts'
import { confirmWrite, freezeWrite, giveUpWrite, refuseWrite, type Write } from '../../outbox/writes.ts'
import { doubtLevels, type KnownLevel, keepKnownLevels } from '../../stock/known-levels.ts'
import { type StockPlace, stockSubject } from '../../stock/places.ts'
import { markLevels, shiftSeenLevels } from '../../stock/seen-levels.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import { type BadChanges, isGone, whyRefused } from './refusal.ts'
import { type Change, changeFrom, type FrozenRequest, freeze, traceOf } from './request.ts'

function placeOfWrite(write: Write, { location, warehouses }: FrozenRequest): StockPlace {
  return { store: write.store, location, warehouses }
}

/** The write is done: its answer, or a later reading, proves every change. `levels`: those after it; null: not known. */
export async function confirm(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  { proof, levels }: { readonly proof: object; readonly levels: ReadonlyMap<string, KnownLevel> | null },
  now: number,
): Promise<void> {
  const place = placeOfWrite(write, request)
  await confirmWrite(tx, write.id, { proof, trace: traceOf(request), now })
  await shiftSeenLevels(tx, place, request.changes)
  await doubtLevels(tx, place.location, itemsOf(request))
  if (levels !== null) await keepKnownLevels(tx, place.location, levels)
  await closeException(tx, 'stock-write-refused', `${place.store}/${place.warehouses[0]}`, now)
  await locationTakesStock(tx, place, now)
  for (const { sku, inactive } of request.changes) {
    await closeException(tx, 'stock-write-refused', stockSubject(place, sku), now)
    await reportInactive(tx, place, { sku, inactive: inactive === true }, now)
  }
}

const itemsOf = ({ changes }: FrozenRequest) => changes.map(({ item }) => item)

/**
 * The levels of some items are not what the request starts from. It was not carried out, and the others go at once; these
 * leave it, are read again and go with a request of their own.
 */
export async function dropStale(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  { skus, key }: { readonly skus: ReadonlySet<string>; readonly key: string },
  now: number,
): Promise<void> {
  const stale = request.changes.filter(({ sku }) => skus.has(sku))
  await release(tx, write, request, stale)
  const items = stale.map(({ item }) => item)
  await doubtLevels(tx, request.location, items)
  await markStale(tx, write, request, items)
  await keep(
    tx,
    write,
    request,
    request.changes.filter(({ sku }) => !skus.has(sku)),
    key,
    now,
  )
}

/** Something else has changed these levels: whether the ledger agrees with them is looked at soon. */
function markStale(tx: Tx, write: Write, request: FrozenRequest, items: readonly string[]): Promise<void> {
  return markLevels(tx, placeOfWrite(write, request), new Map(items.map(item => [item, null])))
}

/** Changes leave a request and are due again; they have waited since it was first planned. */
async function release(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  changes: readonly Change[],
): Promise<void> {
  const skus = changes.map(({ sku }) => sku)
  await releaseWrite(tx, write.id, skus)
  const at = { store: write.store, warehouse: request.warehouses[0] }
  const since = changes.map(({ sku, since: own }) => ({ sku, since: own ?? write.planned_at }))
  await keepSince(tx, at, since)
}

/** Shopify takes stock at the location. Whether it is the right one, as after a restore, that does not say. */
async function locationTakesStock(tx: Tx, { store, warehouses }: StockPlace, now: number): Promise<void> {
  const subject = `${store}/${warehouses[0]}`
  const doubted = await tx
    .selectFrom('exception')
    .select('id')
    .where('code', '=', 'location-unmapped.restored')
    .where('subject', '=', subject)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (doubted === undefined) await closeException(tx, 'location-unmapped', subject, now)
}

async function reportInactive(
  tx: Tx,
  place: StockPlace,
  { sku, inactive }: { readonly sku: string; readonly inactive: boolean },
  now: number,
): Promise<void> {
  const subject = stockSubject(place, sku)
  const kind = 'item-inactive'
  const fields = { sku, warehouse: place.warehouses[0], store: place.store }
  const evidence = { location: place.location }
  const found = inactive ? [{ code: kind, subject, store: place.store, fields, evidence } as const] : []
  await reconcileExceptions(tx, { kind, scope: { subjects: [subject] }, found, at: now, seen: 'still' })
}

/**
 * The request, never carried out, against the levels as they are now and under a new key. Items that have vanished
 * from the reading go back to the catalogue's care; without any other change the write is refused.
 */
export async function freezeAgain(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  fresh: { levels: ReadonlyMap<string, ItemLevel>; key: string },
  now: number,
): Promise<void> {
  const changes: Change[] = []
  for (const change of request.changes) {
    const level = fresh.levels.get(change.item)
    if (level !== undefined) changes.push(changeFrom(change, level))
    else await releaseWrite(tx, write.id, [change.sku])
    if (level === undefined) await forgetItem(tx, change.sku)
  }
  const stale = request.changes.filter(
    ({ item, available }) => fresh.levels.get(item)?.available !== available,
  )
  await markStale(
    tx,
    write,
    request,
    stale.map(({ item }) => item),
  )
  await keep(tx, write, request, changes, fresh.key, now)
}

/** The same request, never carried out, under a new key. */
export function underNewKey(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  key: string,
  now: number,
): Promise<void> {
  return keep(tx, write, request, request.changes, key, now)
}

/**
 * Takes the refused changes out of the request, each with an exception that names it, and freezes the rest again.
 * @returns how many changes are left
 */
export async function dropBadChanges(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  drop: { bad: BadChanges; key: string },
  now: number,
): Promise<number> {
  const place = placeOfWrite(write, request)
  for (const [sku, errors] of drop.bad) {
    await releaseWrite(tx, write.id, [sku])
    if (isGone(errors)) await forgetItem(tx, sku)
  }
  await reportRefused(tx, place, drop.bad, { write: write.id, request: request.variables }, now)
  const left = request.changes.filter(change => !drop.bad.has(change.sku))
  await keep(tx, write, request, left, drop.key, now)
  return left.length
}

/** Names each item whose change was refused, or would be. It waits, and is tried again later and later. */
export async function reportRefused(
  tx: Tx,
  place: StockPlace,
  bad: BadChanges,
  about: object,
  now: number,
): Promise<void> {
  for (const [sku, errors] of bad) {
    const fields = { sku, warehouse: place.warehouses[0], store: place.store, why: whyRefused(errors) }
    const evidence = { ...about, errors }
    const subject = stockSubject(place, sku)
    await openException(
      tx,
      { code: 'stock-write-refused.item', subject, store: place.store, fields, evidence },
      now,
    )
  }
}

/**
 * The request was never carried out, and no change of it is known to be the reason. Half of it is kept, so that what is
 * wrong with one item is found and the others go; the other half is due again and has waited since it was first planned.
 */
export async function halve(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  key: string,
  now: number,
): Promise<void> {
  const kept = request.changes.slice(0, Math.ceil(request.changes.length / 2))
  await release(tx, write, request, request.changes.slice(kept.length))
  await keep(tx, write, request, kept, key, now)
}

/** The request as such is refused: its movements are due again, and a person hears of it. */
export async function refuseWhole(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  problem: string,
  now: number,
): Promise<void> {
  const place = placeOfWrite(write, request)
  await releaseWrite(tx, write.id)
  await refuseWrite(tx, write.id, { problem, now })
  const fields = { warehouse: place.warehouses[0], store: place.store, problem }
  const subject = `${place.store}/${place.warehouses[0]}`
  const evidence = { write: write.id, request: request.variables, problem }
  await openException(
    tx,
    { code: 'stock-write-refused.request', subject, store: place.store, fields, evidence },
    now,
  )
}

/** Shopify takes no stock at the location: one exception for the place, which waits as a whole until it is mapped rightly. */
export async function refusePlace(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  problem: string,
  now: number,
): Promise<void> {
  const { store, location, warehouses } = placeOfWrite(write, request)
  await releaseWrite(tx, write.id)
  await refuseWrite(tx, write.id, { problem, now })
  const [warehouse] = warehouses
  const fields = { warehouse, store, location }
  const evidence = { location, write: write.id, problem }
  const subject = `${store}/${warehouse}`
  await openException(tx, { code: 'location-unmapped.refused', subject, store, fields, evidence }, now)
}

/** It is not known whether it was carried out: nothing more is sent, and a person must check. */
export async function giveUp(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  unclear: { readonly problem: string; readonly levels: ReadonlyMap<string, ItemLevel> },
  now: number,
): Promise<void> {
  const { problem, levels } = unclear
  const place = placeOfWrite(write, request)
  await giveUpWrite(tx, write.id, { problem, now })
  const items = listed(
    request.changes.map(({ sku, item, delta, onHand }) => {
      const shown = levels.get(item)?.onHand
      return `${sku} (${delta > 0 ? '+' : ''}${delta})${shown === undefined ? '' : ` ${onHand} → ${shown}`}`
    }),
  )
  const fields = { warehouse: place.warehouses[0], store: place.store, items, reference: write.subject }
  const evidence = { write: write.id, changes: request.changes, levels: [...levels], problem }
  await openException(
    tx,
    { code: 'stock-write-unknown.answer-lost', subject: write.subject, store: place.store, fields, evidence },
    now,
  )
}

async function keep(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  changes: readonly Change[],
  key: string,
  now: number,
): Promise<void> {
  if (changes.length === 0) {
    await refuseWrite(tx, write.id, { problem: 'Every change of it was refused.', now })
    return
  }
  const next = freeze(write.subject, placeOfWrite(write, request), key, changes, request.clockAheadMs)
  await freezeWrite(tx, write.id, { key, request: next, now })
}
