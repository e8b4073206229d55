import type { Selectable } from 'kysely'
import { type Db, holdsOneWriter, insertRows, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { hearTill, type LiveTill } from './heard-till.ts'

/** See the schema. */
export type TillWord = Selectable<Schema['till_word']>

/** A hub alone notes again after so long what has not changed: it asks its own tills, and needs only when they last read. */
const AGAIN_MS = 10 * 60_000

/**
 * Notes what the tills that are connected to this process said last. Called once a minute: on a database that several hubs share, the one
 * that holds units back has nothing else of the others' tills.
 */
export async function noteTillWords(db: Db, live: ReadonlyMap<string, LiveTill>, now: number): Promise<void> {
  const devices = [...live.keys()]
  if (devices.length === 0) return
  const known = await tillWords(db, devices)
  const enrolled = await enrolledAt(db, devices)
  const isShared = !holdsOneWriter(db)
  const rows = [...live].flatMap(([device, till]) => {
    const before = known.get(device)
    const word = wordOf(device, till, { before, enrolledAt: enrolled.get(device) ?? now, now })
    return isShared || isNews(before, word) ? [word] : []
  })
  if (rows.length > 0) await transaction(db, tx => putWords(tx, rows))
}

function wordOf(
  device: string,
  till: LiveTill,
  of: { readonly before: TillWord | undefined; readonly enrolledAt: number; readonly now: number },
): TillWord {
  const readBefore = of.before?.read_at ?? null
  const { unreadSince, hasMore, readUntil } = hearTill(till, readBefore ?? of.enrolledAt, of.now)
  const reads = till.status !== null && unreadSince === null
  return {
    device,
    at: of.now,
    unread_since: unreadSince,
    has_more: hasMore ? 1 : 0,
    read_at: reads ? of.now : readBefore,
    read_until: readUntil,
  }
}

function isNews(before: TillWord | undefined, word: TillWord): boolean {
  if (before === undefined || before.has_more !== word.has_more) return true
  if ((before.unread_since === null) !== (word.unread_since === null)) return true
  return Math.abs(word.at - before.at) >= AGAIN_MS
}

/** What is noted of some tills. */
export async function tillWords(
  db: Reads,
  devices: readonly string[],
): Promise<ReadonlyMap<string, TillWord>> {
  if (devices.length === 0) return new Map()
  const rows = await db.selectFrom('till_word').selectAll().where('device', 'in', devices).execute()
  return new Map(rows.map(row => [row.device, row]))
}

async function enrolledAt(db: Reads, devices: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('device')
    .select(['device', 'enrolled_at'])
    .where('device', 'in', devices)
    .execute()
  return new Map(rows.map(row => [row.device, row.enrolled_at]))
}

async function putWords(tx: Tx, rows: readonly TillWord[]): Promise<void> {
  await insertRows(tx, 'till_word', rows, {
    key: ['device'],
    replace: ['at', 'unread_since', 'has_more', 'read_at', 'read_until'],
  })
}
