import type { Selectable } from 'kysely'
import { defineError } from '../../shared/errors.ts'
import type { Db, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { type ExceptionKind, exceptionKinds } from './kinds.ts'

export interface Problem {
  readonly kind: ExceptionKind
  /** What it is about: the same problem is one exception with a count. */
  readonly subject: string
  readonly store: string | null
  /** What happened and what to do, in plain words. */
  readonly sentence: string
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Opens an exception, or counts one more of an open one. Says whether it is new, so that an alert goes out once. */
export async function openException(tx: Tx, problem: Problem, now: number): Promise<boolean> {
  const { owner, severity } = exceptionKinds[problem.kind]
  const evidence_json = JSON.stringify(problem.evidence)
  const counted = await tx
    .updateTable('exception')
    .set(e => ({ count: e('count', '+', 1), last_seen: now, evidence_json, sentence: problem.sentence }))
    .where('kind', '=', problem.kind)
    .where('subject', '=', problem.subject)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (counted.numUpdatedRows > 0n) return false
  await tx
    .insertInto('exception')
    .values({
      kind: problem.kind,
      subject: problem.subject,
      store: problem.store,
      severity,
      owner,
      sentence: problem.sentence,
      evidence_json,
      count: 1,
      first_seen: now,
      last_seen: now,
      closed_at: null,
    })
    .execute()
  return true
}

/**
 * Closes what no longer holds. Says whether one was open.
 * @param options.quietForMs only when it was last seen longer ago than this
 */
export async function closeException(
  tx: Tx,
  kind: ExceptionKind,
  subject: string,
  now: number,
  options: { readonly quietForMs: number } = { quietForMs: 0 },
): Promise<boolean> {
  const closed = await tx
    .updateTable('exception')
    .set({ closed_at: now })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('closed_at', 'is', null)
    .where('last_seen', '<=', now - options.quietForMs)
    .executeTakeFirst()
  return closed.numUpdatedRows > 0n
}

export const exceptionMissing = defineError(
  'EXCEPTION_MISSING',
  (f: { id: number }) => `No exception ${f.id} is open. List the open ones with: hub exceptions.`,
)

/**
 * Closes an exception that a person has dealt with and keeps their words with its evidence.
 * @throws EXCEPTION_MISSING
 */
export async function closeByHand(tx: Tx, id: number, why: string, now: number): Promise<void> {
  const open = await tx
    .selectFrom('exception')
    .select('evidence_json')
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (open === undefined) throw exceptionMissing({ id })
  const evidence: unknown = JSON.parse(open.evidence_json)
  const evidence_json = JSON.stringify({
    ...(typeof evidence === 'object' ? evidence : {}),
    closedByHand: why,
  })
  await tx.updateTable('exception').set({ closed_at: now, evidence_json }).where('id', '=', id).execute()
}

export type OpenException = Selectable<Schema['exception']>
const rank = { urgent: 0, warning: 1, notice: 2 } as const

/** What is wrong now: the most urgent first, the newest first among equals; 500 at most. */
export async function listExceptions(db: Db): Promise<OpenException[]> {
  const rows = await db
    .selectFrom('exception')
    .selectAll()
    .where('closed_at', 'is', null)
    .orderBy('last_seen', 'desc')
    .limit(500)
    .execute()
  return rows.sort((a, b) => rank[a.severity] - rank[b.severity] || b.last_seen - a.last_seen)
}

/** How many exceptions are open, by store and by severity. */
export async function countOpenExceptions(db: Db): Promise<{
  readonly byStore: ReadonlyMap<string, number>
  readonly bySeverity: ReadonlyMap<OpenException['severity'], number>
}> {
  const rows = await db
    .selectFrom('exception')
    .select(e => ['store', 'severity', e.fn.countAll<number | string>().as('count')])
    .where('closed_at', 'is', null)
    .groupBy(['store', 'severity'])
    .execute()
  const byStore = new Map<string, number>()
  const bySeverity = new Map<OpenException['severity'], number>()
  for (const { store, severity, count } of rows) {
    if (store !== null) byStore.set(store, (byStore.get(store) ?? 0) + Number(count))
    bySeverity.set(severity, (bySeverity.get(severity) ?? 0) + Number(count))
  }
  return { byStore, bySeverity }
}
