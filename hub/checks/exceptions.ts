import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { maskTexts } from '../../shared/card-numbers/mask-texts.ts'
import { defineError } from '../../shared/errors.ts'
import type { ReadDb, Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { exceptionKinds } from './kinds.ts'
import type { Scope, SubjectProblem } from './problem.ts'
import { storableSubject } from './storable-subject.ts'
import { type ExceptionCode, type ExceptionKind, StoredFields } from './words/message.ts'
import { type WordLanguage, wordStored } from './words/word.ts'

export interface Findings {
  readonly kind: ExceptionKind
  readonly scope: Scope
  readonly found: readonly SubjectProblem[]
  /** Hub clock, ms. */
  readonly at: number
  /** `again`: it happened once more, which counts; `still`: it was looked at again and is unchanged. */
  readonly seen: 'again' | 'still'
  /** Closes only what was last seen longer ago than this. */
  readonly quietForMs?: number
}

/**
 * The one place where exceptions open and close, by set difference: what is found and not open is opened, what is open
 * within the scope and not found is closed. Says how many it opened and closed.
 */
export async function reconcileExceptions(
  tx: Tx,
  findings: Findings,
): Promise<{ readonly opened: number; readonly closed: number }> {
  const { kind, at } = findings
  const found = findings.found.map(storableProblem)
  const open = new Map((await openInScope(tx, { ...findings, found })).map(row => [row.subject, row]))
  let opened = 0
  const beyond = new Map<string, { readonly limit: number; readonly more: number }>()
  for (const problem of found) {
    const known = open.get(problem.subject)
    open.delete(problem.subject)
    if (known !== undefined) await noteSeen(tx, known, problem, findings)
    else {
      const limit = await limitMet(tx, kind, problem)
      if (limit === null) {
        await insertException(tx, kind, problem, at)
        opened += 1
      } else {
        const store = await storeOf(tx, problem)
        if (store !== null) beyond.set(store, { limit, more: (beyond.get(store)?.more ?? 0) + 1 })
      }
    }
  }
  for (const [store, what] of beyond) await countBeyond(tx, findings, store, what)
  const gone = [...open.values()].filter(
    row => row.last_seen <= at - (findings.quietForMs ?? 0) || row.last_seen > at,
  )
  if (gone.length > 0)
    await tx
      .updateTable('exception')
      .set({ closed_at: at })
      .where(
        'id',
        'in',
        gone.map(({ id }) => id),
      )
      .execute()
  const stores = new Set<string | null>()
  for (const one of gone) stores.add(await storeOf(tx, one))
  if (gone.length > 0) await closeBeyond(tx, kind, stores, at)
  return { opened, closed: gone.length }
}

/** Whatever opens an exception: no card number gets into one. */
function storableProblem(problem: SubjectProblem): SubjectProblem {
  return {
    ...problem,
    subject: storableSubject(problem.subject),
    ...maskTexts({ fields: problem.fields, evidence: problem.evidence }),
  } as SubjectProblem // its code still goes with its fields
}

/**
 * How many exceptions of one kind may be open. What comes beyond is counted, so that a flood hides nothing: each device has
 * a share that no other can fill, and so has what the hub itself finds in a store.
 */
const MOST_OPEN = { ofDevice: 500, ofStore: 1_000 }

/** The limit that a problem meets; null: there is room for it. */
async function limitMet(
  tx: Reads,
  kind: ExceptionKind,
  { store, device }: Pick<SubjectProblem, 'store' | 'device'>,
): Promise<number | null> {
  if (kind === 'exceptions-beyond-limit') return null
  if (device != null)
    return (await isFull(tx, kind, { device }, MOST_OPEN.ofDevice)) ? MOST_OPEN.ofDevice : null
  if (store === null) return null
  // an order or an answer of Shopify said it, and no till can make those up
  if (factsOf(kind).severity === 'urgent') return null
  return (await isFull(tx, kind, { store, device: null }, MOST_OPEN.ofStore)) ? MOST_OPEN.ofStore : null
}

/** Where a problem is counted: in its store, or in that of its device if it concerns several. */
async function storeOf(
  tx: Reads,
  { store, device }: Pick<SubjectProblem, 'store' | 'device'>,
): Promise<string | null> {
  if (store !== null || device == null) return store
  const row = await tx.selectFrom('device').select('store').where('device', '=', device).executeTakeFirst()
  return row?.store ?? null
}

async function isFull(
  tx: Reads,
  kind: ExceptionKind,
  of: { readonly device: string } | { readonly store: string; readonly device: null },
  most: number,
): Promise<boolean> {
  const rows = await tx
    .selectFrom('exception')
    .select('id')
    .where('kind', '=', kind)
    .$if('store' in of, query => query.where('store', '=', 'store' in of ? of.store : null))
    .where('device', of.device === null ? 'is' : '=', of.device)
    .where('closed_at', 'is', null)
    .limit(most)
    .execute()
  return rows.length >= most
}

/** Whether problems of a store may still be counted instead of listed. */
async function hasFull(tx: Reads, kind: ExceptionKind, store: string): Promise<boolean> {
  if (await isFull(tx, kind, { store, device: null }, MOST_OPEN.ofStore)) return true
  const device = await tx
    .selectFrom('exception')
    .select('device')
    .where('kind', '=', kind)
    .where(e =>
      e.or([
        e('store', '=', store),
        // one that concerns several stores
        e('device', 'in', e.selectFrom('device as d').select('d.device').where('d.store', '=', store)),
      ]),
    )
    .where('device', 'is not', null)
    .where('closed_at', 'is', null)
    .groupBy('device')
    .having(e => e.fn.countAll(), '>=', MOST_OPEN.ofDevice)
    .executeTakeFirst()
  return device !== undefined
}

const Counted = z.object({ more: z.int() })

async function countBeyond(
  tx: Tx,
  { kind, at, seen }: Findings,
  store: string,
  { limit, more: beyond }: { readonly limit: number; readonly more: number },
): Promise<void> {
  const subject = `${store}/${kind}`
  const before = await tx
    .selectFrom('exception')
    .select('evidence_json')
    .where('kind', '=', 'exceptions-beyond-limit')
    .where('subject', '=', subject)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  const counted = before === undefined ? 0 : Counted.parse(JSON.parse(before.evidence_json)).more
  const more = seen === 'again' ? counted + beyond : beyond // what looks again finds the same ones
  const fields = { store, kind, limit, more }
  await openException(tx, { code: 'exceptions-beyond-limit', subject, store, fields, evidence: { more } }, at)
}

/** There is room again: what comes next is listed, so the count has served. */
async function closeBeyond(
  tx: Tx,
  kind: ExceptionKind,
  stores: ReadonlySet<string | null>,
  at: number,
): Promise<void> {
  if (kind === 'exceptions-beyond-limit') return
  for (const store of stores)
    if (store !== null && !(await hasFull(tx, kind, store)))
      await tx
        .updateTable('exception')
        .set({ closed_at: at })
        .where('kind', '=', 'exceptions-beyond-limit')
        .where('subject', '=', `${store}/${kind}`)
        .where('closed_at', 'is', null)
        .execute()
}

async function openInScope(tx: Tx, { kind, scope, found }: Findings) {
  const open = tx
    .selectFrom('exception')
    .select(['id', 'subject', 'store', 'device', 'code', 'fields_json', 'evidence_json', 'last_seen'])
    .where('kind', '=', kind)
    .where('closed_at', 'is', null)
  if (scope === 'all') return open.execute()
  if ('store' in scope) return open.where('store', '=', scope.store).execute()
  const subjects =
    'subjects' in scope ? scope.subjects.map(storableSubject) : found.map(({ subject }) => subject)
  const bySubject = subjects.length === 0 ? [] : await open.where('subject', 'in', subjects).execute()
  const byCode = 'code' in scope ? await open.where('code', '=', scope.code).execute() : []
  return [...new Map([...bySubject, ...byCode].map(row => [row.id, row])).values()]
}

async function noteSeen(
  tx: Tx,
  known: Awaited<ReturnType<typeof openInScope>>[number],
  { code, fields, evidence }: SubjectProblem,
  { at, seen }: Findings,
): Promise<void> {
  const now = { code, fields_json: JSON.stringify(fields), evidence_json: JSON.stringify(evidence) }
  const isSame =
    known.code === code && known.fields_json === now.fields_json && known.evidence_json === now.evidence_json
  if (seen === 'still' && isSame) return
  await tx
    .updateTable('exception')
    .set(e => ({ ...now, last_seen: at, ...(seen === 'again' ? { count: e('count', '+', 1) } : {}) }))
    .where('id', '=', known.id)
    .execute()
}

async function insertException(
  tx: Tx,
  kind: ExceptionKind,
  { code, subject, store, device, fields, evidence }: SubjectProblem,
  at: number,
): Promise<void> {
  const { owner, severity } = factsOf(kind)
  await tx
    .insertInto('exception')
    .values({
      kind,
      code,
      subject,
      store,
      device: device ?? null,
      severity,
      owner,
      fields_json: JSON.stringify(fields),
      evidence_json: JSON.stringify(evidence),
      count: 1,
      first_seen: at,
      last_seen: at,
      closed_at: null,
    })
    .execute()
}

/** The kind that a text belongs to: the part of its key before the full stop. */
function kindOf(code: ExceptionCode): ExceptionKind {
  // what the type of a kind says of its code
  return code.replace(/\..*$/, '') as ExceptionKind
}

function factsOf(kind: ExceptionKind) {
  const facts = exceptionKinds.get(kind)
  if (facts === undefined) throw new RangeError(`exception kind ${kind} has no owner`)
  return facts
}

/** Something happened to one subject: opens its exception, or counts once more. Says whether it is new. */
export async function openException(tx: Tx, problem: SubjectProblem, at: number): Promise<boolean> {
  const scope = { subjects: [problem.subject] }
  const kind = kindOf(problem.code)
  return (await reconcileExceptions(tx, { kind, scope, found: [problem], at, seen: 'again' })).opened > 0
}

/** One subject is in order again. Says whether an exception was open. */
export async function closeException(
  tx: Tx,
  kind: ExceptionKind,
  subject: string,
  at: number,
  options: { readonly quietForMs?: number } = {},
): Promise<boolean> {
  const scope = { subjects: [subject] }
  const findings: Findings = { kind, scope, found: [], at, seen: 'still', ...options }
  return (await reconcileExceptions(tx, findings)).closed > 0
}

/** Whether an exception of this kind is open for a subject. */
export async function isExceptionOpen(
  db: Pick<ReadDb, 'selectFrom'>,
  kind: ExceptionKind,
  subject: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('exception')
    .select('id')
    .where('kind', '=', kind)
    .where('subject', '=', storableSubject(subject))
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** The evidence of the open exception of this kind for a subject; null: none is open. */
export async function openEvidence(
  db: Pick<ReadDb, 'selectFrom'>,
  kind: ExceptionKind,
  subject: string,
): Promise<unknown> {
  const row = await db
    .selectFrom('exception')
    .select('evidence_json')
    .where('kind', '=', kind)
    .where('subject', '=', storableSubject(subject))
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? null : JSON.parse(row.evidence_json)
}

/** The open exceptions of this kind about any of these subjects, and the device that each is about; null: none is known. */
export async function openAbout(
  db: Pick<ReadDb, 'selectFrom'>,
  kind: ExceptionKind,
  subjects: readonly string[],
): Promise<readonly { readonly subject: string; readonly device: string | null }[]> {
  return db
    .selectFrom('exception')
    .select(['subject', 'device'])
    .where('kind', '=', kind)
    .where('subject', 'in', subjects.map(storableSubject))
    .where('closed_at', 'is', null)
    .orderBy('id')
    .execute()
}

export const exceptionMissing = defineError(
  'EXCEPTION_MISSING',
  (f: { id: number }) => `No exception ${f.id} is open. List the open ones with: tillbridge-hub exceptions.`,
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
  const evidence_json = JSON.stringify(
    maskTexts({ ...(typeof evidence === 'object' ? evidence : {}), closedByHand: why }),
  )
  await tx.updateTable('exception').set({ closed_at: now, evidence_json }).where('id', '=', id).execute()
}

const ClosedByHand = z.looseObject({ closedByHand: z.string() })

/** Leaves out what a person has closed: for problems that are looked for again and do not go away. */
export async function withoutClosedByHand(
  tx: Tx,
  problems: readonly SubjectProblem[],
): Promise<readonly SubjectProblem[]> {
  const left: SubjectProblem[] = []
  for (const problem of problems) {
    const rows = await tx
      .selectFrom('exception')
      .select('evidence_json')
      .where('kind', '=', kindOf(problem.code))
      .where('subject', '=', storableSubject(problem.subject))
      .where('closed_at', 'is not', null)
      .execute()
    const isClosed = rows.some(row => ClosedByHand.safeParse(JSON.parse(row.evidence_json)).success)
    if (!isClosed) left.push(problem)
  }
  return left
}

export type OpenException = Selectable<Schema['exception']> & {
  /** What happened and what to do, in the reader's language. */
  readonly sentence: string
}
/** How many exceptions of one kind of a till, or of a store itself, are shown before the others have had their turn. */
const SHOWN_OF_A_KIND = 25
/** The most urgent first, as numbers that a database can sort. */
const bySeverity = sql`CASE severity WHEN 'urgent' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END`

const isBeyondItsKind = sql`CASE WHEN ROW_NUMBER() OVER (PARTITION BY store, kind, device ORDER BY last_seen DESC, id DESC)
                              > ${sql.lit(SHOWN_OF_A_KIND)} THEN 1 ELSE 0 END`

/**
 * What is wrong now, in a language: the most urgent first, the newest first among equals.
 * @param limit how many of them; `countOpenExceptions` says how many there are. A flood of one kind does not hide others
 *   as urgent
 */
export async function listExceptions(
  db: ReadDb,
  language: WordLanguage = 'en',
  limit = Number.MAX_SAFE_INTEGER,
): Promise<OpenException[]> {
  const open = db.selectFrom('exception').selectAll().where('closed_at', 'is', null)
  const isCut = limit < Number.MAX_SAFE_INTEGER
  const rows = await open
    .orderBy(bySeverity)
    .$if(isCut, query => query.orderBy(isBeyondItsKind))
    .orderBy('last_seen', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    ...row,
    sentence: wordStored(row.code, StoredFields.parse(JSON.parse(row.fields_json)), language),
  }))
}

/** How many exceptions are open, by store and by severity. */
export async function countOpenExceptions(db: ReadDb): Promise<{
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
  const ofSeverity = new Map<OpenException['severity'], number>()
  for (const { store, severity, count } of rows) {
    if (store !== null) byStore.set(store, (byStore.get(store) ?? 0) + Number(count))
    ofSeverity.set(severity, (ofSeverity.get(severity) ?? 0) + Number(count))
  }
  return { byStore, bySeverity: ofSeverity }
}
