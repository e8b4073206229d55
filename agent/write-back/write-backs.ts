import { z } from 'zod'
import type { HubCommand, PickupPut, ReturnRestocked } from '../../shared/commands.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { EpochMs, type SourceId } from '../../shared/ids.ts'
import { isEnded, TOLD_AFTER_MS } from '../../shared/pickup-moves.ts'
import { copyRows } from '../journal/copy-rows.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'
import { externalIdOf, handOverJob, orderJob, returnJob, WriteBackJob, type WriteBackKind } from './job.ts'

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
  CREATE INDEX write_back_waiting ON write_back (target, state, planned_at)
    WHERE state IN ('planned', 'refused', 'given-up');
`

/** An earlier version kept the content of what was given up. */
const withoutGivenUp = /* sql */ `UPDATE write_back SET body = '' WHERE state = 'given-up';`

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
/** What waits longer, for a POS that is out of reach or not configured any more, is written without its customer. */
const CUSTOMER_KEPT_MS = 30 * 24 * HOUR_MS

const Row = z.object({
  externalId: z.string(),
  what: WriteBackJob.shape.what,
  state: z.string(),
  plannedAt: z.int(),
  attempts: z.int(),
  problem: z.string().nullable(),
})
type Row = z.infer<typeof Row>
const Waiting = z.array(z.object({ seq: z.int(), body: z.string() }))
const Counts = z.array(z.object({ state: z.string(), count: z.int(), oldest: z.int() }))

/** What waits for one target. */
export interface WaitingWriteBacks {
  readonly target: SourceId
  readonly planned: number
  readonly refused: number
  readonly givenUp: number
  /** Agent clock, ms: when the oldest of the planned ones was planned; null when none is. */
  readonly oldestAt: number | null
}

/** The table's functions. Writers run inside the transaction of the record that causes them. */
export interface WriteBacks {
  /** Plans what a command asks for; a command that comes again plans nothing. Returns whether it planned anything. */
  plan(command: HubCommand): boolean
  /** The next thing for a target, taken until its outcome is noted; null when nothing is due. */
  take(target: SourceId): WriteBackJob | null
  /**
   * Notes what became of an attempt.
   * @returns what is to be journalled in the same transaction: a thing done, or a problem that the hub has not had
   */
  noteOutcome(target: SourceId, externalId: string, outcome: WriteBackOutcome): AgentEvent[]
  /** Agent clock, ms: when the next thing is due for a target; null when none waits. */
  dueAt(target: SourceId): number | null
  /** Each configured target, also one for which nothing waits. */
  waiting(): readonly WaitingWriteBacks[]
  /**
   * Forgets what is long over, and the customers of what has waited long. The keys in the POS still keep it from being written
   * twice.
   */
  prune(): number
}

/** What the write-back runner works on. `noteOutcome` resolves once it is durable, its events with it. */
export interface WriteBackOutbox extends Pick<WriteBacks, 'take' | 'dueAt' | 'waiting'> {
  noteOutcome(target: SourceId, externalId: string, outcome: WriteBackOutcome): Promise<void>
}

/** The journal's part for what is to be written into POSs by `rules`. */
export function writeBacksPart(rules: readonly WriteBackRule[]): JournalPart<WriteBackOutbox> {
  return {
    name: 'write-backs',
    migrations: [writeBackTables, withoutGivenUp],
    open({ db, now, write, append, changed }) {
      const table = openWriteBacks(db, rules, now)
      return {
        api: {
          take: table.take,
          dueAt: table.dueAt,
          waiting: table.waiting,
          noteOutcome: (target, externalId, outcome) =>
            write(() => {
              changed()
              for (const event of table.noteOutcome(target, externalId, outcome)) append(event)
            }),
        },
        onCommand(command) {
          if (table.plan(command)) changed()
        },
        wipe() {
          db.exec(
            `UPDATE write_back SET body = '', state = CASE WHEN state IN ('planned', 'refused') THEN 'dropped' ELSE state END`,
          )
          changed()
        },
        inherit: former => inheritWriteBacks(former, db),
        prune: () => void table.prune(),
      }
    },
  }
}

/** A target goes on from where it began, so that what is planned and what is done are both known. */
function inheritWriteBacks(former: JournalDb, db: JournalDb): void {
  const begin = db.prepare(
    `INSERT INTO write_back_target VALUES (@target, @since) ON CONFLICT (target) DO
       UPDATE SET since = MIN(since, excluded.since)`,
  )
  for (const row of former.prepare('SELECT target, since FROM write_back_target').all()) begin.run(row)
  const columns = 'target, external_id, what, state, planned_at, next_at, attempts, problem, body'
  copyRows(former, db, 'write_back', columns, 'seq')
}

/** Opens the table; a target that is new in `rules` begins now. */
export function openWriteBacks(
  db: JournalDb,
  rules: readonly WriteBackRule[],
  now: () => number,
): WriteBacks {
  const rows = prepareRows(db)
  /** In an attempt just now, by this process. */
  const taken = new Set<string>()
  for (const { target } of rules) rows.begin.run(target, now())

  const startOf = (target: SourceId): number => z.int().parse(rows.since.get(target) ?? now())
  const plan = (target: SourceId, job: WriteBackJob, afterMs = 0): boolean =>
    rows.add.run(target, job.externalId, job.what, now(), now() + afterMs, JSON.stringify(job)).changes > 0

  function planOrder(target: SourceId, put: PickupPut): boolean {
    const job = orderJob(put)
    if (!isEnded(put.state)) return plan(target, job)
    return !taken.has(placeOf(target, job.externalId)) && rows.drop.run(target, job.externalId).changes > 0
  }
  function planHandOver(target: SourceId, put: PickupPut): boolean {
    const job = handOverJob(put)
    // staff took the hand-over back
    if (put.state !== 'collected')
      return !taken.has(placeOf(target, job.externalId)) && rows.drop.run(target, job.externalId).changes > 0
    const afterMs = put.shopify === 'sending' ? heldMs(job.at, now()) : 0
    return job.at >= startOf(target) && job.lines.length > 0 && plan(target, job, afterMs)
  }
  function planReturn(target: SourceId, command: ReturnRestocked): boolean {
    const job = returnJob(command)
    return command.at >= startOf(target) && job.lines.length > 0 && plan(target, job)
  }
  function planFor({ target, what }: WriteBackRule, command: HubCommand): boolean {
    if (command.kind === 'return.restocked') return what.includes('return') && planReturn(target, command)
    if (command.kind !== 'pickup.put') return false
    const isOrder = what.includes('order') && planOrder(target, command)
    return (what.includes('hand-over') && planHandOver(target, command)) || isOrder
  }
  const written = (target: SourceId, row: Row, problem: WriteBackProblem | null): AgentEvent => ({
    kind: 'pos.written',
    at: EpochMs.parse(now()),
    source: target,
    what: row.what,
    externalId: row.externalId,
    problem,
  })

  /** The customer of a pickup is to be forgotten: what waits for a POS, of any target, is written without them. */
  function forgetIfRedacted(put: PickupPut): void {
    const { customer, note } = orderJob(put)
    if (customer !== '' || note !== '') return
    for (const what of ['order', 'hand-over'] as const)
      blank(rows.waitingOf.all(externalIdOf(what, put.pickup)))
  }

  function blank(found: readonly unknown[]): void {
    for (const { seq, body } of Waiting.parse(found)) {
      const job = WriteBackJob.parse(JSON.parse(body))
      if (job.customer !== '' || job.note !== '')
        rows.setBody.run(JSON.stringify({ ...job, customer: '', note: '' }), seq)
    }
  }

  return {
    plan(command) {
      if (command.kind === 'pickup.put') forgetIfRedacted(command)
      return rules.map(rule => planFor(rule, command)).includes(true)
    },
    take(target) {
      const body = z
        .string()
        .optional()
        .parse(rows.next.get(target, now(), now() + HOUR_MS))
      if (body === undefined) return null
      const job = WriteBackJob.parse(JSON.parse(body))
      taken.add(placeOf(target, job.externalId))
      return job
    },
    noteOutcome(target, externalId, outcome) {
      taken.delete(placeOf(target, externalId))
      const found = rows.one.get(target, externalId)
      if (found === undefined || outcome.kind === 'later') return []
      const row = Row.parse(found)
      if (row.state === 'done') return []
      if (outcome.kind === 'done') {
        rows.finish.run(target, externalId)
        return [written(target, row, null)]
      }
      const problem = JSON.stringify(outcome.problem)
      const isOver = now() - row.plannedAt >= GIVEN_UP_AFTER_MS
      if (isOver) rows.giveUp.run(problem, target, externalId)
      else rows.refuse.run(problem, now() + REFUSED_EVERY_MS, target, externalId)
      return problem === row.problem ? [] : [written(target, row, outcome.problem)]
    },
    dueAt: target => z.int().nullable().parse(rows.nextAt.get(target)),
    waiting: () => rules.map(({ target }) => waitingOf(target, Counts.parse(rows.counts.all(target)))),
    prune() {
      blank(rows.waitingSince.all(now() - CUSTOMER_KEPT_MS))
      return rows.prune.run(now() - KEPT_MS).changes
    },
  }
}

/** A hand-over that staff may still undo waits that long. */
const heldMs = (madeAt: number, now: number): number =>
  Math.min(Math.max(0, madeAt + TOLD_AFTER_MS - now), TOLD_AFTER_MS)

const placeOf = (target: string, externalId: string): string => `${target} ${externalId}`

function waitingOf(target: SourceId, counts: z.infer<typeof Counts>): WaitingWriteBacks {
  const of = (state: string) => counts.find(each => each.state === state)
  return {
    target,
    planned: of('planned')?.count ?? 0,
    refused: of('refused')?.count ?? 0,
    givenUp: of('given-up')?.count ?? 0,
    oldestAt: of('planned')?.oldest ?? null,
  }
}

/** The table's statements, prepared once. */
function prepareRows(db: JournalDb) {
  return {
    // one that begins later than now was first opened while the clock was ahead
    begin: db.prepare(
      `INSERT INTO write_back_target VALUES (?, ?) ON CONFLICT (target) DO
         UPDATE SET since = excluded.since WHERE write_back_target.since > excluded.since`,
    ),
    since: db.prepare('SELECT since FROM write_back_target WHERE target = ?').pluck(),
    add: db.prepare(
      `INSERT INTO write_back (target, external_id, what, state, planned_at, next_at, attempts, problem, body)
       VALUES (?, ?, ?, 'planned', ?, ?, 0, NULL, ?) ON CONFLICT (target, external_id) DO
         UPDATE SET state = 'planned', planned_at = excluded.planned_at, next_at = excluded.next_at, body = excluded.body
          WHERE write_back.state = 'dropped' AND write_back.attempts = 0`,
    ),
    drop: db.prepare(
      `UPDATE write_back SET state = 'dropped', body = ''
        WHERE target = ? AND external_id = ? AND state = 'planned' AND attempts = 0`,
    ),
    // new ones first, in their order; then those that were refused
    next: db
      .prepare(
        `SELECT body FROM write_back WHERE target = ? AND state IN ('planned', 'refused')
            AND (next_at <= ? OR next_at > ?) -- further ahead than an hour: the clock was wrong
          ORDER BY state = 'refused', seq LIMIT 1`,
      )
      .pluck(),
    nextAt: db
      .prepare("SELECT MIN(next_at) FROM write_back WHERE target = ? AND state IN ('planned', 'refused')")
      .pluck(),
    one: db.prepare(
      `SELECT external_id AS externalId, what, state, planned_at AS plannedAt, attempts, problem
         FROM write_back WHERE target = ? AND external_id = ?`,
    ),
    finish: db.prepare(
      "UPDATE write_back SET state = 'done', attempts = attempts + 1, problem = NULL, body = '' WHERE target = ? AND external_id = ?",
    ),
    refuse: db.prepare(
      "UPDATE write_back SET state = 'refused', attempts = attempts + 1, problem = ?, next_at = ? WHERE target = ? AND external_id = ?",
    ),
    giveUp: db.prepare(
      "UPDATE write_back SET state = 'given-up', attempts = attempts + 1, problem = ?, body = '' WHERE target = ? AND external_id = ?",
    ),
    waitingOf: db.prepare(
      "SELECT seq, body FROM write_back WHERE external_id = ? AND state IN ('planned', 'refused')",
    ),
    waitingSince: db.prepare(
      "SELECT seq, body FROM write_back WHERE state IN ('planned', 'refused') AND planned_at < ?",
    ),
    setBody: db.prepare('UPDATE write_back SET body = ? WHERE seq = ?'),
    counts: db.prepare(
      `SELECT state, COUNT(*) AS count, MIN(planned_at) AS oldest FROM write_back
        WHERE target = ? AND state IN ('planned', 'refused', 'given-up') GROUP BY state`,
    ),
    prune: db.prepare("DELETE FROM write_back WHERE planned_at < ? AND state NOT IN ('planned', 'refused')"),
  }
}
