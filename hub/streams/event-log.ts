import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { defineError, describeError } from '../../shared/errors.ts'
import { genesis } from '../../shared/stream/chain.ts'
import type { InLog, Mark, ReceivedRecord } from '../../shared/stream/log.ts'
import { openException } from '../checks/exceptions.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { databaseCodeOf } from '../db/errors.ts'
import { ownTransactions, type SharedTransactions } from '../db/shared-transactions.ts'
import type { Signal, Signals } from '../signals.ts'
import { deliveredBefore } from './delivered-before.ts'
import { setAsideFull, takeFromBudget } from './device-budget.ts'
import { noteEpoch } from './epochs.ts'
import {
  APPLIED_MASKED,
  closeDeferred,
  deferredRecords,
  type EventRecord,
  hashOf,
  keepRecords,
  type StreamOf,
} from './event-records.ts'
import type { Origin, PlacedEvent } from './placed-event.ts'
import { knownKinds, type ReadEvent, readEvent } from './read-event.ts'
import { isRecordsFault, RecordsRefused, type RefusedRecord } from './record-refused.ts'
import { RecordsRepeated } from './record-repeated.ts'
import { nextTurn } from './turns.ts'

/**
 * Applies the events of one store's device in the transaction that stores them, and says which hints to send after
 * the commit. Passed in, because effects use the streams and not the other way round.
 */
export type ApplyEvents = (
  tx: Tx,
  store: string,
  placed: readonly PlacedEvent[],
  at: number,
) => Promise<ReadonlySet<Signal>>

export interface EventLogParts {
  readonly db: Db
  readonly device: string
  readonly store: string
  readonly now: () => number
  readonly apply: ApplyEvents
  readonly signals: Signals
  /** Lets devices whose records come at the same time share a transaction; left out: each commit has its own. */
  readonly shared?: SharedTransactions
}

/** Up to where the hub holds a device's events. */
export async function readHeld(db: Reads, device: string): Promise<Mark> {
  const row = await db
    .selectFrom('stream_in')
    .select(['epoch', 'seq', 'hash'])
    .where('device', '=', device)
    .executeTakeFirst()
  return row ?? { epoch: 0, seq: 0, hash: genesis('events', device, 0) }
}

/** One device's events as the hub keeps them: records, their effects and the stream's position in one transaction. */
export function eventLog(parts: EventLogParts): InLog {
  const { db, device } = parts

  const held = (from: Reads = db) => readHeld(from, device)
  const alone = ownTransactions(db)

  async function commitOnce(
    records: readonly ReceivedRecord[],
    outcomes: readonly Outcome[],
    transactions: SharedTransactions,
  ): Promise<Mark> {
    const { mark, hints, taken } = await transactions.run(
      async tx => {
        const before = await held(tx)
        const first = records[0]
        if (first === undefined) return { mark: before, hints: noHints, taken: 0 }
        if (!follows(before, first)) throw streamMoved({ device })
        const at = parts.now()
        const judged = await withoutRepeated(tx, parts, records, outcomes)
        const within = await withinBudgets(tx, device, { records, outcomes: judged }, at)
        const last = within.records.at(-1)
        if (last === undefined) return { mark: before, hints: noHints, taken: 0 }
        if (first.epoch > before.epoch) await noteEpoch(tx, device, before, first)
        await storeRecords(tx, parts, within.records, within.outcomes, at)
        const applied = await applyEffects(tx, parts, within.records, within.outcomes, {
          received: at,
          now: at,
        })
        const { epoch, seq, hash } = last
        return { mark: { epoch, seq, hash }, hints: applied, taken: within.records.length }
      },
      { store: parts.store },
    )
    for (const hint of hints) parts.signals.say(hint, parts.store)
    if (taken < records.length) throw setAsideFull({ device })
    return mark
  }

  return {
    held: () => held(),
    hashAt(position) {
      return hashOf(db, parts, position)
    },
    async commit(records) {
      const outcomes = records.map(({ body }) => readEvent(body))
      return commitGuarded(records, outcomes)
    },
  }

  /** Sets aside what can't be applied; the records before and behind it take effect. */
  async function commitGuarded(
    records: readonly ReceivedRecord[],
    outcomes: readonly Outcome[],
  ): Promise<Mark> {
    try {
      return await commitOnce(records, outcomes, parts.shared ?? alone)
    } catch (error) {
      if (!isRecordsFault(error)) throw error
      const without = setAside(records, outcomes, error)
      if (without !== null) return commitGuarded(records, without)
      const half = Math.ceil(records.length / 2)
      await commitGuarded(records.slice(0, half), outcomes.slice(0, half))
      return commitGuarded(records.slice(half), outcomes.slice(half))
    }
  }
}

/** What the hub makes of a record. `refused`: it could be read, and its effect must not take place. */
type Outcome = (ReadEvent & { readonly refused?: RefusedRecord }) | RepeatedOutcome

/** The device had delivered it before: it has no effect, and no person has to act. */
interface RepeatedOutcome {
  readonly state: 'repeated'
  readonly kind: string
  readonly masked?: string
}

