import type { Position } from '../../shared/stream/log.ts'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { BLOCK_COLUMNS, blockName, hubBlocks } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'
import { bodyAsItCame } from './event-body.ts'
import type { StreamOf } from './event-records.ts'

/** Neighbouring places of one epoch, which are read at once. */
interface Range {
  readonly epoch: number
  readonly first: number
  last: number
}

/**
 * The bodies of a device's records, rows or packed, by `epoch/seq`. What is archived or damaged is left out.
 * @param places those of one epoch in their order, so that they are read in few ranges
 */
export async function bodiesAt(
  db: Reads,
  { store, device }: StreamOf,
  places: readonly Position[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const codes = await knownCodes(db, [store, device])
  const of = { store: codes.get(store), device: codes.get(device) }
  if (of.store === undefined || of.device === undefined) return found
  const stream = { store: of.store, device: of.device }
  for (const range of rangesOf(places)) {
    const rows = await db
      .selectFrom('event')
      .select(['seq', 'body'])
      .where(e => e.and({ ...stream, epoch: range.epoch }))
      .where('seq', '>=', range.first)
      .where('seq', '<=', range.last)
      .execute()
    for (const { seq, body } of rows) found.set(`${range.epoch}/${seq}`, bodyAsItCame(body))
    if (rows.length > range.last - range.first) continue
    for (const { seq, body } of await packedIn(db, stream, range)) found.set(`${range.epoch}/${seq}`, body)
  }
  return found
}

function rangesOf(places: readonly Position[]): readonly Range[] {
  const ranges: Range[] = []
  for (const { epoch, seq } of places) {
    const range = ranges.at(-1)
    if (range?.epoch === epoch && range.last + 1 === seq) range.last = seq
    else ranges.push({ epoch, first: seq, last: seq })
  }
  return ranges
}

async function packedIn(
  db: Reads,
  { store, device }: { readonly store: number; readonly device: number },
  { epoch, first, last }: Range,
): Promise<readonly { readonly seq: number; readonly body: string }[]> {
  const holding = await hubBlocks(db).holding(store, { device, epoch, seq: first })
  const blocks = await db
    .selectFrom('event_block')
    .select(BLOCK_COLUMNS)
    .where(e => e.and({ store, device, epoch }))
    .where('first_seq', '>=', holding?.first_seq ?? first)
    .where('first_seq', '<=', last)
    .orderBy('first_seq')
    .execute()
  return blocks.flatMap(block => {
    try {
      const records = decodeBlock(blockName(device, block), block, block.body)
      return records.filter(({ seq }) => seq >= first && seq <= last)
    } catch (error) {
      if (blockDamaged.is(error)) return []
      throw error
    }
  })
}
