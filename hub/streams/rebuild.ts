import { sql } from 'kysely'
import { defineError } from '../../shared/errors.ts'
import { codesFor, textsOf } from '../db/codes.ts'
import {
  type Db,
  insertRows,
  isUnreadablePage,
  type Reads,
  type Tx,
  tableFault,
  transaction,
} from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { archiveFiles } from './archived.ts'
import type { BlockSource } from './block-source.ts'
import { type EffectedRecord, effectedAfter } from './event-history.ts'
import type { PlacedEvent } from './placed-event.ts'
import type { Projection } from './projection.ts'
import { readStoredEvent } from './stored-event.ts'
import { lastTurn } from './turns.ts'
import { gapsIn, historyIncomplete } from './whole-history.ts'

export const rebuildElsewhere = defineError(
  'REBUILD_ELSEWHERE',
  (f: { projection: string }) =>
    `Another command is rebuilding ${f.projection} at the same time, or has dropped this rebuild. Wait until it has ended.`,
)

export const storedEventUnreadable = defineError(
  'STORED_EVENT_UNREADABLE',
  (f: { event: string; problem: string }) =>
    `The stored event ${f.event} took effect once and can't be read now: ${f.problem}. The tables in use are unchanged. Ask for help with this message, or leave such events out with --skip-unreadable. Until then the rebuild is under way and nothing can be archived; --drop drops it.`,
)
export const rebuildStopped = defineError(
  'REBUILD_STOPPED',
  (f: { projection: string; problem: string }) =>
    `The rebuild of ${f.projection} stopped: ${f.problem} The tables in use are unchanged. Run it again when the cause is gone: it goes on. Or drop it: hub rebuild ${f.projection} --drop.`,
)
export const archiveNeeded = defineError(
  'ARCHIVE_NEEDED',
  (f: { files: string }) =>
    `Events were archived, and all are needed: name each file with --archive (${f.files}).`,
)

/** How far one store is. `turn` of `turns` commits of its events have been replayed. */
export interface RebuildProgress {
  readonly store: string
  readonly events: number
  readonly turn: number
  readonly turns: number
  readonly done: boolean
  /** How many receipts or entries keep the rows they had, because events of theirs may have been left out. */
  readonly kept: number
}

export interface RebuildParts {
  readonly db: Db
  readonly projection: Projection
  /** Forget how far a former run came. */
  readonly fromStart: boolean
  /** Called after each transaction, and waited for. */
  readonly report: (progress: RebuildProgress) => Promise<void> | void
  /** How many events are replayed at a time. */
  readonly batchSize?: number
  /** The archive files at hand, by their names; every one that holds events is needed. */
  readonly archives?: ReadonlyMap<string, BlockSource>
  /**
   * Called for each stored event that can't be read, which is then left out; without it the rebuild is refused. What
   * the other events don't lead to keeps the rows it has: without them, the till could sell it a second time.
   */
  readonly skipUnreadable?: (event: string, problem: string) => void
}

type Row = Schema['rebuild']
type Replayed = Row & Pick<RebuildProgress, 'kept'>

const EVENTS_A_TRANSACTION = 1_000

/**
 * Makes a projection's tables again from the stored events, store by store, while the hub is running or not. The rows
 * grow under the store's negative number, where nothing reads them; live events go on to change the rows in use. When
 * the copy has caught up, it takes their place in one transaction that holds up the store's events. A killed run goes
 * on where it was.
 * @throws REBUILD_ELSEWHERE, REBUILD_STOPPED, ARCHIVE_NEEDED, HISTORY_INCOMPLETE, STORED_EVENT_UNREADABLE
 */
export async function rebuildProjection(parts: RebuildParts): Promise<{ stores: number; events: number }> {
  const { db, projection } = parts
  // first the rows: while they are there, no events are archived into a file that was not looked at
  const { rows, isNew } = await transaction(db, tx => begin(tx, parts))
  const archived = await expectWholeHistory(parts).catch(async (error: unknown) => {
    if (isNew) await dropRebuild(db, projection)
    throw isDiskFault(error)
      ? historyIncomplete({ events: 'some', why: `cannot be read: ${error.message}` }, error)
      : error
  })
  try {
    const events = await replayAll(parts, rows, archived)
    await transaction(db, tx => forget(tx, projection))
    return { stores: rows.length, events }
  } catch (error) {
    if (!isDiskFault(error)) throw error
    throw rebuildStopped({ projection: projection.name, problem: `${error.message}.` }, error)
  }
}

