import { z } from 'zod'
import { closeException } from '../checks/exceptions.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import { releaseWrite } from '../outbox/postings.ts'
import { keepFraction } from '../outbox/remainders.ts'
import { decideWrite, undecidedWrites, type Write } from '../outbox/writes.ts'
import { markChanged } from './mark-changed.ts'
import { movementsOfWrite, type NamedMovement } from './movement-names.ts'
import { countInOpening } from './opening-balance.ts'

/** Movements of one item that were set aside after a restore, because it is not known whether Shopify has them. */
export interface Undecided {
  readonly write: number
  readonly store: string
  readonly sku: string
  readonly warehouse: string
  /** Thousandths of a unit. */
  readonly quantity: number
  readonly movements: number
  readonly setAsideAt: number
}

const Facts = z.object({ by: z.literal('nothing-to-send'), begunAt: z.int() })

interface SetAside {
  readonly write: Write
  readonly begunAt: number
  readonly movements: readonly [NamedMovement, ...NamedMovement[]]
}

/** What of a store a person must decide, oldest first. */
export async function undecidedOf(db: Reads, store: string): Promise<Undecided[]> {
  return (await setAsideOf(db, store)).map(({ write, movements }) => ({
    write: write.id,
    store,
    sku: movements[0].sku,
    warehouse: movements[0].warehouse,
    quantity: movements.reduce((sum, { quantity }) => sum + quantity, 0),
    movements: movements.length,
    setAsideAt: write.planned_at,
  }))
}

async function setAsideOf(db: Reads, store: string): Promise<SetAside[]> {
  const found: SetAside[] = []
  for (const write of await undecidedWrites(db, store)) {
    const facts = Facts.safeParse(JSON.parse(write.answer_json ?? 'null'))
    if (!facts.success) continue
    const [first, ...others] = await movementsOfWrite(db, write.id)
    if (first !== undefined) found.push({ write, begunAt: facts.data.begunAt, movements: [first, ...others] })
  }
  return found
}

/** What a person has found out in Shopify about movements that were set aside. */
export interface PersonsDecision {
  readonly store: string
  /** One item; null: all of the store. */
  readonly sku: string | null
  /** Whether Shopify has them. */
  readonly posted: boolean
  readonly why: string
  readonly now: number
}

/**
 * Carries a person's decision out: what Shopify has counts as posted, what it lacks is due again and is sent.
 * @returns what was decided
 */
export async function decideRestored(tx: Tx, decision: PersonsDecision): Promise<Undecided[]> {
  const { store, sku, posted, why, now } = decision
  const undecided = await undecidedOf(tx, store)
  const meant = undecided.filter(one => sku === null || one.sku === sku)
  const ids = new Set(meant.map(({ write }) => write))
  for (const one of await setAsideOf(tx, store)) {
    if (!ids.has(one.write.id)) continue
    await correctOpening(tx, store, one, posted)
    if (!posted) await sendAgain(tx, store, one.write.id, now)
    await markChanged(
      tx,
      one.movements.map(({ sku, warehouse }) => ({ store, sku, warehouse })),
    )
    await decideWrite(tx, one.write.id, { posted, proof: { by: 'person', posted, why }, now })
    await closeException(tx, 'stock-write-unknown', one.write.subject, now)
  }
  return meant
}

/** They are due again, and are not set aside a second time. */
async function sendAgain(tx: Tx, store: string, write: number, now: number): Promise<void> {
  const keys = await tx
    .selectFrom('posting')
    .select(['kind', 'cause', 'line', 'revision'])
    .where('write', '=', write)
    .execute()
  await insertRows(
    tx,
    'recovery_cleared',
    keys.map(key => ({ store, ...key, cleared_at: now })),
    { key: ['store', 'kind', 'cause', 'line', 'revision'], replace: ['cleared_at'] },
  )
  await releaseWrite(tx, write)
}

/**
 * An item whose ledger began after the restore was opened by what Shopify showed. Movements set aside before count in
 * the opening as posted; those set aside after it, as not posted. A decision that says otherwise corrects it. Of what
 * Shopify has, it has whole units; the rest is held back.
 */
async function correctOpening(tx: Tx, store: string, found: SetAside, posted: boolean): Promise<void> {
  const { write, begunAt, movements } = found
  for (const { sku, warehouse, quantity } of movements) {
    const of = { store, sku, warehouse }
    if (!posted) {
      await countInOpening(tx, of, { quantity, since: write.planned_at })
      continue
    }
    const rest = await keepFraction(tx, { ...of, quantity })
    await countInOpening(tx, of, { quantity: rest - quantity, since: begunAt, before: write.planned_at })
    if (rest !== 0) await countInOpening(tx, of, { quantity: rest, since: write.planned_at })
  }
}
