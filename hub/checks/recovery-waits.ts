import type { Position } from '../../shared/stream/log.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import type { Reads } from '../db/db.ts'
import { listed } from './words/listed.ts'
import type { FieldValue } from './words/message.ts'

/** A recovery under way and what it waits for. */
export interface WaitingRecovery {
  readonly store: string
  readonly cause: 'older' | 'forked' | 'no-record' | 'other-hub' | 'till'
  readonly begunAt: number
  readonly waiting: FieldValue
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Recoveries that have not ended, with the tills and movements that they wait for. */
export async function waitingRecoveries(db: Reads): Promise<readonly WaitingRecovery[]> {
  const rows = await db
    .selectFrom('recovery')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('store')
    .execute()
  const found: WaitingRecovery[] = []
  for (const { store, cause, begun_at: begunAt, since } of rows) {
    const tills = (await awaitedTills(db, store)).map(({ till }) => till)
    const missing = await missingMovements(db, store)
    const evidence = { since, begunAt, tills, ...missing }
    found.push({ store, cause, begunAt, waiting: wordsOf(tills, missing), evidence })
  }
  return found
}

function wordsOf(tills: readonly string[], { movements, skus }: MissingMovements): FieldValue {
  const items = listed(skus)
  const names = tills.map(till => `"${till}"`).join(', ')
  if (tills.length === 0 && movements === 0) return { phrase: 'phrase.waiting-nothing' }
  if (tills.length === 0) return { phrase: 'phrase.waiting-movements', fields: { movements, items } }
  if (movements === 0) return { phrase: 'phrase.waiting-tills', fields: { tills: names } }
  return { phrase: 'phrase.waiting-both', fields: { tills: names, movements, items } }
}

/** A till of a recovery that has not sent everything again. */
export interface AwaitedTill {
  readonly device: string
  readonly till: string
  /** Null: it has not connected since the recovery began. */
  readonly until: Position | null
}

/** The active tills of a store that a recovery waits for. One that was revoked or re-enrolled is waited for no longer. */
export async function awaitedTills(db: Reads, store: string): Promise<AwaitedTill[]> {
  const rows = await db
    .selectFrom('device as d')
    .leftJoin('recovery_device as r', 'r.device', 'd.device')
    .leftJoin('stream_in as s', 's.device', 'd.device')
    .select(['d.device', 'd.till', 'r.epoch', 'r.seq', 's.epoch as heldEpoch', 's.seq as heldSeq'])
    .where('d.store', '=', store)
    .where('d.state', '=', 'active')
    .orderBy('d.till')
    .execute()
  return rows.flatMap(({ device, till, epoch, seq, heldEpoch, heldSeq }) => {
    const until = epoch === null || seq === null ? null : { epoch, seq }
    const held = { epoch: heldEpoch ?? 0, seq: heldSeq ?? 0 }
    const isMissing = until === null || (until.seq > 0 && isAfter(until, held))
    return isMissing ? [{ device, till, until }] : []
  })
}

/** What a lost hub sent and no till has sent again. */
export interface MissingMovements {
  readonly movements: number
  readonly skus: readonly string[]
}

export async function missingMovements(db: Reads, store: string): Promise<MissingMovements> {
  const rows = await db
    .selectFrom('lost_posting')
    .select(e => ['sku', e.fn.countAll<number | string>().as('count')])
    .where('store', '=', store)
    .groupBy('sku')
    .orderBy('sku')
    .execute()
  return {
    movements: rows.reduce((sum, { count }) => sum + Number(count), 0),
    skus: rows.map(({ sku }) => sku),
  }
}
