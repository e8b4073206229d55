import { archiveDamaged } from '../db/archive-file.ts'
import { textsOf } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { type BlockSource, blockName, hubBlocks, type RecordPlace } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'
import { bodyAsItCame } from './event-body.ts'

/** A stored record as it came. `device` by its number; `at`: when the hub received it. */
interface StoredRecord extends RecordPlace {
  readonly kind: string
  readonly state: string
  readonly body: string
  readonly at: number
}

/** A record that was moved into an archive file which is not at hand, or whose copy at hand lacks it. */
interface ArchivedRecord extends RecordPlace {
  readonly archive: string
  readonly isAtHand: boolean
}

/** One record of a store, by its place, in whichever form it is kept; null: the hub does not hold it. */
export async function readRecord(
  db: Reads,
  store: number,
  { device, epoch, seq }: RecordPlace,
  archives: ReadonlyMap<string, BlockSource> = new Map(),
): Promise<StoredRecord | ArchivedRecord | null> {
  const place = { device, epoch, seq }
  const row = await db
    .selectFrom('event')
    .select(['device', 'epoch', 'seq', 'kind', 'state', 'body', 'received_at as at'])
    .where(e => e.and({ store, ...place }))
    .executeTakeFirst()
  if (row !== undefined) return { ...row, body: bodyAsItCame(row.body) }
  const packed = await packedInHub(db, store, place, archives)
  if (packed !== null) return packed
  const run = await db
    .selectFrom('event_archive')
    .select(['last_seq', 'file'])
    .where(e => e.and({ store, device, epoch }))
    .where('first_seq', '<=', seq)
    .orderBy('first_seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (run === undefined || run.last_seq < seq) return null
  const archive = archives.get(run.file)
  if (archive === undefined) return { ...place, archive: run.file, isAtHand: false }
  return (await packedRecord(db, archive, store, place)) ?? { ...place, archive: run.file, isAtHand: true }
}

/** A record of the hub's own blocks. A killed archive run leaves a copy in its file, which serves when the block is damaged. */
async function packedInHub(
  db: Reads,
  store: number,
  place: RecordPlace,
  archives: ReadonlyMap<string, BlockSource>,
): Promise<StoredRecord | null> {
  try {
    return await packedRecord(db, hubBlocks(db), store, place)
  } catch (error) {
    if (!blockDamaged.is(error)) throw error
    for (const archive of archives.values()) {
      const copy = await packedRecord(db, archive, store, place).catch((fault: unknown) => {
        if (blockDamaged.is(fault) || archiveDamaged.is(fault)) return null // the hub's own damage is what is told
        throw fault
      })
      if (copy !== null) return copy
    }
    throw error
  }
}

async function packedRecord(
  db: Reads,
  source: BlockSource,
  store: number,
  place: RecordPlace,
): Promise<StoredRecord | null> {
  const block = await source.holding(store, place)
  if (block === null) return null
  const device = (await textsOf(db, [place.device])).get(place.device) ?? place.device
  const records = decodeBlock(blockName(device, block), block, block.body)
  const record = records[place.seq - block.first_seq]
  if (record === undefined) return null
  return { ...place, kind: record.kind, state: 'applied', body: record.body, at: record.at }
}
