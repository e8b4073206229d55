import { sql } from 'kysely'
import { defineError } from '../../shared/errors.ts'
import type { ArchivedBlock, ArchiveFile } from '../db/archive-file.ts'
import { textsOf } from '../db/codes.ts'
import { type Db, insertRows, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { archiveFiles } from './archived.ts'
import { type BlockSource, blockName } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'

export const archiveUnreadable = defineError(
  'ARCHIVE_UNREADABLE',
  (f: { file: string; block: string }) =>
    `What was written to ${f.file} could not be read back (${f.block}). Nothing was removed from the hub. Check that disk, and archive into another file.`,
)
export const rebuildUnderWay = defineError(
  'REBUILD_UNDER_WAY',
  (f: { projection: string }) =>
    `A rebuild of ${f.projection} has not ended. Let it finish (hub rebuild ${f.projection}) or drop it (hub rebuild ${f.projection} --drop), then archive.`,
)

export const archiveNameTaken = defineError(
  'ARCHIVE_NAME_TAKEN',
  (f: { file: string }) =>
    `Events were archived into another file named ${f.file}. Give this one a name of its own, or add to that file.`,
)

/** Blocks moved in one transaction. */
const BLOCKS_A_STEP = 50

export const archiveOutdated = defineError(
  'ARCHIVE_OUTDATED',
  (f: { file: string; events: string }) =>
    `This ${f.file} is not the newest copy: the events ${f.events}, which the hub moved into it, are not in it. Nothing was changed. Put the newest copy in its place, or archive into a new file.`,
)

export interface ArchiveProgress {
  readonly events: number
  readonly blocks: number
  /** Damaged blocks, which stay in the hub: a new checksum would make them look whole. */
  readonly left: number
}

/**
 * Moves packed events that were all received before a moment into an archive file. Blocks are written to the file,
 * made durable, read back and compared before they are removed from the hub, so a kill at any point loses none; a block
 * that is in both is read from the hub alone, and the next run goes on with it. A damaged block stays where it is.
 * @throws ARCHIVE_UNREADABLE, ARCHIVE_NAME_TAKEN, ARCHIVE_OUTDATED, ARCHIVE_CONFLICT, REBUILD_UNDER_WAY
 */
export async function archiveEvents(
  db: Db,
  file: ArchiveFile,
  before: number,
  report: (progress: ArchiveProgress) => Promise<void> | void,
): Promise<ArchiveProgress> {
  await expectArchivable(db, { file: file.name, isNew: file.isEmpty() })
  await expectNewest(db, file)
  let done: ArchiveProgress = { events: 0, blocks: 0, left: 0 }
  let after: Place = { store: 0, device: 0, epoch: 0, first_seq: 0 }
  for (;;) {
    const found = await oldBlocks(db, before, after)
    const last = found.at(-1)
    if (last === undefined) return done
    after = last
    const blocks = found.filter(isReadable)
    const archived = await named(db, blocks)
    file.add(archived)
    for (const block of archived) expectReadBack(file, block)
    const moved = await transaction(db, tx => forget(tx, blocks, file.name))
    done = {
      events: done.events + moved.reduce((sum, block) => sum + block.last_seq - block.first_seq + 1, 0),
      blocks: done.blocks + moved.length,
      left: done.left + found.length - blocks.length,
    }
    await report(done)
  }
}

/**
 * Whether events may be archived into a file at all. Asked before it is made, so that a refusal leaves none behind.
 * @throws ARCHIVE_NAME_TAKEN, REBUILD_UNDER_WAY
 */
export async function expectArchivable(
  db: Reads,
  { file, isNew }: { readonly file: string; readonly isNew: boolean },
): Promise<void> {
  if (isNew && (await archiveFiles(db)).includes(file)) throw archiveNameTaken({ file })
  await expectNoRebuild(db)
}

/** Looked at before a file is written to, and again in each transaction that moves blocks. */
async function expectNoRebuild(db: Reads): Promise<void> {
  const rebuild = await db.selectFrom('rebuild').select('projection').limit(1).executeTakeFirst()
  if (rebuild !== undefined) throw rebuildUnderWay(rebuild)
}

/** An older copy would be taken for the file that has all, and the newer one put away. */
async function expectNewest(db: Reads, file: ArchiveFile): Promise<void> {
  const runs = await db.selectFrom('event_archive').selectAll().where('file', '=', file.name).execute()
  const texts = await textsOf(
    db,
    runs.flatMap(run => [run.store, run.device]),
  )
  for (const run of runs) {
    const { epoch, first_seq, last_seq: seq, last_hash } = run
    const device = texts.get(run.device) ?? ''
    const last = file.holding(texts.get(run.store) ?? '', { device, epoch, seq })
    if (last?.last_seq !== seq || last.last_hash !== last_hash)
      throw archiveOutdated({ file: file.name, events: `${device}/${epoch}/${first_seq}-${seq}` })
  }
}

/** Whether any packed events were all received before a moment. */
export async function hasOldBlocks(db: Reads, before: number): Promise<boolean> {
  const block = db.selectFrom('event_block').select('first_seq').where('received_to', '<', before).limit(1)
  return (await block.executeTakeFirst()) !== undefined
}

type Block = Schema['event_block']
type Place = Pick<Block, 'store' | 'device' | 'epoch' | 'first_seq'>

function isReadable(block: Block): boolean {
  try {
    decodeBlock(blockName(block.device, block), block, block.body)
    return true
  } catch (error) {
    if (blockDamaged.is(error)) return false
    throw error
  }
}

function oldBlocks(db: Reads, before: number, after: Place): Promise<Block[]> {
  return (
    db
      .selectFrom('event_block')
      .selectAll()
      .where('received_to', '<', before)
      .where(
        sql<boolean>`(store, device, epoch, first_seq) > (${after.store}, ${after.device}, ${after.epoch}, ${after.first_seq})`,
      )
      // what a till's steps that wait for room are read from stays here until their turn
      .where(e =>
        e.not(
          e.exists(
            e
              .selectFrom('moves_set_aside as a')
              .innerJoin('code as c', 'c.text', 'a.device')
              .select('a.epoch')
              .whereRef('c.id', '=', 'event_block.device')
              .whereRef('a.epoch', '=', 'event_block.epoch')
              .whereRef('a.next_seq', '<=', 'event_block.last_seq')
              .whereRef('a.last_seq', '>=', 'event_block.first_seq'),
          ),
        ),
      )
      .orderBy('store')
      .orderBy('device')
      .orderBy('epoch')
      .orderBy('first_seq')
      .limit(BLOCKS_A_STEP)
      .execute()
  )
}

async function named(db: Reads, blocks: readonly Block[]): Promise<ArchivedBlock[]> {
  const texts = await textsOf(
    db,
    blocks.flatMap(block => [block.store, block.device]),
  )
  const text = (code: number) => {
    const found = texts.get(code)
    if (found === undefined) throw new RangeError(`no text has the code ${code}`)
    return found
  }
  return blocks.map(block => ({ ...block, store: text(block.store), device: text(block.device) }))
}

function expectReadBack(file: ArchiveFile, block: ArchivedBlock): void {
  const read = file.read(block)
  const same =
    read !== null &&
    Buffer.compare(read.body, block.body) === 0 &&
    JSON.stringify({ ...read, body: '' }, KEYS) === JSON.stringify({ ...block, body: '' }, KEYS)
  if (same) return
  const { device, epoch, first_seq, last_seq } = block
  throw archiveUnreadable({ file: file.name, block: `${device}/${epoch}/${first_seq}-${last_seq}` })
}

const KEYS = [
  'store',
  'device',
  'epoch',
  'first_seq',
  'last_seq',
  'first_turn',
  'last_turn',
  'received_from',
  'received_to',
  'previous',
  'last_hash',
]

/** Removes blocks from the hub and notes where they are. @returns those that were still there */
async function forget(tx: Tx, blocks: readonly Block[], file: string): Promise<readonly Block[]> {
  await expectNoRebuild(tx)
  const moved: Block[] = []
  for (const block of blocks) {
    const { store, device, epoch, first_seq } = block
    const gone = await tx
      .deleteFrom('event_block')
      .where(e => e.and({ store, device, epoch, first_seq }))
      .executeTakeFirst()
    if (gone.numDeletedRows === 0n) continue // another command has moved it
    await note(tx, block, file)
    moved.push(block)
  }
  return moved
}

/** One row for a run of records in one file. */
async function note(tx: Tx, block: Block, file: string): Promise<void> {
  const { store, device, epoch, first_seq, last_seq, previous, last_hash } = block
  const longer = await tx
    .updateTable('event_archive')
    .set({ last_seq, last_hash })
    .where(e => e.and({ store, device, epoch, last_seq: first_seq - 1, last_hash: previous, file }))
    .executeTakeFirst()
  if (longer.numUpdatedRows > 0n) return
  await insertRows(tx, 'event_archive', [
    { store, device, epoch, first_seq, last_seq, previous, last_hash, file },
  ])
}

type NotedRun = Pick<Schema['event_archive'], 'device' | 'epoch' | 'first_seq' | 'last_seq'>

/**
 * An archive file as readers of stored events see it: by the hub's numbers. Of its blocks, only those that the hub noted
 * when it moved them there are read in order: a killed run may have left others, and a hub that was restored from a
 * backup knows fewer.
 */
export function archivedBlocks(db: Reads, file: ArchiveFile): BlockSource {
  const textOf = async (code: number) => (await textsOf(db, [code])).get(code) ?? ''
  const numbered = (block: ArchivedBlock | null, device: number) =>
    block === null ? null : { ...block, device }
  const noted = new Map<number, readonly NotedRun[]>() // asked again within a transaction, where `db` must not be read
  const runsOf = async (store: number) => {
    const runs = noted.get(store) ?? (await notedRuns(db, store, file.name))
    noted.set(store, runs)
    return runs
  }
  return {
    fault: () => file.fault(),
    devices: async store => [...new Set((await runsOf(store)).map(run => run.device))],
    async next(store, device, after) {
      const runs = (await runsOf(store)).filter(run => run.device === device)
      const [storeName, name] = [await textOf(store), await textOf(device)]
      for (let from = after; ; ) {
        const block = file.next(storeName, name, from)
        if (block === null || runs.some(run => isWithin(block, run))) return numbered(block, device)
        from = { turn: block.last_turn, epoch: block.epoch, seq: block.last_seq }
      }
    },
    holding: async (store, place) =>
      numbered(
        file.holding(await textOf(store), { ...place, device: await textOf(place.device) }),
        place.device,
      ),
  }
}

function notedRuns(db: Reads, store: number, file: string): Promise<NotedRun[]> {
  return db
    .selectFrom('event_archive')
    .select(['device', 'epoch', 'first_seq', 'last_seq'])
    .where(e => e.and({ store, file }))
    .execute()
}

function isWithin(block: ArchivedBlock, run: NotedRun): boolean {
  return block.epoch === run.epoch && run.first_seq <= block.first_seq && block.last_seq <= run.last_seq
}
