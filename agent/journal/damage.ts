import type { JournalDb } from './part.ts'

/** Whether a file that answers with this can't be used any more as it is: damaged, or on a disk that fails. */
export function isDamage(code: string): boolean {
  return isUnreadable(code) || code.startsWith('SQLITE_IOERR')
}

/** Whether the file itself is damaged, so that checking it once more changes nothing. */
export function isUnreadable(code: string): boolean {
  return /^(SQLITE_(CORRUPT|NOTADB)|JOURNAL_RECORD_CHANGED)/.test(code)
}

type Call = (...given: never[]) => unknown

/** The same database; whatever one of its statements throws is told, be it a read or a write. */
export function guarded(db: JournalDb, failed: (error: unknown) => void): JournalDb {
  const watched = <F extends Call>(call: F, on: object): F => {
    const own = (...given: never[]) => {
      try {
        return call.apply(on, given)
      } catch (error) {
        failed(error)
        throw error
      }
    }
    return own as F
  }
  const { prepare, exec, pragma } = db
  return Object.assign(db, {
    exec: watched(exec, db),
    pragma: watched(pragma, db),
    prepare: watched((sql: string) => {
      const statement = prepare.call(db, sql)
      const { run, get, all, iterate } = statement
      return Object.assign(statement, {
        run: watched(run, statement),
        get: watched(get, statement),
        all: watched(all, statement),
        iterate: watched(iterate, statement),
      })
    }, db),
  })
}
