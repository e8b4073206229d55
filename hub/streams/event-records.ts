import { sql } from 'kysely'
import { codeIn, codesFor, knownCodes, textsOf } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { storableText } from '../db/storable-text.ts'
import { storedBody } from './event-body.ts'

export type EventState = Schema['event']['state']

/** A device's stream, by its names. */
export interface StreamOf {
  readonly store: string
  readonly device: string
}

/** One record as the hub keeps it. `at`: hub clock, ms. */
export interface EventRecord extends StreamOf {
  readonly epoch: number
  readonly seq: number
  readonly kind: string
  readonly hash: string
  readonly state: EventState
  readonly problem: string | null
  readonly body: string
  /** The commit of its store in which it took effect. */
  readonly turn: number
  readonly at: number
}

/** Keeps records of one stream; `bodyAsItCame` gives each body byte for byte. */
export async function keepRecords(
  tx: Tx,
  { store, device }: StreamOf,
  records: readonly Omit<EventRecord, 'store' | 'device'>[],
): Promise<void> {
  const codes = await codesFor(tx, [store, device])
  await insertRows(
    tx,
    'event',
    records.map(({ at, ...record }) => ({
      store: codeIn(codes, store),
      device: codeIn(codes, device),
      ...record,
      kind: storableText(record.kind),
      body: storedBody(record.body),
      problem: record.problem === null ? null : storableText(record.problem),
      received_at: at,
    })),
  )
}

/** The hash of one record; null when the hub does not hold it. */
export async function hashOf(
  db: Reads,
  { store, device }: StreamOf,
  { epoch, seq }: { readonly epoch: number; readonly seq: number },
): Promise<string | null> {
  const codes = await knownCodes(db, [store, device])
  const row = await db
    .selectFrom('event')
    .select('hash')
    .where('store', '=', codes.get(store) ?? 0)
    .where('device', '=', codes.get(device) ?? 0)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row?.hash ?? null
}

/** Records of kinds that this version did not know when they came, oldest first. Reads only what is not applied. */
export async function deferredRecords(db: Reads): Promise<EventRecord[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('state', '=', 'deferred')
    // written out, not as a parameter: only so does the planner use the index of what is not applied
    .where(sql<boolean>`state <> 'applied'`)
    .orderBy('received_at')
    .orderBy('seq')
    .execute()
  const texts = await textsOf(
    db,
    rows.flatMap(row => [row.store, row.device]),
  )
  return rows.map(({ received_at: at, store, device, ...row }) => ({
    ...row,
    store: texts.get(store) ?? '',
    device: texts.get(device) ?? '',
    at,
  }))
}

/** Notes what became of a record that was deferred; false when it no longer is. */
export async function closeDeferred(
  tx: Tx,
  { store, device, epoch, seq }: EventRecord,
  outcome: { readonly state: EventState; readonly problem: string | null; readonly turn: number },
): Promise<boolean> {
  const codes = await codesFor(tx, [store, device])
  const closed = await tx
    .updateTable('event')
    .set(outcome)
    .where('store', '=', codeIn(codes, store))
    .where('device', '=', codeIn(codes, device))
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .where('state', '=', 'deferred')
    .executeTakeFirst()
  return closed.numUpdatedRows > 0n
}
