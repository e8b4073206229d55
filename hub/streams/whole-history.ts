import { defineError } from '../../shared/errors.ts'
import { textsOf } from '../db/codes.ts'
import type { ReadDb } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { BlockSource } from './block-source.ts'
import { firstBroken, streamsHeld } from './check-chain.ts'

export const historyIncomplete = defineError(
  'HISTORY_INCOMPLETE',
  (f: { events: string; why: string }) =>
    `Not every stored event is at hand: ${f.events} ${f.why}. Made from the rest, the tables would lack sales, so those in use are unchanged. If it is an archive, give its newest copy; else restore a backup.`,
)

/** What is not whole, and why. `events`: device/epoch/seq, or a run of them. */
export interface HistoryGap {
  readonly events: string
  readonly why: string
}

/**
 * Looks whether every event that the hub ever kept is at hand: rows, packed and archived ones follow each other in
 * each stream without a gap, hash by hash, and each archived run is whole in one of the files given.
 */
export async function gapsIn(
  db: ReadDb,
  archives: ReadonlyMap<string, BlockSource>,
): Promise<readonly HistoryGap[]> {
  const gaps: HistoryGap[] = []
  for (const stream of await streamsHeld(db)) {
    const broken = await firstBroken(db, stream)
    if (broken !== null) gaps.push({ events: broken, why: 'does not follow the event before it' })
  }
  const runs = await db.selectFrom('event_archive').selectAll().execute()
  const names = await textsOf(
    db,
    runs.map(run => run.device),
  )
  for (const run of runs) {
    const source = archives.get(run.file)
    if (source !== undefined && (await isWhole(source, run))) continue
    const { epoch, first_seq, last_seq, file } = run
    gaps.push({
      events: `${names.get(run.device) ?? run.device}/${epoch}/${first_seq}-${last_seq}`,
      why: `are not all in the archive ${file}`,
    })
  }
  return gaps
}

/** Whether a file's blocks lead from the hash before an archived run to its last one. */
async function isWhole(source: BlockSource, run: Schema['event_archive']): Promise<boolean> {
  const { store, device, epoch } = run
  let [hash, seq] = [run.previous, run.first_seq]
  while (seq <= run.last_seq) {
    const block = await source.holding(store, { device, epoch, seq })
    if (block === null || block.first_seq !== seq || block.previous !== hash) return false
    hash = block.last_hash
    seq = block.last_seq + 1
  }
  return hash === run.last_hash
}
