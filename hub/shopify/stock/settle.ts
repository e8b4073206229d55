import type { Selectable } from 'kysely'
import { closeException, openException } from '../../checks/exceptions.ts'
import type { Tx } from '../../db/db.ts'
import type { Schema } from '../../db/schema.ts'
import { type Place, stockSubject } from '../../stock/places.ts'
import type { ItemLevel } from './levels.ts'
import { type BadChanges, isGone, whyRefused } from './refusal.ts'
import { type Change, changeFrom, type FrozenRequest, freeze } from './request.ts'

type Write = Selectable<Schema['shopify_write']>

function placeOfWrite(write: Write, { location, warehouses }: FrozenRequest): Place {
  return { store: write.store, location, warehouses }
}

/** The write is done: its answer, or a later reading, shows every change. */
export async function confirm(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  proof: object,
  now: number,
): Promise<void> {
  const place = placeOfWrite(write, request)
  await tx
    .updateTable('shopify_write')
    .set({ state: 'confirmed', settled_at: now, answer_json: JSON.stringify(proof), problem: null })
    .where('id', '=', write.id)
    .execute()
  await closeException(tx, 'stock-write-refused', `${place.store}/${place.warehouses[0]}`, now)
  for (const { sku } of request.changes)
    await closeException(tx, 'stock-write-refused', stockSubject(place, sku), now)
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
    else await release(tx, write, [change.sku])
    if (level === undefined) await forgetItem(tx, change.sku)
  }
  await keep(tx, write, request, changes, fresh.key, now)
}

/**
 * Takes the refused changes out of the request, each with an exception that names it, and freezes the rest anew.
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
    await release(tx, write, [sku])
    if (isGone(errors)) await forgetItem(tx, sku)
    const sentence = `Shopify refused the stock of ${sku} at ${place.warehouses[0]} (${place.store}). ${whyRefused(errors)} It is tried again by itself; other articles are not held up.`
    const evidence = { write: write.id, request: request.variables, errors }
    const subject = stockSubject(place, sku)
    await openException(
      tx,
      { kind: 'stock-write-refused', subject, store: place.store, sentence, evidence },
      now,
    )
  }
  const left = request.changes.filter(change => !drop.bad.has(change.sku))
  await keep(tx, write, request, left, drop.key, now)
  return left.length
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
  await release(
    tx,
    write,
    request.changes.map(change => change.sku),
  )
  await settle(tx, write.id, 'refused', problem, now)
  const sentence = `Shopify refused to change stock at ${place.warehouses[0]} (${place.store}): ${problem} It is tried again by itself; report this if it stays.`
  const subject = `${place.store}/${place.warehouses[0]}`
  const evidence = { write: write.id, request: request.variables, problem }
  await openException(
    tx,
    { kind: 'stock-write-refused', subject, store: place.store, sentence, evidence },
    now,
  )
}

/** Nobody can tell whether it was carried out: nothing more is sent, and a person must look. */
export async function giveUp(
  tx: Tx,
  write: Write,
  request: FrozenRequest,
  problem: string,
  now: number,
): Promise<void> {
  const place = placeOfWrite(write, request)
  await settle(tx, write.id, 'unknown', problem, now)
  const items = request.changes.map(({ sku, delta }) => `${sku} (${delta > 0 ? '+' : ''}${delta})`).join(', ')
  const sentence = `It is not known whether Shopify took these stock changes at ${place.warehouses[0]} (${place.store}): ${items}. Compare the levels in Shopify with a count in the store, and correct Shopify where they differ.`
  const evidence = { write: write.id, changes: request.changes, problem }
  await openException(
    tx,
    { kind: 'stock-write-unknown', subject: write.subject, store: place.store, sentence, evidence },
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
    await settle(tx, write.id, 'refused', 'Every change of it was refused.', now)
    return
  }
  const next = freeze(write.subject, placeOfWrite(write, request), key, changes)
  await tx
    .updateTable('shopify_write')
    .set({
      state: 'planned',
      idempotency_key: key,
      request_json: JSON.stringify(next),
      first_sent_at: null,
      due_at: now,
    })
    .where('id', '=', write.id)
    .execute()
}

async function settle(tx: Tx, id: number, state: 'refused' | 'unknown', problem: string, now: number) {
  await tx
    .updateTable('shopify_write')
    .set({ state, settled_at: now, problem })
    .where('id', '=', id)
    .execute()
}

/** Movements whose change was not carried out are due again. */
async function release(tx: Tx, write: Write, skus: readonly string[]): Promise<void> {
  await tx
    .updateTable('movement')
    .set({ posting: null })
    .where('store', '=', write.store)
    .where('posting', '=', write.id)
    .where('sku', 'in', skus)
    .execute()
}

/** The catalogue must look for it again; until then it is nobody's. */
async function forgetItem(tx: Tx, sku: string): Promise<void> {
  await tx
    .updateTable('item')
    .set({ state: 'unchecked', inventory_item_id: null, variant_id: null, checked_at: null })
    .where('sku', '=', sku)
    .execute()
}
