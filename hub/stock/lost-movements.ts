import { knownCodes, textsOf } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { forgetLostPostings, type LostPosting, lostPostings } from '../outbox/lost-postings.ts'
import { type DueMovement, takeMovements } from '../outbox/postings.ts'
import { keepFraction } from '../outbox/remainders.ts'
import { releaseMovements } from './history.ts'
import { movementNamed, type NumberedMovement } from './movement-names.ts'
import { countInOpening } from './opening-balance.ts'
import type { Recovery } from './recovery.ts'

/** Movements of one sale or entry that a lost hub sent otherwise than this hub holds them. */
export interface Contradiction {
  readonly sku: string
  readonly warehouse: string
  /** What is due here of the same cause and item. */
  readonly due: readonly DueMovement[]
  /** Thousandths of a unit that the lost hub sent. */
  readonly sent: number
}

/**
 * Points what is due or history, and was sent by a lost hub, at the write that sent it: each movement by its name, never by a sum
 * that happens to agree. Call it in the transaction that then takes what is due.
 * @returns where both know a cause but not with the same content, as when a till lost its journal and reads only the
 *   last content of a receipt again
 */
export async function takeLostMovements(tx: Tx, recovery: Recovery): Promise<readonly Contradiction[]> {
  const { store } = recovery
  const lost = await lostPostings(tx, store, { dueOnly: true })
  const number = (await knownCodes(tx, [store])).get(store)
  if (lost.length === 0 || number === undefined) return []
  const left: Unmatched[] = []
  for (const one of lost) {
    const key = await movementNamed(tx, number, one.name)
    if (key === null) continue
    const due = await dueOf(tx, number, key)
    if (due !== null && (await isSame(tx, one, due))) await take(tx, recovery, one, [due])
    else left.push({ lost: one, key })
  }
  const contradictions: Contradiction[] = []
  for (const one of left) contradictions.push(...(await resolveDiffering(tx, recovery, number, one)))
  return contradictions
}

/** What a lost hub sent of a cause that this database holds, and not with the same content. */
interface Unmatched {
  readonly lost: LostPosting
  readonly key: NumberedMovement
}

async function dueOf(tx: Tx, store: number, key: NumberedMovement): Promise<DueMovement | null> {
  const movement = await tx
    .selectFrom('movement')
    .select(['warehouse', 'item', 'at'])
    .where(e => e.and({ store, ...key }))
    .executeTakeFirst()
  if (movement === undefined) return null
  const { warehouse, item, at } = movement
  const of = { store, warehouse, item, ...key }
  const held = await tx
    .selectFrom('history_movement')
    .selectAll()
    .where(e => e.and(of))
    .executeTakeFirst()
  if (held !== undefined) await releaseMovements(tx, [{ ...held, at }]) // Shopify was told of it, whatever was agreed later
  const row = await tx
    .selectFrom('due_movement')
    .selectAll()
    .where(e => e.and(of))
    .executeTakeFirst()
  return row ?? null
}

async function isSame(tx: Tx, lost: LostPosting, due: DueMovement): Promise<boolean> {
  const warehouse = (await textsOf(tx, [due.warehouse])).get(due.warehouse)
  const { sku } = await skuOf(tx, due.item)
  return lost.quantity === due.quantity && lost.sku === sku && lost.warehouse === warehouse
}

function skuOf(db: Reads, item: number): Promise<{ sku: string }> {
  return db.selectFrom('item').select('sku').where('id', '=', item).executeTakeFirstOrThrow()
}

async function take(
  tx: Tx,
  recovery: Recovery,
  lost: LostPosting,
  due: readonly DueMovement[],
): Promise<void> {
  await takeMovements(tx, due, lost.write)
  await forgetLostPostings(tx, [lost])
  const { store, warehouse, sku } = lost
  const quantity = due.reduce((sum, one) => sum + one.quantity, 0)
  await countInOpening(tx, { store, warehouse, sku }, { quantity: -quantity, since: recovery.begun_at })
}

/**
 * Something is due of a cause and an item of which the lost hub sent something else: the two hubs saw different histories of
 * one sale or entry, whose lines may have other names in each. All that the lost hub sent of each such item against all that
 * is due of it: equal, and it is posted; else a person must look. What only one side has goes on as it was: it is due, or
 * waited for.
 */
async function resolveDiffering(
  tx: Tx,
  recovery: Recovery,
  store: number,
  { lost, key }: Unmatched,
): Promise<readonly Contradiction[]> {
  const own = await dueOfCause(tx, store, key)
  if (!own.some(one => itemAt(one) === itemAt(lost))) return []
  const causeOf = (name: string) => name.split('/').slice(1, 2).join('/')
  const all = await lostPostings(tx, recovery.store)
  const sent = all.filter(({ name }) => causeOf(name) === causeOf(lost.name)) // none: resolved with another of its cause
  const contradictions: Contradiction[] = []
  for (const theirs of Map.groupBy(sent, itemAt).values()) {
    const [first] = theirs
    if (first === undefined) continue
    const ours = own.filter(one => itemAt(one) === itemAt(first)).map(({ movement }) => movement)
    if (ours.length === 0) continue
    const quantity = sumOf(theirs)
    const isPosted = quantity === sumOf(ours)
    if (isPosted) await take(tx, recovery, first, ours)
    await forgetLostPostings(tx, theirs)
    if (isPosted) continue
    const { warehouse, sku } = first
    // what their requests left over of them goes with them
    await keepFraction(tx, { store: recovery.store, warehouse, sku, quantity: -quantity })
    contradictions.push({ sku, warehouse, due: ours, sent: quantity })
  }
  return contradictions
}

const itemAt = ({ warehouse, sku }: { readonly warehouse: string; readonly sku: string }) =>
  `${warehouse}/${sku}`

/** A movement that is due, with its place and item as the record of a lost hub has them. */
interface NamedDue {
  readonly warehouse: string
  readonly sku: string
  readonly movement: DueMovement
}

/** What is due of the same cause: a sale's lines and what takes them back, or an entry. */
async function dueOfCause(tx: Tx, store: number, { kind, cause }: NumberedMovement): Promise<NamedDue[]> {
  const first = kind % 2 === 1 ? kind : kind - 1 // a reversal follows its kind
  const rows = await tx
    .selectFrom('due_movement as d')
    .innerJoin('item as i', 'i.id', 'd.item')
    .innerJoin('code as w', 'w.id', 'd.warehouse')
    .selectAll('d')
    .select(['i.sku', 'w.text as place'])
    .where('d.store', '=', store)
    .where('d.cause', '=', cause)
    .where('d.kind', 'in', [first, first + 1])
    .execute()
  return rows.map(({ sku, place, ...movement }) => ({ warehouse: place, sku, movement }))
}

const sumOf = (rows: readonly { readonly quantity: number }[]) =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0)
