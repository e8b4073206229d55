import { type Selectable, sql } from 'kysely'
import { heldWithoutHash } from '../../shared/stream/log.ts'
import { codeIn, codesFor, knownCodes, textsOf } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { storableText } from '../db/storable-text.ts'
import { blockName, hubBlocks, type StoredBlock } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'
import { bodyAsItCame, storedBody } from './event-body.ts'

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
  /** A card number was masked in the body, so that its hash is no longer the body's. */
  readonly isMasked?: boolean
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
    records.map(({ at, isMasked = false, ...record }) => ({
      store: codeIn(codes, store),
      device: codeIn(codes, device),
      ...record,
      kind: storableText(record.kind),
      body: storedBody(record.body, { isMasked }),
      problem: record.problem === null ? null : storableText(record.problem),
      received_at: at,
    })),
  )
}

/**
 * The hash of one record; null when the hub does not hold it. A hash within an archived run, or in a block that is
 * damaged, is not at hand.
 */
export async function hashOf(
  db: Reads,
  { store, device }: StreamOf,
  { epoch, seq }: { readonly epoch: number; readonly seq: number },
): Promise<string | typeof heldWithoutHash | null> {
  const codes = await knownCodes(db, [store, device])
  const of = { store: codes.get(store) ?? 0, device: codes.get(device) ?? 0, epoch }
  const row = await db
    .selectFrom('event')
    .select('hash')
    .where(e => e.and({ ...of, seq }))
    .executeTakeFirst()
  if (row !== undefined) return row.hash
  const block = await hubBlocks(db).holding(of.store, { device: of.device, epoch, seq })
  if (block !== null) return hashInBlock(device, block, seq)
  const archived = await db
    .selectFrom('event_archive')
    .select(['last_seq', 'last_hash'])
    .where(e => e.and(of))
    .where('first_seq', '<=', seq)
    .orderBy('first_seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (archived === undefined || archived.last_seq < seq) return null
  return archived.last_seq === seq ? archived.last_hash : heldWithoutHash
}

/** The last hash is kept beside the block; the others need it to be decompressed. */
function hashInBlock(device: string, block: StoredBlock, seq: number): string | typeof heldWithoutHash {
  if (seq === block.last_seq) return block.last_hash
  try {
    const records = decodeBlock(blockName(device, block), block, block.body)
    return records[seq - block.first_seq]?.hash ?? heldWithoutHash
  } catch (error) {
    if (blockDamaged.is(error)) return heldWithoutHash
    throw error
  }
}

/**
 * Records of kinds that an earlier version did not know when they came, and this one does, oldest first, behind `after`.
 * Reads no record of a kind that is still unknown: of those there may be many.
 */
export async function deferredRecords(
  db: Reads,
  { kinds, after, limit }: { kinds: readonly string[]; after: EventRecord | null; limit: number },
): Promise<EventRecord[]> {
  const codes = after === null ? null : await knownCodes(db, [after.store, after.device])
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('state', '=', 'deferred')
    // written out, not as a parameter: only so does the planner use the index of what is not applied
    .where(sql<boolean>`state <> 'applied'`)
    .where('kind', 'in', kinds)
    .$if(after !== null, query =>
      query.where(
        sql<boolean>`(received_at, seq, store, device, epoch) >
          (${after?.at}, ${after?.seq}, ${codes?.get(after?.store ?? '')}, ${codes?.get(after?.device ?? '')}, ${after?.epoch})`,
      ),
    )
    .orderBy('received_at')
    .orderBy('seq')
    .orderBy('store')
    .orderBy('device')
    .orderBy('epoch')
    .limit(limit)
    .execute()
  const texts = await textsOf(
    db,
    rows.flatMap(row => [row.store, row.device]),
  )
  return rows.map(({ received_at: at, store, device, ...row }) => ({
    ...row,
    body: bodyAsItCame(row.body),
    store: texts.get(store) ?? '',
    device: texts.get(device) ?? '',
    at,
  }))
}

/** Whether a record took effect when it was received, in the order of its stream, and is kept as it came. */
export function isInOrder({
  state,
  applied_late,
  problem,
}: Pick<Selectable<Schema['event']>, 'state' | 'applied_late' | 'problem'>): boolean {
  return state === 'applied' && applied_late === 0 && problem === null
}

/** What is noted with an applied record whose body was masked: its hash is that of the body as it came. */
export const APPLIED_MASKED = 'a card number was masked in it'

/** Notes what became of a record that was deferred; false when it no longer is. */
export async function closeDeferred(
  tx: Tx,
  { store, device, epoch, seq }: EventRecord,
  outcome: {
    readonly state: EventState
    readonly problem: string | null
    readonly turn: number
    /** What is kept from now on in place of the body; undefined: the body. */
    readonly masked: string | undefined
  },
): Promise<boolean> {
  const { state, problem, turn, masked } = outcome
  const codes = await codesFor(tx, [store, device])
  const closed = await tx
    .updateTable('event')
    .set({
      state,
      problem,
      turn,
      applied_late: state === 'applied' ? 1 : 0,
      ...(masked === undefined ? {} : { body: storedBody(masked, { isMasked: true }) }),
    })
    .where('store', '=', codeIn(codes, store))
    .where('device', '=', codeIn(codes, device))
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .where('state', '=', 'deferred')
    .executeTakeFirst()
  return closed.numUpdatedRows > 0n
}
