import { defineError } from '../../../shared/errors.ts'
import { databaseCodeOf } from '../errors.ts'

export const hubDatabaseFailed = defineError(
  'HUB_DATABASE_FAILED',
  (f: { path: string; why: string }) =>
    `The disk failed under the hub's database ${f.path} (${f.why}). The hub stops using this connection, and opens and checks the file again. Nothing was confirmed that is not safe.`,
)
export const hubDatabaseDamaged = defineError(
  'HUB_DATABASE_DAMAGED',
  (f: { path: string; why: string }) =>
    `The hub's database ${f.path} is damaged (${f.why}). Keep the file and what lies beside it, check the disk, and restore the newest backup: docs/operations.md, "A damaged hub database". Tills keep their sales meanwhile and send again what the backup lacks.`,
)

/** What the hub is told of its database's file. */
export interface DatabaseFaults {
  /** A write or sync failed: the connection is not used again. Called once. Left out: who opened it does not reopen it. */
  readonly failed?: ((error: Error) => void) | undefined
  /** A page can't be read. Called once; other pages may well be whole. */
  damaged(error: Error): void
  /** The disk is full and the reserve beside the file is in use (true), or is kept again (false). */
  readonly full?: ((isFull: boolean) => void) | undefined
}

/** Judges what the connections of one file throw, and refuses the next calls after a failed write. */
export interface FaultWatch {
  /** Runs a call of a connection. @throws what it throws, HUB_DATABASE_FAILED after a failed write */
  during<T>(call: () => T): T
}

/** @param refused a write found no room on the disk */
export function watchFaults(
  path: string,
  faults: DatabaseFaults,
  refused: () => void = () => {},
): FaultWatch {
  let failure: Error | null = null
  let isDamageKnown = false
  function judge(error: unknown): void {
    const why = databaseCodeOf(error)
    if (why === 'SQLITE_FULL') refused()
    if (isDamageCode(why) && !isDamageKnown) {
      isDamageKnown = true
      faults.damaged(hubDatabaseDamaged({ path, why }, error))
    }
    if (!isFailedWrite(why) || failure !== null || faults.failed === undefined) return
    failure = hubDatabaseFailed({ path, why }, error)
    faults.failed(failure)
  }
  return {
    during(call) {
      if (failure !== null) throw failure
      try {
        return call()
      } catch (error) {
        judge(error)
        throw error
      }
    },
  }
}

/** Whether a page can't be read, or is not what it should be. */
export function isDamageCode(code: string): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA))/.test(code)
}

function isFailedWrite(code: string): boolean {
  return code.startsWith('SQLITE_IOERR') && !isDamageCode(code)
}
