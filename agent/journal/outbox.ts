import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { limits } from '../../shared/protocol.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Batch, Mark, OutLog, Position, RenewReason } from '../../shared/stream/log.ts'
import { packPosition, unpackPosition } from './position.ts'

export const eventTooLarge = defineError(
  'EVENT_TOO_LARGE',
  (f: { kind: string; characters: number }) =>
    `An event of kind ${f.kind} is too large to send (${f.characters} characters). Split the receipt in the POS.`,
)

/** Rows of our own STRICT table: SQLite has checked the types, so no schema runs per row. */
interface Row {
  position: number
  hash: string
  body: string
}
const State = z.object({ epoch: z.int(), acked: z.int(), acked_hash: z.string() })
const Head = z.object({ position: z.int(), hash: z.string(), sales: z.int() })
const Held = z.array(z.object({ position: z.int(), kind: z.string(), at: z.int(), body: z.string() }))
const Count = z.int().nullish()

const INSERT = 'INSERT INTO outbox (position, kind, at, sales, hash, body) VALUES (?, ?, ?, ?, ?, ?)'
const BETWEEN = `SELECT position, hash, body FROM outbox WHERE position > ? AND position < ? ORDER BY position LIMIT ?`

/** A record moved by `renew`: from its old packed position to its new one. */
export type Moved = readonly [from: number, to: number]

