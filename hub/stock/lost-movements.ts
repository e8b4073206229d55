import { knownCodes, textsOf } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { forgetLostPostings, type LostPosting, lostPostings } from '../outbox/lost-postings.ts'
import { type DueMovement, takeMovements } from '../outbox/postings.ts'
import { keepFraction } from '../outbox/remainders.ts'
import { releaseMovements } from './history.ts'
import { movementNamed } from './movement-names.ts'
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

type Matched = { readonly lost: LostPosting; readonly due: DueMovement }

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
  const differing: Matched[] = []
  for (const one of lost) {
    const due = await dueNamed(tx, number, one.name)
    if (due === null) continue
    if (await isSame(tx, one, due)) await take(tx, recovery, one, [due])
    else differing.push({ lost: one, due })
  }
  const contradictions: Contradiction[] = []
  for (const one of differing) {
    const found = await resolveDiffering(tx, recovery, number, one)
    if (found !== null) contradictions.push(found)
  }
  return contradictions
}

async function dueNamed(tx: Tx, store: number, name: string): Promise<DueMovement | null> {
  const key = await movementNamed(tx, store, name)
  if (key === null) return null
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
 * One name with two contents: the two hubs saw different histories of one sale or entry. All that the lost hub sent of
 * it against all that is due of it: equal, and it is posted; else a person must look.
 */
async function resolveDiffering(
  tx: Tx,
  recovery: Recovery,
  store: number,
  { lost, due }: Matched,
): Promise<Contradiction | null> {
  const causeOf = (name: string) => name.split('/').slice(1, 2).join('/')
  const sent = (await lostPostings(tx, recovery.store)).filter(
    ({ name, sku }) => causeOf(name) === causeOf(lost.name) && sku === lost.sku,
  )
  const [first] = sent
  if (first === undefined) return null // resolved with another of its cause
  const own = (await dueOfCause(tx, store, due)).filter(({ item }) => item === due.item)
  const [theirs, ours] = [sumOf(sent), sumOf(own)]
  const { sku } = await skuOf(tx, due.item)
  if (theirs === ours && sku === lost.sku) {
    await take(tx, recovery, first, own)
    await forgetLostPostings(tx, sent)
    return null
  }
  await forgetLostPostings(tx, sent)
  // what their requests left over of them goes with them
  await keepFraction(tx, {
    store: recovery.store,
    warehouse: lost.warehouse,
    sku: lost.sku,
    quantity: -theirs,
  })
  const warehouse = (await textsOf(tx, [due.warehouse])).get(due.warehouse) ?? lost.warehouse
  return { sku, warehouse, due: own, sent: theirs }
}

/** What is due of the same cause: a sale's lines and what takes them back, or an entry. */
function dueOfCause(
  tx: Tx,
  store: number,
  { kind, cause, warehouse, item }: DueMovement,
): Promise<DueMovement[]> {
  const first = kind % 2 === 1 ? kind : kind - 1 // a reversal follows its kind
  return tx
    .selectFrom('due_movement')
    .selectAll()
    .where(e => e.and({ store, warehouse, item, cause }))
    .where('kind', 'in', [first, first + 1])
    .execute()
}

const sumOf = (rows: readonly { readonly quantity: number }[]) =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0)
