import type { Selectable } from 'kysely'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { StockPlace } from './places.ts'

/** Units of an item that are held back from sale online; see the schema. */
export type HeldBack = Selectable<Schema['hold_back']>

const REFERENCE = 'gid://tillbridge/HoldBack/'

/** Between these lie all such references. */
export const HOLD_REFERENCES = { from: REFERENCE, until: 'gid://tillbridge/HoldBack0' } as const

/** The document that Shopify shows with a move; the key keeps it unlike any other. */
export function holdReference(write: number, key: string): string {
  return `${REFERENCE}${write}-${key}`
}

/** Whether a request that the record beside the database has is such a move. */
export function isHoldReference(subject: string): boolean {
  return subject.startsWith(REFERENCE)
}

/** Where units are held: a store's location, also one that does not show the store's stock any more. */
export type HoldPlace = Pick<StockPlace, 'store' | 'location'>

/** What a move of units did, or will do: `units` from available to safety stock, back when negative; `safety`: what was there before. */
export interface HoldMove {
  readonly item: string
  readonly sku: string
  readonly units: number
  readonly safety: number
}

const rowKey = ['store', 'location', 'item'] as const

/** What is held back at a place, item by item. */
export function heldAt(db: Reads, { store, location }: HoldPlace): Promise<HeldBack[]> {
  return db
    .selectFrom('hold_back')
    .selectAll()
    .where('store', '=', store)
    .where('location', '=', location)
    .orderBy('item')
    .execute()
}

/** What is held back of some items, at every location. */
export async function heldItems(db: Reads, items: readonly string[]): Promise<HeldBack[]> {
  if (items.length === 0) return []
  return db.selectFrom('hold_back').selectAll().where('item', 'in', items).execute()
}

/** What is held back of all stores, or of one. */
export function allHeldBack(db: Reads, store?: string): Promise<HeldBack[]> {
  let query = db.selectFrom('hold_back').selectAll()
  if (store !== undefined) query = query.where('store', '=', store)
  return query.orderBy('store').orderBy('location').orderBy('sku').execute()
}

/** Rows of an item in a store of which a lost answer left open whether units are held. */
export async function unclearHolds(db: Reads, store: string, sku: string): Promise<HeldBack[]> {
  return (await allHeldBack(db, store)).filter(row => row.sku === sku && row.unclear > 0)
}

/** A person knows of such rows whether their units were held. */
export async function endDoubt(tx: Tx, rows: readonly HeldBack[], wereHeld: boolean): Promise<void> {
  const known = rows.map(row => ({ ...row, held: row.held + (wereHeld ? row.unclear : 0), unclear: 0 }))
  await putRows(tx, known)
}

/** Where something is held back, or was while the store was silent. One may come twice. */
export async function placesHeldBack(db: Reads): Promise<readonly HoldPlace[]> {
  const held = await db.selectFrom('hold_back').select(['store', 'location']).distinct().execute()
  const covered = await db.selectFrom('hold_back_place').select(['store', 'location']).execute()
  return [...held, ...covered]
}

/** The silence that a place is being covered for, and how far; null: nothing is held back there. */
export async function coveredAt(db: Reads, { store, location }: HoldPlace) {
  const row = await db
    .selectFrom('hold_back_place')
    .select(['silent_since', 'covered'])
    .where('store', '=', store)
    .where('location', '=', location)
    .executeTakeFirst()
  return row === undefined ? null : { silentSince: row.silent_since, covered: row.covered }
}

/** Everything that so much time asks for is held back at a place; 0: its store is silent since then, and nothing is held for that yet. */
export async function noteCovered(
  tx: Tx,
  { store, location }: HoldPlace,
  done: { readonly silentSince: number; readonly covered: number },
): Promise<void> {
  const row = { store, location, silent_since: done.silentSince, covered: done.covered }
  await insertRows(tx, 'hold_back_place', [row], {
    key: ['store', 'location'],
    replace: ['silent_since', 'covered'],
  })
}

/** What is held was sized by another contract: it is sized again at once. */
export async function sizeHoldsAgain(tx: Tx, store: string): Promise<void> {
  await tx.updateTable('hold_back_place').set({ covered: 0 }).where('store', '=', store).execute()
}

/** Whether anything is noted of a place that only counts while its store is silent. */
export async function isSilenceNoted(db: Reads, place: HoldPlace): Promise<boolean> {
  if ((await coveredAt(db, place)) !== null) return true
  return (await heldAt(db, place)).some(row => row.by_hand === 1 || (row.held === 0 && row.unclear === 0))
}

