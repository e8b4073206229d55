import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { HubCommand, PickupPut } from '../../shared/commands.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { EpochMs, type SourceId } from '../../shared/ids.ts'
import { isEnded } from '../../shared/pickup-moves.ts'
import { handOverJob, orderJob, returnJob, WriteBackJob, type WriteBackKind } from '../write-back/job.ts'

/** The journal's tables for what is to be written into a POS; one entry of its migrations. */
export const writeBackTables = /* sql */ `
  CREATE TABLE write_back_target (
    target TEXT PRIMARY KEY,
    since INTEGER NOT NULL          -- agent clock: when it was first configured; what happened before is not its
  ) STRICT;

  CREATE TABLE write_back (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    external_id TEXT NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL,            -- planned | refused | done | dropped (its order ended before) | given-up
    planned_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,       -- not tried before, agent clock
    attempts INTEGER NOT NULL,
    problem TEXT,                   -- JSON, as the hub was last told; null: none
    body TEXT NOT NULL,             -- the job; emptied once it is over
    UNIQUE (target, external_id)
  ) STRICT;
  CREATE INDEX write_back_open ON write_back (target, state, seq) WHERE state IN ('planned', 'refused');
`

/** What a target is to be given. */
export interface WriteBackRule {
  readonly target: SourceId
  readonly what: readonly WriteBackKind[]
}

export interface WriteBackProblem {
  readonly code: string
  readonly sentence: string
}

/** What became of an attempt. `later`: the POS could not be reached; it counts as none. */
export type WriteBackOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly problem: WriteBackProblem }
  | { readonly kind: 'later' }

const HOUR_MS = 3_600_000
const REFUSED_EVERY_MS = HOUR_MS
const GIVEN_UP_AFTER_MS = 7 * 24 * HOUR_MS
const KEPT_MS = 400 * 24 * HOUR_MS

const Row = z.object({
  externalId: z.string(),
  what: WriteBackJob.shape.what,
  state: z.string(),
  plannedAt: z.int(),
  attempts: z.int(),
  problem: z.string().nullable(),
})

