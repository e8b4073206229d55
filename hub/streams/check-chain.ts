import { genesis, link } from '../../shared/stream/chain.ts'
import { textsOf } from '../db/codes.ts'
import type { ReadDb } from '../db/db.ts'
import { BLOCK_COLUMNS, blockName, type StoredBlock } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'
import { bodyAsItCame, isMaskedBody } from './event-body.ts'
import type { StreamEnd } from './stream-ends.ts'

/** One epoch of one device's events, by its numbers; `name` is the device. */
interface HeldStream {
  readonly store: number
  readonly device: number
  readonly epoch: number
  readonly name: string
}

const ROWS = 2_000
const BLOCKS = 16
const ARCHIVED = 1_000

/** Every epoch of every device of which the hub holds records, packed and archived ones included. */
export async function streamsHeld(db: ReadDb): Promise<readonly HeldStream[]> {
  const streams = new Map<string, Omit<HeldStream, 'name'>>()
  for (const table of ['event', 'event_block', 'event_archive'] as const) {
    const rows = await db
      .selectFrom(table)
      .select(['store', 'device', 'epoch'])
      .groupBy(['store', 'device', 'epoch'])
      .execute()
    for (const row of rows) streams.set(`${row.store}/${row.device}/${row.epoch}`, row)
  }
  const found = [...streams.values()].toSorted(
    (a, b) => a.store - b.store || a.device - b.device || a.epoch - b.epoch,
  )
  const names = await textsOf(
    db,
    found.map(row => row.device),
  )
  return found.map(row => ({ ...row, name: names.get(row.device) ?? String(row.device) }))
}

/** Some consecutive records of a stream. */
interface Part {
  readonly first: number
  readonly last: number
  /** Goes on from `head`, the hash of record `at`. @returns the hash of the last record; null: they do not follow */
  follow(head: string, at: number): string | null
}

/** What a walk along one epoch found. */
export interface WalkedStream {
  /** The first record that does not follow its predecessor; null: all do. */
  readonly broken: string | null
  /** The last record up to there. */
  readonly end: StreamEnd
}

/**
 * Walks one epoch's hash chain over rows, packed and archived records; of the archived ones it knows the first and
 * last hash.
 */
export async function walkStream(db: ReadDb, stream: HeldStream): Promise<WalkedStream> {
  const { name: device, epoch } = stream
  let end: StreamEnd = { device, epoch, seq: 0, hash: genesis('events', device, epoch) }
  for (;;) {
    const { parts, isEnd } = await partsAfter(db, stream, end.seq)
    for (const part of parts) {
      if (part.last <= end.seq) continue // packed or archived while the walk was reading
      const next = part.first <= end.seq + 1 ? part.follow(end.hash, end.seq) : null
      if (next === null) return { broken: `${device}/${epoch}/${part.first}`, end }
      end = { ...end, seq: part.last, hash: next }
    }
    if (isEnd) return { broken: null, end }
  }
}

/** The next parts in order. Records move from rows to blocks to archives, so reading in that order misses none. */
async function partsAfter(
  db: ReadDb,
  stream: HeldStream,
  after: number,
): Promise<{ parts: readonly Part[]; isEnd: boolean }> {
  const of = { store: stream.store, device: stream.device, epoch: stream.epoch }
  const rows = await db
    .selectFrom('event')
    .select(['seq', 'hash', 'body'])
    .where(e => e.and(of))
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(ROWS)
    .execute()
  const blocks = await db
    .selectFrom('event_block')
    .select(BLOCK_COLUMNS)
    .where(e => e.and(of))
    .where('last_seq', '>', after)
    .orderBy('first_seq')
    .limit(BLOCKS)
    .execute()
  const archived = await db
    .selectFrom('event_archive')
    .select(['first_seq', 'last_seq', 'previous', 'last_hash'])
    .where(e => e.and(of))
    .where('last_seq', '>', after)
    .orderBy('first_seq')
    .limit(ARCHIVED)
    .execute()
  const horizon = Math.min(
    rows.length < ROWS ? Number.POSITIVE_INFINITY : (rows.at(-1)?.seq ?? 0),
    blocks.length < BLOCKS ? Number.POSITIVE_INFINITY : (blocks.at(-1)?.last_seq ?? 0),
    archived.length < ARCHIVED ? Number.POSITIVE_INFINITY : (archived.at(-1)?.last_seq ?? 0),
  )
  const parts = [
    ...rows.map(rowPart),
    ...blocks.map(block => blockPart(stream, block)),
    ...archived.map(archivedPart),
  ]
  return {
    parts: parts
      .filter(part => part.last <= horizon)
      .toSorted((a, b) => a.first - b.first || a.last - b.last),
    isEnd: horizon === Number.POSITIVE_INFINITY,
  }
}

function rowPart({ seq, hash, body }: { seq: number; hash: string; body: string }): Part {
  // of a body that had to be masked, only that it has its place can be checked
  const follow = (head: string) =>
    isMaskedBody(body) || hash === link(head, bodyAsItCame(body)) ? hash : null
  return { first: seq, last: seq, follow }
}

function blockPart({ name }: HeldStream, block: StoredBlock): Part {
  return {
    first: block.first_seq,
    last: block.last_seq,
    follow(head, at) {
      try {
        const records = decodeBlock(blockName(name, block), block, block.body)
        const before = at < block.first_seq ? block.previous : records[at - block.first_seq]?.hash
        return before === head ? block.last_hash : null
      } catch (error) {
        if (blockDamaged.is(error)) return null
        throw error
      }
    },
  }
}

function archivedPart(run: {
  first_seq: number
  last_seq: number
  previous: string
  last_hash: string
}): Part {
  return {
    first: run.first_seq,
    last: run.last_seq,
    follow: (head, at) => (at >= run.first_seq || run.previous === head ? run.last_hash : null),
  }
}