function repeated({ kind, masked }: Outcome): RepeatedOutcome {
  const outcome = { state: 'repeated', kind } as const
  return masked === undefined ? outcome : { ...outcome, masked }
}

/** The outcomes, with those records taken out that the device carried on although the hub has had them. */
async function withoutRepeated(
  tx: Tx,
  of: StreamOf,
  records: readonly ReceivedRecord[],
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const bodies = records.map(({ body }, index) => outcomes[index]?.masked ?? body)
  const before = await deliveredBefore(tx, of, records, bodies)
  return outcomes.map((outcome, index) => (before.has(index) ? repeated(outcome) : outcome))
}

/** The outcomes without the records that an error names; null: it names none, and lies in one of several. */
function setAside(
  records: readonly ReceivedRecord[],
  outcomes: readonly Outcome[],
  error: unknown,
): readonly Outcome[] | null {
  if (error instanceof RecordsRepeated) return setRepeatedAside(records, outcomes, error)
  const named = new Map(
    error instanceof RecordsRefused ? error.records.map(one => [`${one.epoch}/${one.seq}`, one]) : [],
  )
  const [first] = outcomes
  if (named.size === 0 && records.length === 1 && first !== undefined) {
    const problem = error instanceof Error ? error.message : String(error)
    return [quarantined(first, problem)]
  }
  let isFound = false
  const without = outcomes.map((outcome, index) => {
    const refused = named.get(`${records[index]?.epoch}/${records[index]?.seq}`)
    if (refused === undefined || outcome.state !== 'applied') return outcome
    isFound = true
    return { ...quarantined(outcome, refused.problem), refused }
  })
  return isFound ? without : null
}

function setRepeatedAside(
  records: readonly ReceivedRecord[],
  outcomes: readonly Outcome[],
  error: RecordsRepeated,
): readonly Outcome[] | null {
  const named = new Set(error.records.map(({ epoch, seq }) => `${epoch}/${seq}`))
  const isNamed = ({ epoch, seq }: ReceivedRecord) => named.has(`${epoch}/${seq}`)
  if (!records.some(isNamed)) return null
  return outcomes.map((outcome, index) => {
    const record = records[index]
    return record !== undefined && isNamed(record) ? repeated(outcome) : outcome
  })
}

function quarantined({ kind, masked }: Outcome, problem: string): Outcome {
  const aside = { state: 'quarantined', kind, problem: maskCardNumbers(problem) } as const
  return masked === undefined ? aside : { ...aside, masked }
}

interface Taken {
  readonly records: readonly ReceivedRecord[]
  readonly outcomes: readonly Outcome[]
}

/**
 * What of a commit a device may have the hub keep. Of refused rows beyond its budget the content is left out; before the
 * first unreadable record beyond it the commit ends, because nothing that may be a sale is left out or skipped.
 */
async function withinBudgets(
  tx: Tx,
  device: string,
  { records, outcomes }: Taken,
  now: number,
): Promise<Taken> {
  const indexes = outcomes.flatMap(({ state }, index) =>
    state === 'quarantined' || state === 'deferred' ? [index] : [],
  )
  const lengths = (of: readonly number[]) => of.map(index => records[index]?.body.length ?? 0)
  const fit =
    indexes.length === 0 ? 0 : await takeFromBudget(tx, { device, what: 'aside' }, lengths(indexes), now)
  const end = indexes[fit] ?? records.length
  const refused = outcomes.slice(0, end).flatMap((outcome, index) => (isRefusal(outcome) ? [index] : []))
  const kept =
    refused.length === 0 ? 0 : await takeFromBudget(tx, { device, what: 'refused' }, lengths(refused), now)
  const bare = new Set(refused.slice(kept))
  return {
    records: records.slice(0, end),
    outcomes: outcomes
      .slice(0, end)
      .map((outcome, index) => (bare.has(index) ? withoutContent(outcome) : outcome)),
  }
}

function isRefusal(outcome: Outcome): boolean {
  return outcome.state === 'applied' && outcome.event.kind === 'source.row-refused'
}

function withoutContent(outcome: Outcome): Outcome {
  if (outcome.state !== 'applied' || outcome.event.kind !== 'source.row-refused') return outcome
  const event = { ...outcome.event, payload: '' }
  return { ...outcome, event, masked: JSON.stringify(event) }
}

export const streamMoved = defineError(
  'STREAM_MOVED',
  (f: { device: string }) =>
    `Another connection of device ${f.device} was served first. This one starts again.`,
)

function follows(before: Mark, first: ReceivedRecord): boolean {
  if (first.epoch === before.epoch) return first.seq === before.seq + 1
  return first.epoch > before.epoch && first.seq === 1
}

const noHints: ReadonlySet<Signal> = new Set()