/** The journal's outbox towards POSs. Writers run inside the transaction of the record that causes them. */
export function openWriteBacks(db: Database, rules: readonly WriteBackRule[], now: () => number) {
  const begin = db.prepare('INSERT INTO write_back_target VALUES (?, ?) ON CONFLICT (target) DO NOTHING')
  const since = db.prepare('SELECT since FROM write_back_target WHERE target = ?').pluck()
  const add = db.prepare(
    `INSERT INTO write_back (target, external_id, what, state, planned_at, next_at, attempts, problem, body)
     VALUES (?, ?, ?, 'planned', ?, ?, 0, NULL, ?) ON CONFLICT (target, external_id) DO NOTHING`,
  )
  const drop = db.prepare(
    `UPDATE write_back SET state = 'dropped', body = ''
      WHERE target = ? AND external_id = ? AND state = 'planned' AND attempts = 0`,
  )
  // new ones first, in their order; then those that were refused
  const next = db
    .prepare(
      `SELECT body FROM write_back WHERE target = ? AND state IN ('planned', 'refused') AND next_at <= ?
        ORDER BY state = 'refused', seq LIMIT 1`,
    )
    .pluck()
  const nextAt = db
    .prepare("SELECT MIN(next_at) FROM write_back WHERE target = ? AND state IN ('planned', 'refused')")
    .pluck()
  const one = db.prepare(
    `SELECT external_id AS externalId, what, state, planned_at AS plannedAt, attempts, problem
       FROM write_back WHERE target = ? AND external_id = ?`,
  )
  const finish = db.prepare(
    "UPDATE write_back SET state = 'done', attempts = attempts + 1, problem = NULL, body = '' WHERE target = ? AND external_id = ?",
  )
  const refuse = db.prepare(
    'UPDATE write_back SET state = ?, attempts = attempts + 1, problem = ?, next_at = ? WHERE target = ? AND external_id = ?',
  )
  const counts = db.prepare(
    "SELECT target, state, COUNT(*) AS count FROM write_back WHERE state IN ('planned', 'refused', 'given-up') GROUP BY target, state",
  )
  const prune = db.prepare(
    "DELETE FROM write_back WHERE planned_at < ? AND state NOT IN ('planned', 'refused')",
  )
  /** In an attempt just now, by this process. */
  const taken = new Set<string>()
  const placeOf = (target: string, externalId: string): string => `${target} ${externalId}`

  for (const { target } of rules) begin.run(target, now())

  const startOf = (target: SourceId): number => z.int().parse(since.get(target) ?? now())

  function plan(target: SourceId, job: WriteBackJob): void {
    add.run(target, job.externalId, job.what, now(), now(), JSON.stringify(job))
  }

  function planPickup({ target, what }: WriteBackRule, put: PickupPut): void {
    if (what.includes('order')) {
      const job = orderJob(put)
      if (!isEnded(put.state)) plan(target, job)
      else if (!taken.has(placeOf(target, job.externalId))) drop.run(target, job.externalId)
    }
    if (!what.includes('hand-over') || put.state !== 'collected') return
    const job = handOverJob(put)
    if (job.at >= startOf(target) && job.lines.length > 0) plan(target, job)
  }

  function written(target: SourceId, row: z.infer<typeof Row>, problem: WriteBackProblem | null): AgentEvent {
    const { what, externalId } = row
    return { kind: 'pos.written', at: EpochMs.parse(now()), source: target, what, externalId, problem }
  }

  return {
    /** Plans what a command asks for; a command that comes again plans nothing. */
    plan(command: HubCommand): void {
      for (const rule of rules) {
        if (command.kind === 'pickup.put') planPickup(rule, command)
        else if (command.kind === 'return.restocked' && rule.what.includes('return')) {
          const job = returnJob(command)
          if (command.at >= startOf(rule.target) && job.lines.length > 0) plan(rule.target, job)
        }
      }
    },

    /** The next thing for a target, taken until it is settled; null: nothing is due. */
    take(target: SourceId): WriteBackJob | null {
      const body = z.string().optional().parse(next.get(target, now()))
      if (body === undefined) return null
      const job = WriteBackJob.parse(JSON.parse(body))
      taken.add(placeOf(target, job.externalId))
      return job
    },

    /**
     * Notes what became of an attempt.
     * @returns what is to be journalled in the same transaction: a thing done, or a problem that the hub has not had
     */
    settle(target: SourceId, externalId: string, outcome: WriteBackOutcome): AgentEvent[] {
      taken.delete(placeOf(target, externalId))
      const found = one.get(target, externalId)
      if (found === undefined || outcome.kind === 'later') return []
      const row = Row.parse(found)
      if (row.state === 'done') return []
      if (outcome.kind === 'done') {
        finish.run(target, externalId)
        return [written(target, row, null)]
      }
      const problem = JSON.stringify(outcome.problem)
      const isOver = now() - row.plannedAt >= GIVEN_UP_AFTER_MS
      refuse.run(isOver ? 'given-up' : 'refused', problem, now() + REFUSED_EVERY_MS, target, externalId)
      return problem === row.problem ? [] : [written(target, row, outcome.problem)]
    },

    /** Agent clock, ms: when the next thing is due for a target; null: none waits. */
    dueAt: (target: SourceId): number | null => z.int().nullable().parse(nextAt.get(target)),

    /** How many things wait, were refused and were given up, for each target. */
    counts: () =>
      z
        .array(
          z.object({ target: z.string(), state: z.enum(['planned', 'refused', 'given-up']), count: z.int() }),
        )
        .parse(counts.all()),

    /** Forgets what is long over. The keys in the POS still keep it from being written twice. */
    prune: (): number => prune.run(now() - KEPT_MS).changes,
  }
}