/** What a disk or a database server reports, and no code of ours. */
function isDiskFault(error: unknown): error is Error {
  if (isUnreadablePage(error)) return true
  return error instanceof Error && 'code' in error && ['SQLITE_FULL', '53100'].includes(String(error.code))
}

async function replayAll(parts: RebuildParts, rows: readonly Row[], archived: string): Promise<number> {
  const { db } = parts
  const stores = await textsOf(
    db,
    rows.map(row => row.store),
  )
  let events = 0
  for (const row of rows) {
    const store = stores.get(row.store) ?? ''
    let now: Replayed = { ...row, kept: 0 }
    while (now.done === 0) {
      now = await replaySome(parts, now, { store, archived })
      const turns = await lastTurn(db, row.store)
      const { turn, done, kept } = now
      const isDone = done === 1
      await parts.report({
        store,
        events: now.events,
        turn: isDone ? turns : turn,
        turns,
        done: isDone,
        kept,
      })
    }
    events += now.events
  }
  return events
}

/**
 * Before anything is replayed: the tables in use must never give way to ones that lack what could not be read.
 * @returns what was archived then
 */
async function expectWholeHistory(parts: RebuildParts): Promise<string> {
  const { db, archives = new Map(), skipUnreadable } = parts
  const needed = await archiveFiles(db)
  const missing = needed.filter(file => !archives.has(file))
  if (missing.length > 0) throw archiveNeeded({ files: missing.join(', ') })
  const archived = await archivedSoFar(db)
  const faults = needed.flatMap(file => {
    const why = archives.get(file)?.fault() ?? null
    return why === null ? [] : [{ events: file, why: `is damaged (${why})` }]
  })
  const fault = await tableFault(db, ['event', 'event_block', 'event_archive'])
  if (fault !== null) faults.push({ events: 'the hub’s database', why: `is damaged (${fault})` })
  const gaps = faults.length > 0 && skipUnreadable === undefined ? faults : await gapsIn(db, archives)
  for (const { events, why } of new Set([...faults, ...gaps])) {
    if (skipUnreadable === undefined) throw historyIncomplete({ events, why })
    skipUnreadable(events, why)
  }
  return archived
}

/** Changes whenever events are archived. */
async function archivedSoFar(db: Reads): Promise<string> {
  const [row] = await db.rows(sql<{ runs: number | string; events: number | string | null }>`
    SELECT COUNT(*) AS runs, SUM(last_seq - first_seq + 1) AS events FROM event_archive`)
  return `${row?.runs}/${row?.events}`
}

/** Where a former run stopped, or a row for every store. */
async function begin(tx: Tx, parts: RebuildParts): Promise<{ rows: readonly Row[]; isNew: boolean }> {
  const { projection, fromStart } = parts
  const left = await readRows(tx, projection)
  if (left.length > 0 && !fromStart) return { rows: left, isNew: false }
  await drop(tx, projection, left)
  const stores = await tx.selectFrom('store').select('code').orderBy('code').execute()
  const codes = await codesFor(
    tx,
    stores.map(store => store.code),
  )
  await insertRows(
    tx,
    'rebuild',
    [...codes.values()].map(store => ({
      projection: projection.name,
      store,
      turn: 0,
      epoch: 0,
      seq: 0,
      events: 0,
      done: 0,
    })),
  )
  return { rows: await readRows(tx, projection), isNew: true }
}

/**
 * Drops what a stopped rebuild has made so far, so that nothing waits for its end. The tables in use are unchanged; a
 * rebuild that is running ends with REBUILD_ELSEWHERE.
 * @returns whether one was under way
 */
export async function dropRebuild(db: Db, projection: Projection): Promise<boolean> {
  return transaction(db, async tx => {
    const left = await readRows(tx, projection)
    await drop(tx, projection, left)
    return left.length > 0
  })
}

async function drop(tx: Tx, projection: Projection, rows: readonly Row[]): Promise<void> {
  for (const { store } of rows) await projection.copy.clear(tx, store)
  await forget(tx, projection)
}

