import { sql } from 'kysely'
import { genesis } from '../../shared/stream/chain.ts'
import { type Db, insertRows, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { blockName } from './block-source.ts'
import {
  BLOCK_BYTES,
  BLOCK_RECORDS,
  type BlockHead,
  blockDamaged,
  decodeBlock,
  encodeBlock,
  type PackedRecord,
} from './event-block.ts'
import { hashOf, isInOrder } from './event-records.ts'

/** A run that can't become longer is worth a block from this length on; a shorter one stays as rows. */
const SHORTEST_CLOSED_RUN = 8
/** Rows that one search looks at, a page at a time: a large body makes it slow to look past it. */
const ROWS_A_SEARCH = 1_024
const ROWS_A_PAGE = 32

/** Which records are packed. */
export interface PackWanted {
  /** Received before this moment (hub clock, ms). */
  readonly before: number
  /** Records a block, at most. */
  readonly blockSize?: number
}

/** A device's stream, by its numbers and names. */
interface PackStream {
  readonly store: string
  readonly storeCode: number
  readonly device: string
  readonly deviceCode: number
}

interface Place {
  readonly epoch: number
  readonly seq: number
}

/** What decides whether a row goes into a block, without its body. */
interface RowFacts extends Place {
  readonly turn: number
  readonly bytes: number
  readonly isPackable: boolean
}

/** `run`: rows that make a block, or null. `next`: where to search next; null when no old row is left. */
interface Search {
  readonly run: readonly RowFacts[] | null
  readonly next: Place | null
}

/**
 * Packs the old records of every stream: full blocks of consecutive applied records. What does not fill a block stays
 * as rows until it does. A kill at any point leaves each record either as a row or in a block. When one stream fails,
 * the others are packed before its error is thrown.
 * @param pause waited for after each block, so that live events are committed in between; false ends the packing
 * @returns how many records were packed
 */
export async function packEvents(db: Db, wanted: PackWanted, pause: () => Promise<boolean>): Promise<number> {
  let packed = 0
  const failures: unknown[] = []
  for (const stream of await enrolledStreams(db)) {
    try {
      let from: Place | null = { epoch: 0, seq: 0 }
      while (from !== null) {
        const { run, next }: Search = await searchRun(db, stream, from, wanted)
        if (run !== null) packed += await packRun(db, stream, run)
        from = next
        if (!(await pause())) return packed
      }
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return packed
}

/** The stream of every enrolled device, in the order of their stores. */
async function enrolledStreams(db: Db): Promise<PackStream[]> {
  return db
    .selectFrom('device')
    .innerJoin('code as s', 's.text', 'device.store')
    .innerJoin('code as d', 'd.text', 'device.device')
    .select(['device.store', 's.id as storeCode', 'device.device', 'd.id as deviceCode'])
    .orderBy('device.store')
    .orderBy('device.device')
    .execute()
}

/** The first run behind `from` that fills a block, or that can't become longer and is worth one. */
async function searchRun(db: Db, stream: PackStream, from: Place, wanted: PackWanted): Promise<Search> {
  const { before, blockSize = BLOCK_RECORDS } = wanted
  let run: RowFacts[] = []
  let bytes = 0
  let end = from // the last row that is known to be in no run from here on
  let looked = from
  for (let count = 0; count < Math.max(ROWS_A_SEARCH, 2 * blockSize); count += ROWS_A_PAGE) {
    const { rows, isEnd } = await oldRows(db, stream, looked, before)
    for (const row of rows) {
      const last = run.at(-1)
      const isLonger = last !== undefined && follows(last, row)
      if (isLonger && bytes + row.bytes > BLOCK_BYTES) return { run, next: last }
      if (last !== undefined && !isLonger && run.length >= Math.min(SHORTEST_CLOSED_RUN, blockSize))
        return { run, next: last }
      if (!isLonger) {
        end = looked
        run = []
        bytes = 0
      }
      looked = row
      if (row.isPackable) {
        run.push(row)
        bytes += row.bytes
      } else end = row
      if (run.length === blockSize) return { run, next: row }
    }
    if (isEnd) return { run: null, next: null }
  }
  return { run: null, next: end }
}

/** Whether one block can hold both rows next to each other: one epoch, no gap, in the order in which they took effect. */
function follows(before: RowFacts, row: RowFacts): boolean {
  return row.isPackable && row.epoch === before.epoch && row.seq === before.seq + 1 && row.turn >= before.turn
}

/** A page of rows up to the first young one: what comes behind it is younger, and need not be read. */
async function oldRows(
  db: Db,
  { storeCode, deviceCode }: PackStream,
  from: Place,
  before: number,
): Promise<{ readonly rows: readonly RowFacts[]; readonly isEnd: boolean }> {
  const rows = await db
    .selectFrom('event')
    .select(['epoch', 'seq', 'turn', 'state', 'applied_late', 'problem', 'received_at'])
    // the stored length: neither engine reads the body for it
    .select(sql<number>`octet_length(body)`.as('bytes'))
    .where('store', '=', storeCode)
    .where('device', '=', deviceCode)
    .where(sql<boolean>`(epoch, seq) > (${from.epoch}, ${from.seq})`)
    .orderBy('epoch')
    .orderBy('seq')
    .limit(ROWS_A_PAGE)
    .execute()
  const young = rows.findIndex(row => row.received_at >= before)
  return {
    rows: (young === -1 ? rows : rows.slice(0, young)).map(row => ({
      epoch: row.epoch,
      seq: row.seq,
      turn: row.turn,
      bytes: row.bytes,
      isPackable: isInOrder(row),
    })),
    isEnd: young !== -1 || rows.length < ROWS_A_PAGE,
  }
}

async function rowsOf(
  db: Db,
  { storeCode: store, deviceCode: device }: PackStream,
  { epoch, from, to }: { readonly epoch: number; readonly from: number; readonly to: number },
): Promise<PackedRecord[]> {
  return db
    .selectFrom('event')
    .select(['seq', 'kind', 'hash', 'turn', 'received_at as at', 'body'])
    .where(e => e.and({ store, device, epoch }))
    .where('seq', '>=', from)
    .where('seq', '<=', to)
    .orderBy('seq')
    .execute()
}

/** Moves a run into a block in one transaction. @returns how many records; 0: they were left as they are */
async function packRun(db: Db, stream: PackStream, run: readonly RowFacts[]): Promise<number> {
  const [start] = run
  const end = run.at(-1)
  if (start === undefined || end === undefined) return 0
  const { epoch } = start
  const records = await rowsOf(db, stream, { epoch, from: start.seq, to: end.seq })
  const [first] = records
  const last = records.at(-1)
  if (first === undefined || last === undefined || records.length !== run.length) return 0 // another hub was first
  const previous =
    first.seq === 1
      ? genesis('events', stream.device, epoch)
      : await hashOf(db, stream, { epoch, seq: first.seq - 1 })
  if (typeof previous !== 'string') return 0
  const head = { first_seq: first.seq, last_seq: last.seq, previous, last_hash: last.hash }
  const body = encodeBlock(records)
  if (!holdsAll(blockName(stream.device, { ...head, epoch }), head, body, records)) return 0
  const moments = records.map(record => record.at)
  const block = {
    store: stream.storeCode,
    device: stream.deviceCode,
    epoch,
    ...head,
    first_turn: first.turn,
    last_turn: last.turn,
    received_from: Math.min(...moments),
    received_to: Math.max(...moments),
    body,
  }
  const isDone = await transaction(db, tx => exchange(tx, block), { store: stream.store })
  return isDone ? records.length : 0
}

/** Whether a block gives back each record byte for byte. Records that break the chain are left for the audit to find. */
function holdsAll(name: string, head: BlockHead, body: Buffer, run: readonly PackedRecord[]): boolean {
  try {
    const records = decodeBlock(name, head, body)
    return run.every((row, index) => {
      const record = records[index]
      return (
        record !== undefined &&
        record.seq === row.seq &&
        record.kind === row.kind &&
        record.hash === row.hash &&
        record.turn === row.turn &&
        record.at === row.at &&
        record.body === row.body
      )
    })
  } catch (error) {
    if (blockDamaged.is(error)) return false
    throw error
  }
}

/** The block takes the place of its rows; false when another hub has packed some of them meanwhile. */
async function exchange(tx: Tx, block: Schema['event_block']): Promise<boolean> {
  const { store, device, epoch, first_seq, last_seq } = block
  const { count } = await tx
    .selectFrom('event')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where(e => e.and({ store, device, epoch, state: 'applied' }))
    .where('seq', '>=', first_seq)
    .where('seq', '<=', last_seq)
    .executeTakeFirstOrThrow()
  if (Number(count) !== last_seq - first_seq + 1) return false
  await insertRows(tx, 'event_block', [block])
  await tx
    .deleteFrom('event')
    .where(e => e.and({ store, device, epoch }))
    .where('seq', '>=', first_seq)
    .where('seq', '<=', last_seq)
    .execute()
  return true
}
