import { dirname } from 'node:path'
import { z } from 'zod'
import { openBallast, openWithBallast } from '../../shared/ballast.ts'
import { sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import { defineError, describeError, type TillbridgeError } from '../../shared/errors.ts'
import { lockHolder } from '../../shared/lock-holder.ts'
import type { World } from '../../shared/world.ts'
import { guarded, isDamage } from './damage.ts'
import { BUSY_MS } from './group-commit.ts'
import type { JournalDb } from './part.ts'
import { migrateJournal } from './schema.ts'
import { noteSuspicion } from './suspicion.ts'

export const journalForeign = defineError(
  'JOURNAL_FOREIGN',
  (f: { path: string; device: string; found: string }) =>
    `${f.path} belongs to device ${f.found}, this agent is ${f.device}. Set that file aside, or enrol with its own device file.`,
)
export const journalGone = defineError(
  'JOURNAL_GONE',
  (f: { path: string }) =>
    `${f.path} was deleted or replaced while the agent was running. The agent stops writing and opens it again.`,
)
export const journalDamaged = defineError(
  'JOURNAL_DAMAGED',
  (f: { path: string; cause: string }) =>
    `The disk failed under ${f.path} (${f.cause}). The agent stops using it, checks it, and takes what can be read of it into a new file if it is damaged.`,
)

const IDENTITY_CHECK_MS = 1_000
const Checkpoint = z.array(z.object({ busy: z.int() }))

/** The journal's file, and whether it may still be written to. */
export interface JournalFile {
  readonly db: JournalDb
  /** @throws JOURNAL_DAMAGED, JOURNAL_GONE: a file that can't be trusted is not written to */
  demandWhole(): void
  /** Judges a failed write: a full disk gets the ballast; a failing disk breaks the file for good. */
  writeFailed(cause: unknown): void
  /** The file and the memory of it may differ: breaks it for good. */
  distrust(cause: unknown): void
  isBroken(): boolean
  /** Another program has the file locked: names it in the log. */
  lockedByAnother(): void
  /** Whether the ballast was given up, because the disk is full. */
  diskFull(): boolean
  /** Whether the last write failed because the disk is full, with the ballast given up before. */
  refusesWrites(): boolean
  written(): void
  /** Takes the ballast's space again once there is room. */
  restoreBallast(): void
  /** Rewrites the file, so that nothing deleted can be read in its unused pages or its log. False: it has to be tried again. */
  scrub(): boolean
  close(): void
}

/**
 * Opens the file, its own tables up to date.
 * @param options.broke called once when the file can't be trusted any more
 * @throws JOURNAL_FOREIGN, and what opening a durable file throws
 */
export function openJournalFile(options: {
  path: string
  device: string
  world: Pick<World, 'files' | 'clock' | 'log'>
  broke(error: TillbridgeError): void
}): JournalFile {
  const { path, world } = options
  const { files, clock } = world
  files.ensureFolder(dirname(path))
  let broken: TillbridgeError | null = null
  const db = guarded(openWithBallast(world, path), judge)
  try {
    migrateJournal(db, path)
    db.pragma(`busy_timeout = ${BUSY_MS}`)
    demandOwner(db, path, options.device)
  } catch (error) {
    db.close()
    throw error
  }
  const identity = files.identity(path)
  const ballast = openBallast(world, path)
  let refuses = false
  let checkedAt = clock.monotonicMs()

  function breakDown(error: TillbridgeError): void {
    if (broken !== null) return
    broken = error
    noteSuspicion(world, path, error)
    options.broke(error)
  }
  /** Judges what a statement threw, also one that only reads. */
  function judge(cause: unknown): void {
    const code = sqliteCodeOf(cause)
    if (isDamage(code)) breakDown(journalDamaged({ path, cause: code }, cause))
  }
  return {
    db,
    demandWhole() {
      if (broken !== null) throw broken
      const now = clock.monotonicMs()
      if (now - checkedAt <= IDENTITY_CHECK_MS) return
      checkedAt = now
      if (files.identity(path) === identity) return
      const gone = journalGone({ path })
      breakDown(gone)
      throw gone
    },
    writeFailed(cause) {
      const code = sqliteCodeOf(cause)
      if (code === 'SQLITE_FULL') {
        refuses = ballast.released()
        ballast.release()
      }
      if (code === 'SQLITE_READONLY') breakDown(journalDamaged({ path, cause: code }, cause))
      else judge(cause)
    },
    distrust: cause => breakDown(journalDamaged({ path, cause: describeError(cause).code }, cause)),
    isBroken: () => broken !== null,
    lockedByAnother: () =>
      world.log.warn({ path, holder: lockHolder(files, path) }, 'another program has the journal locked'),
    diskFull: ballast.released,
    refusesWrites: () => refuses,
    written() {
      refuses = false
    },
    restoreBallast: ballast.restore,
    scrub() {
      try {
        db.exec('VACUUM')
        return Checkpoint.parse(db.pragma('wal_checkpoint(TRUNCATE)'))[0]?.busy === 0
      } catch (error) {
        world.log.warn({ path, error }, 'the unused pages of the journal could not be cleared')
        return false
      }
    },
    close: () => void db.close(),
  }
}

function demandOwner(db: JournalDb, path: string, device: string): void {
  const found = z
    .string()
    .optional()
    .parse(db.prepare('SELECT device FROM stream_state LIMIT 1').pluck().get())
  if (found === undefined || found === device) return
  throw journalForeign({ path, device, found })
}