/** The events' durable log. `append` needs the caller's transaction. */
export function openOutbox(db: Database, device: string, now: () => number) {
  const begin = (epoch: number) => genesis('events', device, epoch)
  db.prepare("INSERT INTO stream_state VALUES ('events', ?, 1, ?, ?) ON CONFLICT (stream) DO NOTHING").run(
    device,
    packPosition({ epoch: 1, seq: 0 }),
    begin(1),
  )
  const insert = db.prepare(INSERT)
  const between = db.prepare(BETWEEN)
  const newest = db.prepare('SELECT position, hash, sales FROM outbox ORDER BY position DESC LIMIT 1')
  const hashOf = db.prepare('SELECT hash FROM outbox WHERE position = ?').pluck()
  const salesOf = db.prepare('SELECT sales FROM outbox WHERE position = ?').pluck()
  const lastBelow = db.prepare('SELECT MAX(position) FROM outbox WHERE position < ?').pluck()
  const first = db.prepare('SELECT MIN(position) FROM outbox').pluck()
  const firstUnsent = db.prepare('SELECT at FROM outbox WHERE position > ? ORDER BY position LIMIT 1').pluck()
  const state = db.prepare("SELECT epoch, acked, acked_hash FROM stream_state WHERE stream = 'events'")
  const setAcked = db.prepare(
    "UPDATE stream_state SET acked = ?, acked_hash = ? WHERE stream = 'events' AND acked < ?",
  )
  const setEpoch = db.prepare("UPDATE stream_state SET epoch = ? WHERE stream = 'events'")
  const prune = db.prepare('DELETE FROM outbox WHERE position < ? AND at < ?')
  const heldAfter = db.prepare(
    'SELECT position, kind, at, body FROM outbox WHERE position > ? ORDER BY position',
  )
  const removeAfter = db.prepare('DELETE FROM outbox WHERE position > ?')

  const readState = () => State.parse(state.get())
  let head = readHead()
  let onMoved: (moved: readonly Moved[]) => void = () => {}

  function readHead(): Mark & { sales: number } {
    const { epoch } = readState()
    const row = newest.get()
    if (row === undefined) return { epoch, seq: 0, hash: begin(epoch), sales: 0 }
    const { position, hash, sales } = Head.parse(row)
    const at = unpackPosition(position)
    return at.epoch < epoch ? { epoch, seq: 0, hash: begin(epoch), sales: 0 } : { ...at, hash, sales }
  }

  function append(kind: string, at: number, body: string): Mark {
    if (body.length > limits.bodyCharacters) throw eventTooLarge({ kind, characters: body.length })
    const seq = head.seq + 1
    const sales = head.sales + (kind === 'sale.completed' ? 1 : 0)
    const next = { epoch: head.epoch, seq, hash: link(head.hash, body), sales }
    insert.run(packPosition(next), kind, at, sales, next.hash, body)
    head = next
    return next
  }

  const renew = db.transaction((reason: RenewReason, above: number) => {
    const before = readHead()
    const unacked = Math.max(readState().acked, packPosition({ epoch: before.epoch, seq: 0 }))
    const from = reason === 'records-gone' ? 0 : unacked
    const rows = Held.parse(heldAfter.all(from))
    removeAfter.run(from)
    const epoch = Math.max(before.epoch, above) + 1
    setEpoch.run(epoch)
    head = { epoch, seq: 0, hash: begin(epoch), sales: 0 }
    const opened: AgentEvent = {
      kind: 'epoch.opened',
      at: EpochMs.parse(now()),
      reason,
      previous: { epoch: before.epoch, seq: before.seq, head: before.hash },
    }
    append(opened.kind, opened.at, JSON.stringify(opened))
    const facts = rows.filter(row => row.kind !== 'epoch.opened')
    onMoved(facts.map(row => [row.position, packPosition(append(row.kind, row.at, row.body))]))
  })

  /** @throws when the hash before the batch is gone: a sender never asks for that, see `resumeSending` */
  function batchOf(rows: readonly Row[], after: Position, characters: number): Batch {
    const prev = log.hashAt(after)
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

  const log = {
    last: (): Mark => ({ epoch: head.epoch, seq: head.seq, hash: head.hash }),
    acked(): Mark {
      const { acked, acked_hash } = readState()
      return { ...unpackPosition(acked), hash: acked_hash }
    },
    hashAt(position: Position): string | null {
      if (position.seq === 0) return begin(position.epoch)
      const packed = packPosition(position)
      const { acked, acked_hash } = readState()
      return packed === acked ? acked_hash : z.string().parse(hashOf.get(packed) ?? '') || null
    },
    endOf(epoch: number): number {
      const last = Count.parse(lastBelow.get(packPosition({ epoch: epoch + 1, seq: 0 })))
      if (last === null || last === undefined) return 0
      const found = unpackPosition(last)
      return found.epoch === epoch ? found.seq : 0
    },
    oldest(): Position | null {
      const position = Count.parse(first.get())
      return position === null || position === undefined ? null : unpackPosition(position)
    },
    read(after: Position, { records, characters }: { records: number; characters: number }): Batch | null {
      for (let from = after; from.epoch <= head.epoch; from = { epoch: from.epoch + 1, seq: 0 }) {
        const ceiling = packPosition({ epoch: from.epoch + 1, seq: 0 })
        const rows = between.all(packPosition(from), ceiling, records) as Row[]
        if (rows.length > 0) return batchOf(rows, from, characters)
      }
      return null
    },
    acknowledge(upTo: Position): void {
      const hash = log.hashAt(upTo)
      const packed = packPosition(upTo)
      if (hash !== null) setAcked.run(packed, hash, packed)
    },
    renew: (reason: RenewReason, above = 0): void => void renew.immediate(reason, above),
  } satisfies OutLog

  return {
    log,
    /** Appends one event; the caller holds the transaction. @throws EVENT_TOO_LARGE */
    append: (event: AgentEvent): Mark => append(event.kind, event.at, JSON.stringify(event)),
    /** After a rollback: what is in memory follows the file again. */
    reload(): void {
      head = readHead()
    },
    /** Called inside `renew`'s transaction with the records that moved. */
    onMoved(listener: (moved: readonly Moved[]) => void): void {
      onMoved = listener
    },
    /** What the hub has not acked; `oldestAt` on the agent's clock. Costs the same for one as for a million. */
    unsent(): { events: number; sales: number; oldestAt: number | null } {
      const { acked } = readState()
      const at = unpackPosition(acked)
      const same = at.epoch === head.epoch
      const oldest = Count.parse(firstUnsent.get(acked))
      return {
        events: head.seq - (same ? at.seq : 0),
        sales: head.sales - (same ? (Count.parse(salesOf.get(acked)) ?? 0) : 0),
        oldestAt: oldest ?? null,
      }
    },
    /** Deletes acked records older than `before` (agent clock), but never the newest acked one. */
    prune: (before: number): number => prune.run(readState().acked, before).changes,
  }
}
