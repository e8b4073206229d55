import { sql } from 'kysely'
import { z } from 'zod'
import { reconcileExceptions } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { textsOf } from '../db/codes.ts'
import { type Db, type Reads, transaction } from '../db/db.ts'
import { readSetting, writeSetting } from '../db/setting.ts'
import { BLOCK_COLUMNS, blockName, hubBlocks, type StoredBlock } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'

/** Blocks that one round opens, beside those that were damaged. */
const BLOCKS_A_ROUND = 500

interface Place {
  readonly store: number
  readonly device: number
  readonly epoch: number
  readonly seq: number
}

type StoredIn = StoredBlock & { readonly store: number }

const PlaceText = z.object({ store: z.int(), device: z.int(), epoch: z.int(), seq: z.int() })
const Evidence = z.object({ place: PlaceText })
/** Where the next round begins: a hub that is restarted every day must reach its last block as well. */
const CHECKED_TO = 'blocks-checked-to'
const START: Place = { store: 0, device: 0, epoch: 0, seq: 0 }

/**
 * Opens some blocks of packed events at each call, going on behind those of the call before, and those that were
 * damaged. One that can't be read is an exception until it is restored or gone.
 * @returns what makes a round; `pause` is waited for after each block, and false ends the round
 */
export function blockCheck(
  db: Db,
  { now, blocksARound = BLOCKS_A_ROUND }: { readonly now: () => number; readonly blocksARound?: number },
): (pause: () => Promise<boolean>) => Promise<void> {
  return async pause => {
    let after = await checkedTo(db)
    const looked = await namedDamaged(db)
    const found: SubjectProblem[] = []
    for (const { place } of looked) {
      const block = await hubBlocks(db).holding(place.store, place)
      const problem = block === null ? null : await problemOf(db, { ...block, store: place.store })
      if (problem !== null) found.push(problem)
      if (!(await pause())) return
    }
    const subjects = looked.map(({ subject }) => subject)
    for (let count = 0; count < blocksARound; count += 1) {
      const block = await nextBlock(db, after)
      after = block === null ? START : { ...block, seq: block.first_seq }
      if (block === null) break
      const problem = await problemOf(db, block)
      if (problem !== null && !subjects.includes(problem.subject)) found.push(problem)
      if (!(await pause())) break
    }
    const reached = JSON.stringify(PlaceText.parse(after))
    await transaction(db, tx => writeSetting(tx, CHECKED_TO, reached))
    if (found.length === 0 && subjects.length === 0) return
    const at = now()
    const scope = { subjects: [...subjects, ...found.map(({ subject }) => subject)] }
    await transaction(db, tx =>
      reconcileExceptions(tx, { kind: 'history-damaged', scope, found, at, seen: 'still' }),
    )
  }
}

async function checkedTo(db: Reads): Promise<Place> {
  const text = await readSetting(db, CHECKED_TO)
  return text === null ? START : PlaceText.parse(JSON.parse(text))
}

/** The blocks that were damaged when they were last looked at. */
async function namedDamaged(db: Reads): Promise<{ readonly subject: string; readonly place: Place }[]> {
  const open = await db
    .selectFrom('exception')
    .select(['subject', 'evidence_json'])
    .where('kind', '=', 'history-damaged')
    .where('closed_at', 'is', null)
    .execute()
  return open.map(row => ({ subject: row.subject, ...Evidence.parse(JSON.parse(row.evidence_json)) }))
}

async function nextBlock(db: Reads, after: Place): Promise<StoredIn | null> {
  const row = await db
    .selectFrom('event_block')
    .select(['store', ...BLOCK_COLUMNS])
    .where(
      sql<boolean>`(store, device, epoch, first_seq) > (${after.store}, ${after.device}, ${after.epoch}, ${after.seq})`,
    )
    .orderBy('store')
    .orderBy('device')
    .orderBy('epoch')
    .orderBy('first_seq')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

async function problemOf(db: Reads, block: StoredIn): Promise<SubjectProblem | null> {
  const { store: code, device, epoch, first_seq: seq } = block
  try {
    decodeBlock(blockName(device, block), block, block.body)
    return null
  } catch (error) {
    if (!blockDamaged.is(error)) throw error
    const texts = await textsOf(db, [code, device])
    const store = texts.get(code) ?? ''
    const events = blockName(texts.get(device) ?? device, block)
    const evidence = { place: { store: code, device, epoch, seq }, problem: error.message }
    return { code: 'history-damaged', subject: events, store, fields: { store, events }, evidence }
  }
}
