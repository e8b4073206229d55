import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import { zoneClock } from '../../shared/wall-clock.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { databaseDamagedProblem } from '../checks/database-damaged.ts'
import { reconcileExceptions, withoutClosedByHand } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { type Db, transaction } from '../db/db.ts'
import { type AuditInvariant, auditInvariants } from './audit.ts'

/** What an audit that ran in another process says; see `AuditReport`. */
export const ToldAudit = z.object({
  findings: z.array(
    z.object({
      /** Another version of the program, put in place while this one runs, may look at more. */
      invariant: z.enum(auditInvariants).or(z.string().max(100)),
      subject: z.string(),
      sentence: z.string(),
    }),
  ),
  /** Left out by an older version. */
  receiptGaps: z
    .array(
      z.object({
        store: z.string(),
        source: z.string(),
        first: z.string(),
        last: z.string(),
        missing: z.int(),
        date: z.string(),
        till: z.string(),
        series: z.string().default(''),
        gaps: z.int().default(1), // an older version tells each gap alone
        mayBeRange: z.boolean().default(false),
      }),
    )
    .optional(),
})
export type ToldAudit = z.infer<typeof ToldAudit>

/** Exceptions for what an audit finds. Null: it has an exception of its own, which looks every few minutes. */
const codes = {
  database: 'database-damaged',
  chain: 'audit-failed.chain',
  'level-is-sum': 'audit-failed.level',
  'due-is-sum': 'audit-failed.due',
  'rest-is-held-back': 'audit-failed.held',
  'line-has-movement': 'audit-failed.line',
  'promise-within-stock': null,
  'write-readable': 'audit-failed.write',
  'shopify-agrees': 'audit-failed.agreement',
} as const satisfies Record<AuditInvariant, string | null>

const isKnown = (invariant: string): invariant is AuditInvariant =>
  auditInvariants.some(known => known === invariant)

/** Gaps of a store that are open at once; the rest follows once these are dealt with. */
const MOST_GAPS = 50

