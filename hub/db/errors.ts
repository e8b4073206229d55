import { gtinInvalid } from '../../shared/gtin.ts'
import { moneyUnreadable } from '../../shared/money.ts'
import { quantityUnreadable } from '../../shared/quantity.ts'

/**
 * What a failed database call says about trying again. `transient`: it may succeed later, also when the error is
 * unknown. `constraint`: the data itself cannot be stored, now or later. `fatal`: a person must act first.
 */
export type Fault = 'transient' | 'constraint' | 'fatal'

/** The first rule that fits decides. SQLite's codes are words, PostgreSQL's have five characters (its appendix A). */
const rules: readonly (readonly [RegExp, Fault])[] = [
  [/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/, 'constraint'],
  [/^2[23][0-9A-Z]{3}$/, 'constraint'], // data exceptions, integrity constraints
  [/^SQLITE_(CORRUPT|NOTADB|ERROR|MISUSE|AUTH|FORMAT)/, 'fatal'],
  [/^(0A|28|3D|3F|42)[0-9A-Z]{3}$|^XX00[12]$/, 'fatal'], // unsupported, login, no such database, SQL, corrupt
]

/** Judges an error of either engine by its code. */
export function faultOf(error: unknown): Fault {
  const code = databaseCodeOf(error)
  return rules.find(([pattern]) => pattern.test(code))?.[1] ?? 'transient'
}

/**
 * Whether a failure is proven to lie in the data at hand, so that a second try must fail in the same way. Only then may
 * a record be set aside; a lost connection, a full disk or anything unknown must never cost a sale. A schema that refuses a
 * row of ours (a ZodError) says nothing of the record: records are read before they get here.
 */
export function isDataFault(error: unknown): boolean {
  return faultOf(error) === 'constraint' || isUnreadable(error)
}

/**
 * Whether the whole database takes no writes: a full or read-only disk, a file that can't be opened; a server that is
 * away, ends, or lacks disk, memory or connections. Damage is not among them: it may lie where one store reads alone.
 */
export function isStorageFault(error: unknown): boolean {
  const code = databaseCodeOf(error)
  if (code === 'HUB_DATABASE_FAILED') return true
  if (/^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|NOTADB|NOMEM|PERM)/.test(code)) return true
  if (/^(53|58)[0-9A-Z]{3}$|^25006$/.test(code)) return true
  return /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|28[0-9A-Z]{3}|3D000)$/.test(code) || isLostConnection(error)
}

/** Whether the connection was lost, or the server ended it: another one may do. */
export function isLostConnection(error: unknown): boolean {
  if (/^(08...|57P0[123]|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(databaseCodeOf(error))) return true
  // `pg` gives these no code
  return (
    error instanceof Error && /^Connection terminated|not queryable|Client was closed/.test(error.message)
  )
}

function isUnreadable(error: unknown): boolean {
  return [moneyUnreadable, quantityUnreadable, gtinInvalid].some(kind => kind.is(error))
}

/** The code that either engine gives an error; empty for an error of another kind. */
export function databaseCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
