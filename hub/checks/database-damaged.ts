import { TillbridgeError } from '../../shared/errors.ts'
import type { SubjectProblem } from './problem.ts'

/** A part of the hub's own database can't be read. */
export function databaseDamagedProblem(error: Error): SubjectProblem {
  const why = error instanceof TillbridgeError ? String(error.facts['why'] ?? error.code) : error.message
  return { code: 'database-damaged', subject: 'database', store: null, fields: { why }, evidence: { why } }
}

/** The record beside the database could not be read. It lies under that name now, and a new one has begun. */
export function recordDamagedProblem(aside: string): SubjectProblem {
  return {
    code: 'database-damaged.record',
    subject: 'record',
    store: null,
    fields: { aside },
    evidence: { aside },
  }
}