function newestOfEachStore(gaps: readonly SubjectProblem[]): readonly SubjectProblem[] {
  return [...Map.groupBy(gaps, ({ store }) => store).values()].flatMap(some => some.slice(0, MOST_GAPS))
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

/** When an audit begins: `at` is `03:30`, in the time zone. */
export interface AuditTime {
  readonly at: string
  readonly zone: string
}

/** The audit of each night; what it finds opens exceptions, and what it no longer finds closes them. */
export interface NightlyAudit extends AsyncDisposable {
  /** Runs it now. */
  runNow(): Promise<void>
}

/**
 * Audits the hub once a day. A finding counts when a second audit finds it again: sales go on meanwhile.
 * @param parts.audit recounts everything, away from this process's event loop
 * @param parts.isMine false: another hub on the same database audits it
 */
export function startNightlyAudit(parts: {
  world: Pick<World, 'clock' | 'timers' | 'log'>
  db: Db
  time: AuditTime
  audit(): Promise<ToldAudit>
  isMine(): boolean
  changed(): void
}): NightlyAudit {
  const { world, db, audit, changed } = parts
  let cancel: Cancel = () => undefined
  let underWay: Promise<void> = Promise.resolve()
  let isStopped = false

  async function find(): Promise<readonly SubjectProblem[]> {
    try {
      const first = problemsOf(await audit())
      if (first.length === 0) return []
      const again = problemsOf(await audit())
      return first.filter(({ code, subject }) =>
        again.some(other => other.code === code && other.subject === subject),
      )
    } catch (error) {
      const { sentence: why } = describeError(error)
      world.log.error({ error }, 'the nightly audit could not run')
      const subject = { subject: 'audit', store: null, fields: { why }, evidence: { why } }
      return [{ code: 'audit-failed.not-run', ...subject }]
    }
  }

  async function run(): Promise<void> {
    const found = await find()
    if (isStopped) return
    const at = world.clock.now()
    const hasRun = !found.some(({ code }) => code === 'audit-failed.not-run')
    const damaged = found.filter(({ code }) => code === 'database-damaged')
    const gaps = found.filter(({ code }) => code.startsWith('receipt-gap'))
    const others = found.filter(problem => !damaged.includes(problem) && !gaps.includes(problem))
    const outcomes = await transaction(db, async tx => [
      await reconcileExceptions(tx, {
        kind: 'audit-failed',
        // an audit that could not run says nothing of what is open
        scope: hasRun ? 'all' : { subjects: ['audit'] },
        found: others,
        at,
        seen: 'still',
      }),
      ...(hasRun
        ? [
            await reconcileExceptions(tx, {
              kind: 'database-damaged',
              scope: 'all',
              found: damaged,
              at,
              seen: 'still',
            }),
            await reconcileExceptions(tx, {
              kind: 'receipt-gap',
              scope: 'all',
              found: newestOfEachStore(await withoutClosedByHand(tx, gaps)),
              at,
              seen: 'still',
            }),
          ]
        : []),
    ])
    if (outcomes.some(({ opened, closed }) => opened + closed > 0)) changed()
  }

  function runSafely(): Promise<void> {
    underWay = run().catch((error: unknown) =>
      world.log.error({ ...describeError(error) }, 'what the nightly audit found could not be stored'),
    )
    return underWay
  }

  function schedule(): void {
    if (isStopped) return
    cancel = world.timers.after(msUntil(parts.time, world.clock.now()), () => {
      if (parts.isMine()) void runSafely().then(schedule)
      else schedule()
    })
  }

  schedule()
  return {
    runNow: runSafely,
    async [Symbol.asyncDispose]() {
      isStopped = true
      cancel()
      await underWay
    },
  }
}

/** From now to that time of day, at least a minute. A day with a change of clocks may be an hour off. */
export function msUntil({ at, zone }: AuditTime, now: number): number {
  const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
  const wall = zoneClock(zone)(now).slice('2026-11-25T'.length)
  const ahead = (minuteOf(at) - minuteOf(wall) + DAY_MINUTES) % DAY_MINUTES
  return (ahead === 0 ? DAY_MINUTES : ahead) * MINUTE_MS - (now % MINUTE_MS)
}

/** When that time of day was last, or is now. Hub clock, ms. */
export function lastTime(time: AuditTime, now: number): number {
  return now + msUntil(time, now) - DAY_MINUTES * MINUTE_MS
}

function problemsOf({ findings, receiptGaps = [] }: ToldAudit): SubjectProblem[] {
  return [
    ...findings.flatMap(finding => problemOf(finding) ?? []),
    ...receiptGaps.map((gap): SubjectProblem => {
      const { store, source, first, last, missing, date, till, series, gaps } = gap
      const fields = { store, source, first, last, missing, date }
      if (gaps > 1) {
        const what = gap.mayBeRange ? 'ranges' : 'many'
        const about = { subject: `${store}/${source}/${series}/${what}`, store, evidence: gap }
        return { code: `receipt-gap.${what}`, ...about, fields: { ...fields, gaps } }
      }
      // a till that begins at 1 each day, or one of several that number their own receipts, has the same numbers again
      const about = { subject: `${store}/${source}/${till}/${date}/${first}-${last}`, store, evidence: gap }
      return { code: gap.mayBeRange ? 'receipt-gap.range' : 'receipt-gap', ...about, fields }
    }),
  ]
}

function problemOf({ invariant, subject, sentence }: ToldAudit['findings'][number]): SubjectProblem | null {
  if (!isKnown(invariant)) {
    const about = { subject: `${invariant}/${subject}`, store: null, evidence: { sentence } }
    return { code: 'audit-failed.other', ...about, fields: { what: invariant, subject } }
  }
  const code = codes[invariant]
  if (code === null) return null
  if (code === 'database-damaged') return databaseDamagedProblem(new Error(sentence))
  return {
    code,
    subject: `${invariant}/${subject}`,
    store: null,
    fields: { subject },
    evidence: { sentence },
  }
}
