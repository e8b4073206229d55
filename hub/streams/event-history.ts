import { sql } from 'kysely'
import type { Reads } from '../db/db.ts'
import { type BlockSource, blockName, hubBlocks, type StoredBlock } from './block-source.ts'
import { blockDamaged, decodeBlock, type PackedRecord } from './event-block.ts'
import { bodyAsItCame } from './event-body.ts'

/** A place in the order in which a store's events took effect. */
export interface Effected {
  readonly turn: number
  readonly epoch: number
  readonly seq: number
}

/** A stored record that took effect. `device` by its number; `at`: when the hub received it. */
export interface EffectedRecord extends Effected {
  readonly device: number
  readonly kind: string
  readonly body: string
  readonly at: number
}

/** Which records are wanted, and how many at most. */
export interface WantedRecords {
  readonly kinds: readonly string[]
  readonly limit: number
  /** Archive files that hold some of them. */
  readonly archives: readonly BlockSource[]
  /** Called for a block that can't be read, which is then left out; without it the reading fails. */
  readonly skipDamaged?: (block: string, problem: string) => void
}

/**
 * The next records of a store, by its number, that took effect, in the order in which they did, whether they are rows,
 * packed or archived. At most one block of each device is in memory.
 */
export async function effectedAfter(
  db: Reads,
  store: number,
  after: Effected,
  wanted: WantedRecords,
): Promise<EffectedRecord[]> {
  // rows first: one that is packed meanwhile is then seen twice, never missed
  const rows = await effectedRows(db, store, after, wanted)
  const runs = [fromList(rows)]
  for (const source of [hubBlocks(db), ...wanted.archives])
    for (const device of await source.devices(store))
      runs.push(packedRecords(source, { store, device }, after, wanted))
  return firstOf(runs, wanted.limit)
}

async function effectedRows(
  db: Reads,
  store: number,
  after: Effected,
  wanted: WantedRecords,
): Promise<EffectedRecord[]> {
  const rows = await db
    .selectFrom('event')
    .select(['turn', 'epoch', 'seq', 'device', 'kind', 'body', 'received_at as at'])
    .where('store', '=', store)
    .where('turn', '>=', after.turn)
    .where(sql<boolean>`(turn, epoch, seq) > (${after.turn}, ${after.epoch}, ${after.seq})`)
    .where('state', '=', 'applied')
    .where('kind', 'in', wanted.kinds)
    .orderBy('turn')
    .orderBy('epoch')
    .orderBy('seq')
    .limit(wanted.limit)
    .execute()
  return rows.map(row => ({ ...row, body: bodyAsItCame(row.body) }))
}

type Run = AsyncIterator<EffectedRecord, undefined>

async function* fromList(records: readonly EffectedRecord[]): AsyncGenerator<EffectedRecord, undefined> {
  yield* records
}

/** One device's packed records, block by block. Within a device, turns follow the order of the stream. */
async function* packedRecords(
  source: BlockSource,
  { store, device }: { readonly store: number; readonly device: number },
  after: Effected,
  { kinds: wanted, skipDamaged }: Pick<WantedRecords, 'kinds' | 'skipDamaged'>,
): AsyncGenerator<EffectedRecord, undefined> {
  const kinds = new Set(wanted)
  let from: Effected = { turn: after.turn, epoch: 0, seq: 0 }
  for (;;) {
    const block = await source.next(store, device, from)
    if (block === null) return
    const { epoch } = block
    for (const { seq, turn, kind, body, at } of recordsOf(device, block, skipDamaged))
      if (kinds.has(kind) && order({ turn, epoch, seq }, after) > 0)
        yield { turn, epoch, seq, device, kind, body, at }
    from = { turn: block.last_turn, epoch, seq: block.last_seq }
  }
}

function recordsOf(
  device: number,
  block: StoredBlock,
  skipDamaged: WantedRecords['skipDamaged'],
): readonly PackedRecord[] {
  const name = blockName(device, block)
  try {
    return decodeBlock(name, block, block.body)
  } catch (error) {
    if (skipDamaged === undefined || !blockDamaged.is(error)) throw error
    skipDamaged(name, error.message)
    return []
  }
}

/** The first records of several runs that are each in order, every record once. */
async function firstOf(runs: readonly Run[], limit: number): Promise<EffectedRecord[]> {
  const heads = await Promise.all(runs.map(async run => ({ run, next: await run.next() })))
  const found: EffectedRecord[] = []
  for (;;) {
    let first: { run: Run; next: IteratorResult<EffectedRecord, undefined> } | null = null
    let record: EffectedRecord | null = null
    for (const head of heads) {
      if (head.next.done === true) continue
      if (record !== null && order(head.next.value, record) >= 0) continue
      first = head
      record = head.next.value
    }
    if (first === null || record === null) break
    const last = found.at(-1)
    // a page ends between two places, because the next one begins behind the last place
    if (found.length >= limit && last !== undefined && order(record, last) > 0) break
    if (!isAmong(found, record)) found.push(record)
    first.next = await first.run.next()
  }
  return found
}

/**
 * Whether a record was found already: it was packed while it was being read. Another device's at the same place is
 * another record: a hub that was restored from a backup counts its turns once more.
 */
function isAmong(found: readonly EffectedRecord[], record: EffectedRecord): boolean {
  for (let index = found.length - 1; index >= 0; index -= 1) {
    const one = found[index]
    if (one === undefined || order(one, record) !== 0) return false
    if (one.device === record.device) return true
  }
  return false
}

/** Below 0: `a` took effect before `b`. */
function order(a: Effected, b: Effected): number {
  return a.turn - b.turn || a.epoch - b.epoch || a.seq - b.seq
}
