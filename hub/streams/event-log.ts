import { defineError } from '../../shared/errors.ts'
import { genesis } from '../../shared/stream/chain.ts'
import type { InLog, Mark, ReceivedRecord } from '../../shared/stream/log.ts'
import { openException } from '../checks/exceptions.ts'
import { type Db, insertRows, type Reads, type Tx, transaction } from '../db/db.ts'
import { isDataFault } from '../db/errors.ts'
import { applyOther, type EventEffects, type Readable } from '../effects/index.ts'
import { applyToLedger, type PlacedEvent } from '../sales/apply.ts'
import type { LedgerEvent, Origin } from '../sales/decide.ts'
import { type ReadEvent, readEvent } from './read-event.ts'

export interface EventLogParts {
  readonly db: Db
  readonly device: string
  readonly store: string
  readonly now: () => number
  readonly effects: EventEffects
}

/** One device's events as the hub keeps them: records, their effects and the stream's position in one transaction. */
export function eventLog(parts: EventLogParts): InLog {
  const { db, device } = parts

  async function held(from: Reads = db): Promise<Mark> {
    const row = await from
      .selectFrom('stream_in')
      .select(['epoch', 'seq', 'hash'])
      .where('device', '=', device)
      .executeTakeFirst()
    return row ?? { epoch: 0, seq: 0, hash: genesis('events', device, 0) }
  }

  async function commitOnce(
    records: readonly ReceivedRecord[],
    outcomes: readonly ReadEvent[],
  ): Promise<Mark> {
    return transaction(db, async tx => {
      const before = await held(tx)
      const first = records[0]
      const last = records.at(-1)
      if (first === undefined || last === undefined) return before
      if (!follows(before, first)) throw streamMoved({ device })
      await storeRecords(tx, parts, records, outcomes)
      await applyEffects(tx, parts, records, outcomes)
      return { epoch: last.epoch, seq: last.seq, hash: last.hash }
    })
  }

  return {
    held: () => held(),
    async hashAt(position) {
      const row = await db
        .selectFrom('event')
        .select('hash')
        .where('store', '=', parts.store)
        .where('device', '=', device)
        .where('epoch', '=', position.epoch)
        .where('seq', '=', position.seq)
        .executeTakeFirst()
      return row?.hash ?? null
    },
    async commit(records) {
      const outcomes = records.map(({ body }) => readEvent(body))
      const held = await commitOnce(records, outcomes).catch((error: unknown) => {
        if (!isDataFault(error)) throw error
        return commitOneByOne(records, outcomes)
      })
      if (outcomes.some(({ state, kind }) => state === 'applied' && kind === 'pickup.moved'))
        parts.effects.pickupsCommitted(parts.store)
      return held
    },
  }

  /** Finds the record that can't be applied and sets it aside; those before and behind it take effect. */
  async function commitOneByOne(
    records: readonly ReceivedRecord[],
    outcomes: readonly ReadEvent[],
  ): Promise<Mark> {
    let now = await held()
    for (const [index, record] of records.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) continue
      try {
        now = await commitOnce([record], [outcome])
      } catch (error) {
        if (!isDataFault(error)) throw error
        const problem = error instanceof Error ? error.message : String(error)
        now = await commitOnce([record], [{ state: 'quarantined', kind: outcome.kind, problem }])
      }
    }
    return now
  }
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

async function storeRecords(
  tx: Tx,
  parts: EventLogParts,
  records: readonly ReceivedRecord[],
  outcomes: readonly ReadEvent[],
): Promise<void> {
  const { store, device } = parts
  const now = parts.now()
  await insertRows(
    tx,
    'event',
    records.map(({ epoch, seq, hash, body }, index) => {
      const outcome = outcomes[index]
      if (outcome === undefined) throw new RangeError('one outcome for each record')
      const { state, kind } = outcome
      const problem = outcome.state === 'applied' ? null : outcome.problem
      return { store, device, epoch, seq, kind, hash, state, problem, body, received_at: now }
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

async function applyEffects(
  tx: Tx,
  parts: EventLogParts,
  records: readonly ReceivedRecord[],
  outcomes: readonly ReadEvent[],
): Promise<void> {
  const { store, device } = parts
  const at = parts.now()
  const ledger: PlacedEvent[] = []
  const others: { event: Readable; origin: Origin }[] = []
  for (const [index, record] of records.entries()) {
    const origin: Origin = { store, device, epoch: record.epoch, seq: record.seq, at }
    const outcome = outcomes[index]
    if (outcome?.state !== 'applied') {
      await nameUnreadable(tx, origin, outcome?.kind ?? 'unreadable', outcome?.problem ?? '')
      continue
    }
    if (isLedgerEvent(outcome.event)) ledger.push({ event: outcome.event, origin })
    else others.push({ event: outcome.event, origin })
  }
  await applyToLedger(tx, store, ledger)
  for (const { event, origin } of others) await applyOther(tx, parts.effects, event, origin)
}

function isLedgerEvent(event: Readable): event is LedgerEvent {
  return event.kind === 'sale.completed' || event.kind === 'sale.voided' || event.kind === 'stock.moved'
}

async function nameUnreadable(tx: Tx, origin: Origin, kind: string, problem: string): Promise<void> {
  const { store, device, epoch, seq } = origin
  await openException(
    tx,
    {
      kind: 'event-unreadable',
      subject: `${device}/${kind}`,
      store,
      sentence: `An event of kind "${kind}" from store ${store} could not be applied (${problem}). It is kept whole; update the hub, or ask for help with the record's number.`,
      evidence: { device, epoch, seq, problem },
    },
    origin.at,
  )
}

/** After an upgrade: events whose kind was unknown and is known by now take effect, oldest first. */
export async function applyDeferredEvents(db: Db, effects: EventEffects, now: () => number): Promise<number> {
  let applied = 0
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('state', '=', 'deferred')
    .orderBy('received_at')
    .orderBy('seq')
    .execute()
  for (const row of rows) {
    const outcome = readEvent(row.body)
    if (outcome.state === 'deferred') continue
    const { store, device, epoch, seq } = row
    const problem = outcome.state === 'applied' ? null : outcome.problem
    await transaction(db, async tx => {
      await tx
        .updateTable('event')
        .set({ state: outcome.state, problem })
        .where('store', '=', store)
        .where('device', '=', device)
        .where('epoch', '=', epoch)
        .where('seq', '=', seq)
        .execute()
      await applyEffects(
        tx,
        { db, store, device, now, effects },
        [{ epoch, seq, hash: row.hash, body: row.body }],
        [outcome],
      )
    })
    applied += 1
  }
  return applied
}