async function storeRecords(
  tx: Tx,
  parts: EventLogParts,
  records: readonly ReceivedRecord[],
  outcomes: readonly Outcome[],
  at: number,
): Promise<void> {
  const { device } = parts
  const turn = await nextTurn(tx, parts.store)
  await keepRecords(
    tx,
    parts,
    records.map(({ epoch, seq, hash, body }, index) => {
      const outcome = outcomes[index]
      if (outcome === undefined) throw new RangeError('one outcome for each record')
      const { state, kind } = outcome
      const { masked } = outcome
      const isMasked = masked !== undefined
      const problem = problemOf(outcome)
      return { epoch, seq, kind, hash, state, problem, body: masked ?? body, isMasked, turn, at }
    }),
  )
  const last = records.at(-1)
  if (last === undefined) return
  const { epoch, seq, hash } = last
  await tx
    .insertInto('stream_in')
    .values({ device, epoch, seq, hash })
    .onConflict(c => c.column('device').doUpdateSet({ epoch, seq, hash }))
    .execute()
}

function problemOf(outcome: Outcome): string | null {
  if (outcome.state === 'quarantined' || outcome.state === 'deferred') return outcome.problem
  return outcome.masked === undefined ? null : APPLIED_MASKED
}

async function applyEffects(
  tx: Tx,
  parts: Pick<EventLogParts, 'store' | 'device' | 'apply'>,
  records: readonly ReceivedRecord[],
  outcomes: readonly Outcome[],
  { received: at, now }: { readonly received: number; readonly now: number },
): Promise<ReadonlySet<Signal>> {
  const { store, device } = parts
  const placed: PlacedEvent[] = []
  for (const [index, record] of records.entries()) {
    const origin: Origin = { store, device, epoch: record.epoch, seq: record.seq, at }
    const outcome = outcomes[index]
    if (outcome?.state === 'repeated') continue
    if (outcome?.state === 'applied') placed.push({ event: outcome.event, origin })
    else if (outcome?.refused !== undefined) await nameRefused(tx, origin, outcome.refused)
    else await nameUnreadable(tx, origin, outcome?.kind ?? 'unreadable', outcome?.problem ?? '')
  }
  const hints = await parts.apply(tx, store, placed, now)
  return placed.length === records.length ? hints : new Set([...hints, 'now' as const])
}

async function nameRefused(tx: Tx, origin: Origin, refused: RefusedRecord): Promise<void> {
  if (await refused.note(tx)) await openException(tx, refused.exception, origin.at)
}

async function nameUnreadable(tx: Tx, origin: Origin, kind: string, problem: string): Promise<void> {
  const { store, device, epoch, seq } = origin
  await openException(
    tx,
    {
      code: 'event-unreadable',
      subject: `${device}/${kind}`,
      store,
      device,
      fields: { kind, store, problem },
      evidence: { device, epoch, seq, problem },
    },
    origin.at,
  )
}

/**
 * After an upgrade: events whose kind was unknown and is now known take effect, oldest first. One that can't be applied
 * is set aside, as if it had just arrived, so that it does not keep the hub from starting. Gives their number.
 */
export async function applyDeferredEvents(
  parts: Pick<EventLogParts, 'db' | 'now' | 'apply'>,
): Promise<number> {
  let applied = 0
  let after: EventRecord | null = null
  for (;;) {
    const page: readonly EventRecord[] = await deferredRecords(parts.db, {
      kinds: knownKinds,
      after,
      limit: DEFERRED_A_PAGE,
    })
    for (const row of page) if (await applyGuarded(parts, row)) applied += 1
    after = page.at(-1) ?? null
    if (page.length < DEFERRED_A_PAGE) return applied
  }
}

/** How many bodies are in memory at a time. */
const DEFERRED_A_PAGE = 50

/** @returns false: it stays deferred, and its till's exception names it */
async function applyGuarded(
  parts: Pick<EventLogParts, 'db' | 'now' | 'apply'>,
  row: EventRecord,
): Promise<boolean> {
  const outcome = readEvent(row.body)
  if (outcome.state === 'deferred') return false
  try {
    await applyDeferred(parts, row, outcome)
    return true
  } catch (error) {
    if (isRecordsFault(error)) {
      const [aside] = setAside([row], [outcome], error) ?? []
      if (aside === undefined || aside.state === 'deferred') throw error
      await applyDeferred(parts, row, aside)
      return true
    }
    if (databaseCodeOf(error) !== '') throw error // it may pass at the next start
    await transaction(parts.db, tx => nameUnreadable(tx, row, outcome.kind, describeError(error).sentence))
    return false
  }
}

async function applyDeferred(
  { db, now, apply }: Pick<EventLogParts, 'db' | 'now' | 'apply'>,
  row: EventRecord,
  outcome: Exclude<Outcome, { state: 'deferred' }>,
): Promise<void> {
  const { store, device, epoch, seq } = row
  const { state, masked } = outcome
  const problem = problemOf(outcome)
  await transaction(db, async tx => {
    const turn = await nextTurn(tx, store)
    if (!(await closeDeferred(tx, row, { state, problem, turn, masked }))) return // another hub was first
    const record = { epoch, seq, hash: row.hash, body: row.body }
    await applyEffects(tx, { store, device, apply }, [record], [outcome], { received: row.at, now: now() })
  })
}
