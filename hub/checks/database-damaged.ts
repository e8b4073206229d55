import { TillbridgeError } from '../../shared/errors.ts'
import type { SubjectProblem } from './problem.ts'

/** A part of the hub's own database can't be read. */
export function databaseDamagedProblem(error: Error): SubjectProblem {
  const why = error instanceof TillbridgeError ? String(error.facts['why'] ?? error.code) : error.message
  return { code: 'database-damaged', subject: 'database', store: null, fields: { why }, evidence: { why } }
}
