import { sql } from 'kysely'
import { genesis } from '../../shared/stream/chain.ts'
import { type Db, insertRows, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { blockName } from './block-source.ts'
import {
  BLOCK_CHARACTERS,
  BLOCK_RECORDS,
  type BlockHead,
  blockDamaged,
  decodeBlock,
  encodeBlock,
  type PackedRecord,
} from './event-block.ts'
import { hashOf } from './event-records.ts'

/** A run between two records that cannot be packed is worth a block from this length on. */
const FEWEST = 8

/** Which records are packed. */
export interface PackWanted {
  /** Received before this moment (hub clock, ms). */
  readonly before: number
  /** Records a block, at most. */
  readonly most?: number
}

/** A stream whose records are packed, by its numbers and names. */
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

interface Row extends PackedRecord {
  readonly epoch: number
}

/** What one look at a stream found: a block to be written, and where to look next; `next` null: nothing is left. */
interface Step {
  readonly packed: number
  readonly next: Place | null
}

/**
 * Packs the old records of every stream: full blocks of consecutive applied records. What does not fill a block stays
 * as rows until it does. A kill at any point leaves each record either as a row or in a block.
 * @param pause waited for after each block, so that live events are committed in between; false ends the packing
 * @returns how many records were packed
 */
export async function packEvents(db: Db, wanted: PackWanted, pause: () => Promise<boolean>): Promise<number> {
  let packed = 0
  for (const stream of await streamsWithRows(db)) {
    let from: Place | null = { epoch: 0, seq: 0 }
    while (from !== null) {
      const step: Step = await packNext(db, stream, from, wanted)
      packed += step.packed
      from = step.next
      if (!(await pause())) return packed
    }
  }
  return packed
}

/** Every enrolled device, in the order of their stores. Asking each for its first old row costs a look-up. */
async function streamsWithRows(db: Db): Promise<PackStream[]> {
  const devices = await db
    .selectFrom('device')
    .innerJoin('code as s', 's.text', 'device.store')
    .innerJoin('code as d', 'd.text', 'device.device')
    .select(['device.store', 's.id as storeCode', 'device.device', 'd.id as deviceCode'])
    .orderBy('device.store')
    .orderBy('device.device')
    .execute()
  return devices
}

/** Packs the first run behind `from` when it fills a block, or cannot become longer. */
async function packNext(db: Db, stream: PackStream, from: Place, wanted: PackWanted): Promise<Step> {
  const { before, most = BLOCK_RECORDS } = wanted
  const rows = await oldRows(db, stream, from, before, most)
  const run = firstRun(rows)
  const last = run.at(-1)
  if (last === undefined) return { packed: 0, next: null }
  const isFull = run.length === most || charactersOf(run) >= BLOCK_CHARACTERS
  const isBounded = run.length < rows.length && run.length >= Math.min(FEWEST, most)
  const next = rows.length === run.length && !isFull ? null : { epoch: last.epoch, seq: last.seq }
  if (!isFull && !isBounded) return { packed: 0, next }
  const packed = await packRun(db, stream, run)
  return { packed: packed ? run.length : 0, next }
}

async function oldRows(
  db: Db,
  { storeCode, deviceCode }: PackStream,
  from: Place,
  before: number,
  most: number,
): Promise<Row[]> {
  const rows = await db
    .selectFrom('event')
    .select(['epoch', 'seq', 'kind', 'hash', 'turn', 'received_at as at', 'body'])
    .where('store', '=', storeCode)
    .where('device', '=', deviceCode)
    .where(sql<boolean>`(epoch, seq) > (${from.epoch}, ${from.seq})`)
    .where('state', '=', 'applied')
    .where('problem', 'is', null)
    .where('received_at', '<', before)
    .orderBy('epoch')
    .orderBy('seq')
    .limit(most)
    .execute()
  return rows
}

/** The longest run at the start that one block can hold: one epoch, no gap, in the order in which it took effect. */
function firstRun(rows: readonly Row[]): readonly Row[] {
  let characters = 0
  const end = rows.findIndex((row, index) => {
    const before = rows[index - 1]
    characters += row.body.length
    if (before === undefined) return false
    const follows = row.epoch === before.epoch && row.seq === before.seq + 1 && row.turn >= before.turn
    return !follows || characters - row.body.length >= BLOCK_CHARACTERS
  })
  return end === -1 ? rows : rows.slice(0, end)
}

const charactersOf = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + row.body.length, 0)

/** Moves a run into a block in one transaction. @returns false: it was left as it is, because it can't be packed */
async function packRun(db: Db, stream: PackStream, run: readonly Row[]): Promise<boolean> {
  const [first] = run
  const last = run.at(-1)
  if (first === undefined || last === undefined) return false
  const { epoch } = first
  const previous =
    first.seq === 1
      ? genesis('events', stream.device, epoch)
      : await hashOf(db, stream, { epoch, seq: first.seq - 1 })
  if (previous === null) return false
  const head = { first_seq: first.seq, last_seq: last.seq, previous, last_hash: last.hash }
  const body = encodeBlock(run)
  if (!holdsAll(blockName(stream.device, { ...head, epoch }), head, body, run)) return false
  const moments = run.map(row => row.at)
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
  return transaction(db, tx => exchange(tx, block), { store: stream.store })
}

/** Whether a block gives back each record byte for byte. Records that break the chain are left for the audit to find. */
function holdsAll(name: string, head: BlockHead, body: Buffer, run: readonly Row[]): boolean {
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
