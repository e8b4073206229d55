import { z } from 'zod'
import { defineError, type TillbridgeError } from '../../shared/errors.ts'
import { cardNumberAsCode, refusedAtDoor, throughDoor } from '../../shared/event-door.ts'
import { type AgentEvent, type EpochCarried, MOST_CARRIED_RUNS } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { limits } from '../../shared/protocol.ts'
import { rowOutOfBounds } from '../../shared/record-problems.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Batch, Mark, OutLog, Position, RenewReason } from '../../shared/stream/log.ts'
import type { JournalDb, Moved } from './part.ts'
import { packPosition, unpackPosition } from './position.ts'

export const eventTooLarge = defineError(
  'EVENT_TOO_LARGE',
  (f: { kind: string; characters: number }) =>
    `An event of kind ${f.kind} is too large to send (${f.characters} characters). Split the receipt in the POS.`,
)

export const recordChanged = defineError(
  'JOURNAL_RECORD_CHANGED',
  (f: { epoch: number; seq: number }) =>
    `A record of the journal from ${f.epoch}/${f.seq} on is not what was written: the disk changed it. The journal is checked and what can be read of it is kept.`,
)

/** Rows of our own STRICT table: SQLite has checked the types, so no schema runs per row. */
interface Row {
  position: number
  hash: string
  body: string
}
const State = z.object({ epoch: z.int(), acked: z.int(), acked_hash: z.string() })
const Newest = z.object({ position: z.int(), hash: z.string(), sales: z.int() })
const Held = z.array(z.object({ position: z.int(), kind: z.string(), at: z.int(), body: z.string() }))
const Count = z.int().nullish()

/** The events' durable log, read and written at once. */
export interface EventLog extends OutLog {
  last(): Mark
  acked(): Mark
  hashAt(position: Position): string | null
  endOf(epoch: number): number
  oldest(): Position | null
  read(after: Position, limits: { records: number; characters: number }): Batch | null
  acknowledge(upTo: Position): void
  renew(reason: RenewReason, above?: number): void
}

/** What the hub has not acked; `oldestAt` on the agent's clock. */
export interface Unsent {
  readonly events: number
  readonly sales: number
  readonly oldestAt: number | null
}

/** A record as an outbox keeps it. `at`: the agent's clock, ms. */
export interface OutboxRecord {
  readonly kind: string
  readonly at: number
  readonly body: string
}

export interface EventOutbox {
  readonly log: EventLog
  /** Appends one event; the caller holds the transaction. @throws EVENT_TOO_LARGE */
  append(event: AgentEvent): Mark
  /** Appends a record of another journal, byte for byte: a later version's records are not read on their way. */
  carry(record: OutboxRecord): Mark
  /** After a rollback: what is in memory follows the file again. */
  reload(): void
  /** Called inside `renew`'s transaction with the records that moved. */
  onMoved(listener: (moved: readonly Moved[]) => void): void
  /** Costs the same for one as for a million. */
  unsent(): Unsent
  /** Deletes acked records older than `before` (agent clock), but never the newest acked one. */
  prune(before: number): number
}

export interface OutboxParts {
  now(): number
  /** A record is not what was journalled: the disk changed it. */
  changed(error: TillbridgeError): void
}

