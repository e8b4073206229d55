import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { Scope, SubjectProblem } from './problem.ts'
import type { ExceptionKind } from './words/message.ts'

/** What an hour of one till must have to be unusual: this many times its busiest hour until then, and at least so much. */
export interface UnusualBounds {
  readonly times: number
  readonly receipts: number
  /** Minor units. */
  readonly sold: number
  /** Minor units. */
  readonly refunded: number
  /** Whole units of one item on one receipt. */
  readonly units: number
  /** Minor units of one line. */
  readonly amount: number
}

/**
 * Looks at intervals for what no event tells. What it finds and is not open is opened, what is open and it no longer
 * finds is closed.
 */
export interface Check {
  readonly kind: ExceptionKind
  readonly owner: Schema['exception']['owner']
  readonly severity: Schema['exception']['severity']
  readonly everyMinutes: number
  /** Which open exceptions it speaks for; left out: all of its kind. */
  readonly scope?: Scope
  /** Reads only what is open or due, never the history: it runs beside the sales. */
  find(db: Reads, now: number, bounds?: UnusualBounds): Promise<readonly SubjectProblem[]>
}

/** A check is a file of its own and a line in hub/checks/index.ts; its words and its runbook page have its kind's name. */
export function defineCheck(check: Check): Check {
  return check
}