/** The silence has ended: how far it was covered and what a person did meanwhile count no longer, whatever is still held. */
export async function endHoldBack(tx: Tx, { store, location }: HoldPlace): Promise<void> {
  await tx
    .deleteFrom('hold_back')
    .where('store', '=', store)
    .where('location', '=', location)
    .where('held', '=', 0)
    .where('unclear', '=', 0)
    .execute()
  await tx
    .updateTable('hold_back')
    .set({ by_hand: 0 })
    .where('store', '=', store)
    .where('location', '=', location)
    .where('by_hand', '=', 1)
    .execute()
  await tx.deleteFrom('hold_back_place').where('store', '=', store).where('location', '=', location).execute()
}

/**
 * Shopify's safety stock of some items as it is now. Where less is there than was left, a person gave units back: the hub holds fewer
 * then, and no more of the item until the store is heard again. What others put there stays theirs.
 */
export async function followSafety(
  tx: Tx,
  place: HoldPlace,
  seen: ReadonlyMap<string, { readonly safety: number }>,
): Promise<void> {
  const rows = (await heldAt(tx, place)).flatMap(row => {
    const safety = seen.get(row.item)?.safety
    return safety === undefined || safety === row.safety ? [] : [followed(row, safety)]
  })
  await putRows(tx, rows)
}

function followed(row: HeldBack, safety: number): HeldBack {
  const others = row.safety - row.held - row.unclear
  const unclear = Math.max(0, Math.min(row.unclear, safety - others - row.held))
  const held = Math.max(0, Math.min(row.held, safety - others))
  return { ...row, safety, held, unclear, by_hand: held < row.held ? 1 : row.by_hand }
}

/** Shopify has made these moves. */
export async function applyMoves(
  tx: Tx,
  place: HoldPlace,
  moves: readonly HoldMove[],
  when: { readonly silentSince: number; readonly now: number },
): Promise<void> {
  const before = new Map((await heldAt(tx, place)).map(row => [row.item, row]))
  const rows = moves.map(({ item, sku, units, safety }) => {
    const known = before.get(item)
    const row = known ?? newRow(place, { item, sku }, when)
    const isFirst = row.held === 0 && units > 0
    return {
      ...row,
      held: Math.max(0, row.held + units),
      safety: safety + units,
      ...(isFirst ? { held_since: when.now, silent_since: when.silentSince } : {}),
    }
  })
  await putRows(tx, rows)
}

/**
 * Moves whose answer was lost, and of which the levels do not tell whether they were made: as few units as it can be are the hub's, and
 * the others are named to a person.
 */
export async function doubtMoves(
  tx: Tx,
  place: HoldPlace,
  moves: readonly HoldMove[],
  seen: ReadonlyMap<string, { readonly safety: number }>,
  when: { readonly silentSince: number; readonly now: number },
): Promise<void> {
  const before = new Map((await heldAt(tx, place)).map(row => [row.item, row]))
  const rows = moves.map(({ item, sku, units, safety: then }) => {
    const row = before.get(item) ?? newRow(place, { item, sku }, when)
    // not shown: as if it was made, so that each of its units is in doubt
    const safety = seen.get(item)?.safety ?? then + Math.max(0, units)
    const others = then - row.held - row.unclear
    const most = Math.max(0, Math.min(Math.max(row.held, row.held + units), safety - others))
    const held = Math.max(0, Math.min(row.held, row.held + units, most))
    return { ...row, held, unclear: Math.max(row.unclear, most - held), safety }
  })
  await putRows(tx, rows)
}

function newRow(
  { store, location }: HoldPlace,
  { item, sku }: { readonly item: string; readonly sku: string },
  when: { readonly silentSince: number; readonly now: number },
): HeldBack {
  return {
    store,
    location,
    item,
    sku,
    held: 0,
    safety: 0,
    unclear: 0,
    by_hand: 0,
    silent_since: when.silentSince,
    held_since: when.now,
  }
}

/** A row without units stays while a person's word counts, or while its place is covered. */
async function putRows(tx: Tx, rows: readonly HeldBack[]): Promise<void> {
  await insertRows(tx, 'hold_back', rows, {
    key: rowKey,
    replace: ['sku', 'held', 'safety', 'unclear', 'by_hand', 'silent_since', 'held_since'],
  })
}