/** Opens the events' log. What appends needs the caller's transaction. */
export function openEventOutbox(db: JournalDb, device: string, { now, changed }: OutboxParts): EventOutbox {
  const begin = (epoch: number) => genesis('events', device, epoch)
  db.prepare("INSERT INTO stream_state VALUES ('events', ?, 1, ?, ?) ON CONFLICT (stream) DO NOTHING").run(
    device,
    packPosition({ epoch: 1, seq: 0 }),
    begin(1),
  )
  const rows = prepareRows(db)
  let head = readHead()
  let onMoved: (moved: readonly Moved[]) => void = () => {}

  function readHead(): Head {
    const { epoch } = rows.state()
    const row = rows.newest()
    const start = { epoch, seq: 0, hash: begin(epoch), sales: 0 }
    if (row === null) return start
    const at = unpackPosition(row.position)
    return at.epoch < epoch ? start : { ...at, hash: row.hash, sales: row.sales }
  }

  function append(kind: string, at: number, body: string): Mark {
    if (body.length > limits.bodyCharacters) throw eventTooLarge({ kind, characters: body.length })
    const seq = head.seq + 1
    const sales = head.sales + (kind === 'sale.completed' ? 1 : 0)
    const next = { epoch: head.epoch, seq, hash: link(head.hash, body), sales }
    rows.insert.run(packPosition(next), kind, at, sales, next.hash, body)
    head = next
    return next
  }

  const renew = db.transaction((reason: RenewReason, above: number) => {
    const before = readHead()
    const unacked = Math.max(rows.state().acked, packPosition({ epoch: before.epoch, seq: 0 }))
    const moving = rows.takeAfter(reason === 'records-gone' ? 0 : unacked)
    const epoch = Math.max(before.epoch, above) + 1
    rows.setEpoch.run(epoch)
    head = { epoch, seq: 0, hash: begin(epoch), sales: 0 }
    const facts = moving.filter(row => row.kind !== 'epoch.opened')
    const opened: AgentEvent = {
      kind: 'epoch.opened',
      at: EpochMs.parse(now()),
      reason,
      previous: { epoch: before.epoch, seq: before.seq, head: before.hash },
      carried: { records: facts.length, runs: runsOf(moving.map(row => row.position)) },
    }
    append(opened.kind, opened.at, JSON.stringify(opened))
    onMoved(facts.map(row => [row.position, packPosition(append(row.kind, row.at, row.body))]))
  })

  /** What the disk changed must not reach the hub: it would be taken for a forked stream. */
  function checked(batch: Batch): Batch {
    if (batch.bodies.reduce(link, batch.prev) === batch.head) return batch
    const error = recordChanged({ epoch: batch.epoch, seq: batch.first })
    changed(error)
    throw error
  }

  const log: EventLog = {
    ...readLog(rows, begin),
    last: () => ({ epoch: head.epoch, seq: head.seq, hash: head.hash }),
    read(after, most) {
      for (let from = after; from.epoch <= head.epoch; from = { epoch: from.epoch + 1, seq: 0 }) {
        const found = rows.between(from, most.records)
        if (found.length > 0) return checked(batchOf(found, from, log.hashAt(from), most.characters))
      }
      return null
    },
    renew: (reason, above = 0) => void renew.immediate(reason, above),
  }

  return {
    log,
    append: event => append(event.kind, event.at, JSON.stringify(event)),
    carry: ({ kind, at, body }) => append(kind, at, body),
    reload() {
      head = readHead()
    },
    onMoved(listener) {
      onMoved = listener
    },
    unsent() {
      const { acked } = rows.state()
      const at = unpackPosition(acked)
      const same = at.epoch === head.epoch
      return {
        events: head.seq - (same ? at.seq : 0),
        sales: head.sales - (same ? (rows.salesAt(acked) ?? 0) : 0),
        oldestAt: rows.firstAfter(acked),
      }
    },
    prune: before => rows.prune.run(rows.state().acked, before).changes,
  }
}

/**
 * Appends an event as it may be kept. A row of a source that is beyond the vocabulary's bounds, holds a
 * card number as its code or is too large for the wire becomes a refused row that says so, and those behind it go on.
 * @throws ROW_OUT_OF_BOUNDS, CARD_NUMBER_AS_CODE, EVENT_TOO_LARGE for an event that belongs to no source's row
 */
export function appendThroughDoor(outbox: EventOutbox, event: AgentEvent): Mark {
  try {
    return outbox.append(throughDoor(event).event)
  } catch (error) {
    if (!isOfTheEvent(error)) throw error
    const refused = refusedAtDoor(event, error)
    if (refused === null) throw error
    return outbox.append(refused)
  }
}

function isOfTheEvent(error: unknown): error is TillbridgeError {
  return [eventTooLarge, rowOutOfBounds, cardNumberAsCode].some(kind => kind.is(error))
}

/** The positions, in their order, as runs without a gap; the newest ones. */
function runsOf(positions: readonly number[]): EpochCarried['runs'] {
  const runs: { epoch: number; first: number; last: number }[] = []
  for (const { epoch, seq } of positions.map(unpackPosition)) {
    const run = runs.at(-1)
    if (run?.epoch === epoch && run.last + 1 === seq) run.last = seq
    else runs.push({ epoch, first: seq, last: seq })
  }
  return runs.slice(-MOST_CARRIED_RUNS)
}

type Head = Mark & { readonly sales: number }
type Rows = ReturnType<typeof prepareRows>

