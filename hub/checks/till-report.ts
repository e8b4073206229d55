import type { Status } from '../../shared/protocol.ts'
import { type Db, transaction } from '../db/db.ts'
import { reconcileExceptions } from './exceptions.ts'
import { isOtherSchema } from './other-schema.ts'
import type { SubjectProblem } from './problem.ts'
import type { ExceptionKind } from './words/message.ts'
import { saidByTill, saidWhy } from './words/said-by-till.ts'

/** Only a till's report opens and closes these. */
const kinds = [
  'command-unreadable',
  'pos-unread',
  'till-disk-full',
  'pins-guessed',
  'pos-write-waiting',
  'unsent-of-other-store',
] as const satisfies readonly ExceptionKind[]

/** How long a change may wait for its POS before it becomes an exception. */
const WAITS_MS = 15 * 60_000
/** How long a POS may not be readable before it becomes an exception. */
const UNREAD_MS = 60 * 60_000
/** Other tables than the settings are for don't pass as a server that restarts does; an update of the POS may take minutes. */
const OTHER_SCHEMA_MS = 10 * 60_000

/** So many wrong PINs and unknown badges in an hour are more than slips of the hand. */
const GUESSES_AN_HOUR = 10

interface Reporter {
  readonly device: string
  readonly store: string
  readonly till: string
}

/** What is wrong according to a till's own report. */
export function problemsIn({ device, store, till }: Reporter, status: Status): SubjectProblem[] {
  const { unreadCommands, writeBacks, clock } = status
  const about = { store, device, fields: { till, store } }
  const unread: SubjectProblem = {
    code: 'command-unreadable',
    subject: device,
    store,
    device,
    fields: { till, commands: unreadCommands },
    evidence: { unreadCommands },
  }
  const waiting = writeBacks
    .filter(({ waiting, oldestAt }) => waiting > 0 && oldestAt !== null && clock - oldestAt >= WAITS_MS)
    .map(
      ({ target, waiting, oldestAt, problem }): SubjectProblem => ({
        code: 'pos-write-waiting',
        subject: `${device}/${target}`,
        store,
        device,
        fields: {
          till,
          target: saidByTill(target),
          waiting,
          why: saidWhy(problem),
        },
        evidence: { waiting, oldestAt, problem },
      }),
    )
  const kept = (status.kept ?? [])
    .filter(({ refused, receipts }) => refused !== null || receipts > 0)
    .map((one): SubjectProblem => {
      const events = one.events + one.receipts
      const fields = { till, here: store, store: one.store }
      const about = { subject: `${device}/${one.device}`, store: one.store, device, evidence: one }
      return events === 0
        ? { code: 'unsent-of-other-store.unreadable', ...about, fields }
        : { code: 'unsent-of-other-store', ...about, fields: { ...fields, events } }
    })
  const wrong = status.wrongPins ?? 0
  const guessed: SubjectProblem = {
    code: 'pins-guessed',
    subject: device,
    store,
    device,
    fields: { till, store, wrong },
    evidence: { wrong },
  }
  const full: SubjectProblem = { code: 'till-disk-full', subject: device, ...about, evidence: {} }
  return [
    ...(unreadCommands > 0 ? [unread] : []),
    ...(status.diskFull === true ? [full] : []),
    ...(wrong >= GUESSES_AN_HOUR ? [guessed] : []),
    ...unreadSources({ device, store, till }, status),
    ...waiting,
    ...kept,
  ]
}

/** POS that a till has not been able to read for long; measured by the till's own clock, which also says what is now. */
function unreadSources({ device, store, till }: Reporter, { sources, clock }: Status): SubjectProblem[] {
  return sources.flatMap(
    ({ source, state, problem, code = null, readUntil, unavailableSince }): SubjectProblem[] => {
      const since = readUntil ?? unavailableSince ?? null
      const patience = isOtherSchema(code) ? OTHER_SCHEMA_MS : UNREAD_MS
      if (state !== 'unavailable' || since === null || clock - since < patience) return []
      return [
        {
          code: 'pos-unread',
          subject: `${device}/${source}`,
          store,
          device,
          fields: { till, store, source: saidByTill(source), why: saidWhy(problem) },
          evidence: { since, problem, code },
        },
      ]
    },
  )
}

const isOf =
  (kind: ExceptionKind) =>
  ({ code }: SubjectProblem): boolean =>
    code === kind || code.startsWith(`${kind}.`)

/**
 * Leaves out what a till says of devices that were never the other store's: a till can't open exceptions under the name of
 * a store that it knows nothing of.
 */
async function ofOwnDevices(
  db: Db,
  reporter: string,
  problems: readonly SubjectProblem[],
): Promise<readonly SubjectProblem[]> {
  const keptDevice = ({ subject }: SubjectProblem) => subject.slice(reporter.length + 1)
  const kept = problems.filter(isOf('unsent-of-other-store'))
  if (kept.length === 0) return problems
  const devices = await db
    .selectFrom('device')
    .select(['device', 'store'])
    .where('device', 'in', kept.map(keptDevice))
    .execute()
  const stores = new Map(devices.map(({ device, store }) => [device, store]))
  return problems.filter(one => !kept.includes(one) || stores.get(keptDevice(one)) === one.store)
}

/** Opens the exceptions for what a till reports, and closes those it no longer reports. */
export async function noteReport(
  db: Db,
  { device }: Pick<Reporter, 'device'>,
  reported: readonly SubjectProblem[],
  at: number,
): Promise<void> {
  const problems = await ofOwnDevices(db, device, reported)
  const open = await db
    .selectFrom('exception')
    .select(['kind', 'subject'])
    .where('closed_at', 'is', null)
    .where('kind', 'in', kinds)
    .where(e => e.or([e('subject', '=', device), e('subject', 'like', `${device}/%`)]))
    .execute()
  if (open.length + problems.length === 0) return
  await transaction(db, async tx => {
    for (const kind of kinds) {
      const found = problems.filter(isOf(kind))
      const subjects = [...open.filter(row => row.kind === kind), ...found].map(({ subject }) => subject)
      if (subjects.length === 0) continue
      await reconcileExceptions(tx, { kind, scope: { subjects }, found, at, seen: 'still' })
    }
  })
}
