import { z } from 'zod'
import { genesis, link } from '../../../shared/stream/chain.ts'
import type { JournalDb } from '../part.ts'
import { packPosition, unpackPosition } from '../position.ts'

/** Unsent events that a damaged journal has lost. */
export interface LostEvents {
  /** The chain of what is left can't be continued. */
  readonly isBroken: boolean
  /** As far as the numbers around the holes say. */
  readonly count: number
  readonly sales: number
  /** Events behind the newest one that is left may be missing too; how many can't be known. */
  readonly isEndLost: boolean
  /** Agent clock, ms: when the lost ones were journalled, `to` null: up to the end. Null: none is lost. */
  readonly between: Between | null
}
export interface Between {
  readonly from: number
  readonly to: number | null
}

const Row = z.object({
  position: z.int(),
  kind: z.string(),
  at: z.int(),
  sales: z.int(),
  hash: z.string(),
  body: z.string(),
})
type Row = z.infer<typeof Row>
const State = z.object({ device: z.string(), acked: z.int(), acked_hash: z.string() })

/** What the record before one says of it. */
interface Before {
  readonly position: number
  /** At most: of the acked ones that are lost too, none is known to have been a sale. */
  readonly sales: number
  readonly hash: string | null
  readonly at: number
}

interface Hole {
  readonly count: number
  readonly sales: number
  readonly from: number
  readonly to: number
}

/**
 * Looks for holes among the unsent events, and removes those whose content is not what was journalled.
 * @param given.isDamaged whether the table has rows that can't be read
 * @param given.isEndLost whether the newest ones may be among them
 */
export function lostEvents(db: JournalDb, given: { isDamaged: boolean; isEndLost: boolean }): LostEvents {
  const { device, acked, acked_hash } = State.parse(db.prepare('SELECT * FROM stream_state').get())
  let before: Before = ackedPlace(db, acked, acked_hash)
  const holes: Hole[] = []
  const changed: number[] = []
  for (const raw of db.prepare('SELECT * FROM outbox WHERE position > ? ORDER BY position').iterate(acked)) {
    const row = Row.parse(raw)
    const expected = beforeOf(row, before, device)
    const hole = holeBefore(row, expected)
    if (hole !== null) holes.push(hole)
    else if (expected.hash !== null && link(expected.hash, row.body) !== row.hash) {
      changed.push(row.position)
      holes.push({ count: 1, sales: ownSales(row), from: expected.at, to: row.at })
    }
    before = row
  }
  const remove = db.prepare('DELETE FROM outbox WHERE position = ?')
  for (const position of changed) remove.run(position)
  return {
    isBroken: given.isDamaged || holes.length > 0,
    count: sumOf(holes, 'count'),
    sales: sumOf(holes, 'sales'),
    isEndLost: given.isEndLost,
    between: betweenOf(holes, given.isEndLost ? before.at : null),
  }
}

/** The last record that the hub has confirmed; it may be lost itself, or pruned. */
function ackedPlace(db: JournalDb, acked: number, hash: string): Before {
  const last = Row.optional().parse(
    db.prepare('SELECT * FROM outbox WHERE position <= ? ORDER BY position DESC LIMIT 1').get(acked),
  )
  const isSameEpoch =
    last !== undefined && unpackPosition(last.position).epoch === unpackPosition(acked).epoch
  return { position: acked, sales: isSameEpoch ? last.sales : 0, hash, at: last?.at ?? 0 }
}

/** An epoch begins with its record 1. */
function beforeOf(row: Row, last: Before, device: string): Before {
  const { epoch } = unpackPosition(row.position)
  if (unpackPosition(last.position).epoch === epoch) return last
  const start = packPosition({ epoch, seq: 0 })
  return { position: start, sales: 0, hash: genesis('events', device, epoch), at: last.at }
}

function holeBefore(row: Row, before: Before): Hole | null {
  const count = row.position - before.position - 1
  if (count === 0) return null
  const sales = Math.min(count, row.sales - ownSales(row) - before.sales)
  return { count, sales, from: before.at, to: row.at }
}

const ownSales = ({ kind }: Row) => (kind === 'sale.completed' ? 1 : 0)

const sumOf = (holes: readonly Hole[], what: 'count' | 'sales') =>
  holes.reduce((sum, hole) => sum + hole[what], 0)

function betweenOf(holes: readonly Hole[], endFrom: number | null): Between | null {
  const starts = [...holes.map(hole => hole.from), ...(endFrom === null ? [] : [endFrom])]
  if (starts.length === 0) return null
  return { from: Math.min(...starts), to: endFrom === null ? Math.max(...holes.map(hole => hole.to)) : null }
}