/** The table's statements, prepared once. */
function prepareRows(db: JournalDb) {
  const state = db.prepare("SELECT epoch, acked, acked_hash FROM stream_state WHERE stream = 'events'")
  const newest = db.prepare('SELECT position, hash, sales FROM outbox ORDER BY position DESC LIMIT 1')
  const between = db.prepare(
    'SELECT position, hash, body FROM outbox WHERE position > ? AND position < ? ORDER BY position LIMIT ?',
  )
  const hashOf = db.prepare('SELECT hash FROM outbox WHERE position = ?').pluck()
  const salesOf = db.prepare('SELECT sales FROM outbox WHERE position = ?').pluck()
  const lastBelow = db.prepare('SELECT MAX(position) FROM outbox WHERE position < ?').pluck()
  const first = db.prepare('SELECT MIN(position) FROM outbox').pluck()
  const firstAfter = db.prepare('SELECT at FROM outbox WHERE position > ? ORDER BY position LIMIT 1').pluck()
  const after = db.prepare('SELECT position, kind, at, body FROM outbox WHERE position > ? ORDER BY position')
  const removeAfter = db.prepare('DELETE FROM outbox WHERE position > ?')
  return {
    insert: db.prepare(
      'INSERT INTO outbox (position, kind, at, sales, hash, body) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    setAcked: db.prepare(
      "UPDATE stream_state SET acked = ?, acked_hash = ? WHERE stream = 'events' AND acked < ?",
    ),
    setEpoch: db.prepare("UPDATE stream_state SET epoch = ? WHERE stream = 'events'"),
    prune: db.prepare('DELETE FROM outbox WHERE position < ? AND at < ?'),
    state: () => State.parse(state.get()),
    newest: () => Newest.nullable().parse(newest.get() ?? null),
    /** The records of one epoch behind a position. */
    between: (from: Position, limit: number) =>
      between.all(packPosition(from), packPosition({ epoch: from.epoch + 1, seq: 0 }), limit) as Row[],
    hashAt: (position: number) => z.string().parse(hashOf.get(position) ?? '') || null,
    salesAt: (position: number) => Count.parse(salesOf.get(position)) ?? null,
    lastBelow: (position: number) => Count.parse(lastBelow.get(position)) ?? null,
    first: () => Count.parse(first.get()) ?? null,
    /** The agent's clock at the first record behind a position. */
    firstAfter: (position: number) => Count.parse(firstAfter.get(position)) ?? null,
    /** Takes all records behind a position out of the table. */
    takeAfter(position: number) {
      const taken = Held.parse(after.all(position))
      removeAfter.run(position)
      return taken
    },
  }
}

/** What the log answers from the file alone. */
function readLog(
  rows: Rows,
  begin: (epoch: number) => string,
): Pick<EventLog, 'acked' | 'hashAt' | 'endOf' | 'oldest' | 'acknowledge'> {
  function hashAt(position: Position): string | null {
    if (position.seq === 0) return begin(position.epoch)
    const packed = packPosition(position)
    const { acked, acked_hash } = rows.state()
    return packed === acked ? acked_hash : rows.hashAt(packed)
  }
  return {
    hashAt,
    acked() {
      const { acked, acked_hash } = rows.state()
      return { ...unpackPosition(acked), hash: acked_hash }
    },
    endOf(epoch) {
      const last = rows.lastBelow(packPosition({ epoch: epoch + 1, seq: 0 }))
      if (last === null) return 0
      const found = unpackPosition(last)
      return found.epoch === epoch ? found.seq : 0
    },
    oldest() {
      const position = rows.first()
      return position === null ? null : unpackPosition(position)
    },
    acknowledge(upTo) {
      const hash = hashAt(upTo)
      const packed = packPosition(upTo)
      if (hash !== null) rows.setAcked.run(packed, hash, packed)
    },
  }
}

/**
 * As many of the rows as fit, as one batch.
 * @param prev the hash before the first row
 * @throws when the hash before the batch is gone: a sender never asks for that, see `resumeSending`
 */
function batchOf(rows: readonly Row[], after: Position, prev: string | null, characters: number): Batch {
  const start = rows[0]
  if (start === undefined || start.position !== packPosition(after) + 1 || prev === null)
    throw new Error(`the outbox does not hold what follows ${after.epoch}/${after.seq}`)
  const bodies: string[] = []
  let size = 0
  let { hash } = start
  for (const row of rows) {
    size += row.body.length
    if (bodies.length > 0 && size > characters) break
    bodies.push(row.body)
    hash = row.hash
  }
  return { epoch: after.epoch, first: after.seq + 1, prev, head: hash, bodies }
}