function readRows(tx: Tx, { name }: Projection): Promise<Row[]> {
  return tx.selectFrom('rebuild').selectAll().where('projection', '=', name).orderBy('store').execute()
}

async function forget(tx: Tx, { name }: Projection): Promise<void> {
  await tx.deleteFrom('rebuild').where('projection', '=', name).execute()
}

/**
 * Replays the next events in one transaction; when none is left, the copy takes the place of the rows in use. The
 * transaction holds up the store, so the last one reads only the turns that came after the search before it.
 */
async function replaySome(
  parts: RebuildParts,
  { kept: _, ...from }: Replayed,
  { store, archived }: { readonly store: string; readonly archived: string },
): Promise<Replayed> {
  const { db, projection, batchSize = EVENTS_A_TRANSACTION, archives = new Map() } = parts
  const { skipUnreadable: skipDamaged } = parts
  const wanted = {
    kinds: projection.kinds,
    limit: batchSize,
    archives: [...archives.values()],
    ...(skipDamaged === undefined ? {} : { skipDamaged }),
  }
  // turns of a store are committed one after the other: up to this one, the search misses none
  const turn = await lastTurn(db, from.store)
  const read = await effectedAfter(db, from.store, from, wanted)
  const isLast = read.length < wanted.limit
  const records = isLast ? read.filter(record => record.turn <= turn) : read
  return transaction(
    db,
    async tx => {
      await expectUntouched(tx, from)
      const replayed = await replay(tx, parts, from, { store, records })
      if (!isLast) return { ...replayed, kept: 0 }
      const searched = turn < from.turn ? replayed : { ...replayed, turn: turn + 1, epoch: 0, seq: 0 }
      const rest = await effectedAfter(tx, from.store, searched, wanted)
      const now = await replay(tx, parts, searched, { store, records: rest })
      if (rest.length >= wanted.limit) return { ...now, kept: 0 }
      if ((await archivedSoFar(tx)) !== archived)
        throw historyIncomplete({ events: 'some', why: 'were archived while they were replayed' })
      const kept = skipDamaged === undefined ? 0 : await projection.copy.keepLater(tx, now.store)
      await projection.copy.putInUse(tx, now.store)
      return { ...(await keep(tx, { ...now, done: 1 })), kept }
    },
    { store },
  )
}

async function expectUntouched(tx: Tx, { projection, store, turn, epoch, seq }: Row): Promise<void> {
  const row = await tx
    .selectFrom('rebuild')
    .selectAll()
    .where(e => e.and({ projection, store, turn, epoch, seq, done: 0 }))
    .executeTakeFirst()
  if (row === undefined) throw rebuildElsewhere({ projection })
}

async function replay(
  tx: Tx,
  parts: RebuildParts,
  from: Row,
  { store, records }: { readonly store: string; readonly records: readonly EffectedRecord[] },
): Promise<Row> {
  const last = records.at(-1)
  if (last === undefined) return from
  const placed = await placedEvents(tx, parts, store, records)
  await parts.projection.apply(tx, -from.store, placed)
  const { turn, epoch, seq } = last
  return keep(tx, { ...from, turn, epoch, seq, events: from.events + placed.length })
}

async function placedEvents(
  tx: Tx,
  { skipUnreadable }: Pick<RebuildParts, 'skipUnreadable'>,
  store: string,
  records: readonly EffectedRecord[],
): Promise<PlacedEvent[]> {
  const devices = await textsOf(
    tx,
    records.map(record => record.device),
  )
  return records.flatMap(({ device: code, epoch, seq, at, body }) => {
    const device = devices.get(code) ?? String(code)
    const read = readStoredEvent(body)
    if (read.state === 'applied') return [{ event: read.event, origin: { store, device, epoch, seq, at } }]
    const event = `${store}/${device}/${epoch}/${seq}`
    if (skipUnreadable === undefined) throw storedEventUnreadable({ event, problem: read.problem })
    skipUnreadable(event, read.problem)
    return []
  })
}

async function keep(tx: Tx, row: Row): Promise<Row> {
  const { projection, store, ...change } = row
  await tx
    .updateTable('rebuild')
    .set(change)
    .where(e => e.and({ projection, store }))
    .execute()
  return row
}
