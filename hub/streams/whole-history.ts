import { defineError } from '../../shared/errors.ts'
import { textsOf } from '../db/codes.ts'
import type { ReadDb } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { BlockSource } from './block-source.ts'
import { streamsHeld, walkStream } from './check-chain.ts'
import type { HistoryGap } from './history-gap.ts'
import { missingEnds, notedEnds } from './stream-ends.ts'

export const historyIncomplete = defineError(
  'HISTORY_INCOMPLETE',
  (f: { events: string; why: string }) =>
    `Not every stored event is at hand: ${f.events} ${f.why}. Made from the rest, the tables would lack sales, so those in use are unchanged. If it is an archive, give its newest copy; else restore a backup.`,
)

/**
 * Looks whether every event that the hub ever kept is at hand: rows, packed and archived ones follow each other in
 * each stream without a gap, hash by hash, up to the end that the hub noted, and each archived run is whole in one of
 * the files given.
 */
export async function gapsIn(
  db: ReadDb,
  archives: ReadonlyMap<string, BlockSource>,
): Promise<readonly HistoryGap[]> {
  const gaps: HistoryGap[] = []
  const noted = await notedEnds(db)
  const ends = []
  const broken = new Set<string>()
  for (const stream of await streamsHeld(db)) {
    const walked = await walkStream(db, stream)
    ends.push(walked.end)
    if (walked.broken === null) continue
    broken.add(`${stream.name}/${stream.epoch}`)
    gaps.push({ events: walked.broken, why: 'does not follow the event before it' })
  }
  const walkedWhole = noted.filter(({ device, epoch }) => !broken.has(`${device}/${epoch}`))
  gaps.push(...missingEnds(walkedWhole, ends))
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
