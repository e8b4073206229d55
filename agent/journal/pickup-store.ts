import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { PickupPut, type StoreDescribed } from '../../shared/commands.ts'
import type { PickupMoved } from '../../shared/events.ts'
import type { PickupId } from '../../shared/ids.ts'
import { staffMoves } from '../../shared/pickup-moves.ts'
import type { Mark } from '../../shared/stream/log.ts'
import type { Moved } from './outbox.ts'
import { packPosition } from './position.ts'

/** A move made at this till that the hub has not yet said it applied. */
export const LocalMove = z.object({ move: z.enum(staffMoves), staff: z.string(), at: z.int() })
export type LocalMove = z.infer<typeof LocalMove>

/** The hub's last word on a pickup, and this till's own moves since. */
export interface StoredPickup {
  readonly put: PickupPut
  readonly moves: readonly LocalMove[]
}

const Body = z.string().transform((text): unknown => JSON.parse(text))
const MoveRow = LocalMove.extend({ pickup: z.string() })

/** The journal's projection of pickups. Writers run inside the transaction of the record that causes them. */
export function openPickupStore(db: Database) {
  const put = db.prepare(
    `INSERT INTO pickup (pickup, version, body) VALUES (?, ?, ?)
     ON CONFLICT (pickup) DO UPDATE SET version = excluded.version, body = excluded.body
       WHERE excluded.version >= pickup.version`,
  )
  const settle = db.prepare('DELETE FROM pickup_move WHERE pickup = ? AND position <= ?')
  const addMove = db.prepare(
    'INSERT INTO pickup_move (position, pickup, move, staff, at) VALUES (?, ?, ?, ?, ?)',
  )
  const reposition = db.prepare('UPDATE pickup_move SET position = ? WHERE position = ?')
  const all = db.prepare('SELECT body FROM pickup').pluck()
  const one = db.prepare('SELECT body FROM pickup WHERE pickup = ?').pluck()
  const allMoves = db.prepare('SELECT pickup, move, staff, at FROM pickup_move ORDER BY position')
  const movesOf = db.prepare(
    'SELECT pickup, move, staff, at FROM pickup_move WHERE pickup = ? ORDER BY position',
  )
  const setStore = db.prepare(
    'INSERT INTO store (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body',
  )
  const parsePut = (body: unknown) => PickupPut.parse(Body.parse(body))

  return {
    put(command: PickupPut): void {
      put.run(command.pickup, command.version, JSON.stringify(command))
      settle.run(command.pickup, packPosition(command.seen))
    },
    describe: (command: StoreDescribed): void => void setStore.run(JSON.stringify(command)),
    moved(event: PickupMoved, mark: Mark): void {
      addMove.run(packPosition(mark), event.pickup, event.move, event.staff, event.at)
    },
    /** The records of moves went to a new epoch. From the last to the first, so that no two ever share a position. */
    reposition(moved: readonly Moved[]): void {
      for (const [from, to] of moved.toReversed()) reposition.run(to, from)
    },
    list(): StoredPickup[] {
      const moves = Map.groupBy(z.array(MoveRow).parse(allMoves.all()), row => row.pickup)
      return all.all().map(body => {
        const parsed = parsePut(body)
        return { put: parsed, moves: moves.get(parsed.pickup) ?? [] }
      })
    },
    get(pickup: PickupId): StoredPickup | null {
      const body = one.get(pickup)
      if (body === undefined) return null
      return { put: parsePut(body), moves: z.array(MoveRow).parse(movesOf.all(pickup)) }
    },
  }
}
export type PickupStore = ReturnType<typeof openPickupStore>
