import { z } from 'zod'
import { PickupPut } from '../../shared/commands.ts'
import { type AgentEvent, PickupMoved } from '../../shared/events.ts'
import type { EpochMs, PickupId } from '../../shared/ids.ts'
import { isEnded, staffMoves } from '../../shared/pickup-moves.ts'
import type { Mark, Position } from '../../shared/stream/log.ts'
import type { JournalDb, JournalPart, Moved } from '../journal/part.ts'
import { packPosition } from '../journal/position.ts'
import { countsAndUndo, prepareOwnRows } from './own-rows.ts'
import { viewOf } from './pickup-view.ts'
import { prepareReserved, reservedTables } from './reserved-units.ts'
import { type LineCount, StepBefore, type StoredPickup, type UndoableStep } from './stored-pickup.ts'

const pickupTables = /* sql */ `
  CREATE TABLE pickup (
    pickup TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    ended_at INTEGER,               -- when it ended, by the hub's word; NULL: it is open
    body TEXT NOT NULL              -- the newest pickup.put command
  ) STRICT;
  CREATE INDEX pickup_open ON pickup (pickup) WHERE ended_at IS NULL;
  CREATE INDEX pickup_ended ON pickup (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE pickup_move (        -- moves made here that the hub has not yet said it applied
    position INTEGER PRIMARY KEY,   -- of the pickup.moved event in the outbox
    pickup TEXT NOT NULL,
    move TEXT NOT NULL,
    staff TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX pickup_move_of ON pickup_move (pickup, position);
`

/**
 * Versions count within an epoch of the commands: a restored hub may go on from a lower one. The column holds both,
 * packed as a position is.
 */
const versionsByEpoch = /* sql */ `
  UPDATE pickup SET version = version + COALESCE((SELECT MAX(position) FROM inbox), 0) / 4294967296 * 4294967296;
`

const Body = z.string().transform((text): unknown => JSON.parse(text))
const MoveBody = PickupMoved.pick({
  lines: true,
  moreLines: true,
  missing: true,
  undoes: true,
  keptAt: true,
  handedTo: true,
})
const MoveRow = z
  .object({
    pickup: z.string(),
    move: z.enum(staffMoves),
    staff: z.string(),
    at: z.int(),
    body: Body.pipe(MoveBody).nullable(),
    restores: Body.pipe(StepBefore).nullable(),
  })
  .transform(({ body, ...row }) => {
    const { lines, moreLines = [], ...said } = body ?? {}
    return { ...row, ...said, lines: lines && [...lines, ...moreLines] }
  })

/** Both halves read an index of just those rows. */
export const SHOWN = /* sql */ `
  SELECT body FROM pickup WHERE ended_at IS NULL
   UNION ALL SELECT body FROM pickup WHERE ended_at > ?`
const ENDED_KEPT_MS = 30 * 24 * 3_600_000
/** As long an ended one is kept whose moves here the hub never said it applied. */
const UNCONFIRMED_KEPT_MS = 90 * 24 * 3_600_000

/** The pickups that the hub has told this till of. */
export interface PickupStore {
  /** Open ones, and those that ended after `endedSince` (ms). Costs the same however many have ended before. */
  list(endedSince: number): StoredPickup[]
  get(pickup: PickupId): StoredPickup | null
  /**
   * Journals the move that `decide` returns, and its effect here, after looking at the pickup as it is by then. `step` gives what
   * is kept of it so that it can be undone.
   */
  move(decide: () => PickupMoved, step?: (event: PickupMoved) => UndoableStep | null): Promise<Mark>
  /** Keeps the count that `decide` returns. */
  count(pickup: PickupId, decide: () => LineCount): Promise<void>
  /** Staff have read how it ended. */
  acknowledge(pickup: PickupId): Promise<void>
  /** They have not, after all. */
  unacknowledge(pickup: PickupId): Promise<void>
  /** Free units of promised items that have few, by SKU; below 0 when more is promised than there is. */
  free(): ReadonlyMap<string, number>
  /** Inside the write that journals it: an event of a source, which may be a sale of such an item. */
  sold(event: AgentEvent, position: Position): void
}

/** The journal's part for pickups: a projection of the hub's commands and of this till's own moves. */
export const pickupStore: JournalPart<PickupStore> = {
  name: 'pickups',
  migrations: [pickupTables, versionsByEpoch, countsAndUndo, reservedTables],
  open({ db, write, append, changed }) {
    const rows = prepareRows(db)
    const reserved = prepareReserved(db)
    return {
      api: {
        list: rows.list,
        get: rows.get,
        free: reserved.free,
        sold(event, position) {
          if (reserved.sold(event, packPosition(position))) changed()
        },
        move: (decide, step = () => null) =>
          write(() => {
            const event = decide()
            const mark = append(event)
            rows.addMove(event, mark, step(event))
            changed()
            return mark
          }),
        count: (pickup, decide) =>
          write(() => {
            rows.count(pickup, decide())
            changed()
          }),
        acknowledge: pickup =>
          write(() => {
            rows.acknowledge(pickup)
            changed()
          }),
        unacknowledge: pickup =>
          write(() => {
            rows.unacknowledge(pickup)
            changed()
          }),
      },
      onCommand(command, at) {
        if (command.kind === 'pickup.put') rows.put(command, at.epoch)
        else if (command.kind === 'epoch.opened') rows.remember()
        else if (command.kind === 'pickups.complete') rows.close(command.at, at.epoch)
        else if (command.kind === 'stock.reserved') reserved.put(command)
        else return
        changed()
      },
      inherit: rows.rememberUnsent,
      onMoved(moved) {
        rows.reposition(moved)
        reserved.reposition(moved)
      },
      wipe() {
        db.exec(
          'DELETE FROM pickup; DELETE FROM pickup_move; DELETE FROM pickup_count; DELETE FROM pickup_undo; DELETE FROM pickup_unread',
        )
        reserved.clear()
        changed()
      },
      prune(now) {
        rows.prune({ ended: now - ENDED_KEPT_MS, unconfirmed: now - UNCONFIRMED_KEPT_MS })
        reserved.prune(now)
      },
    }
  },
}

/** A pickup that the hub does not know: ended as staff ended it, else called off. */
function asClosed(stored: StoredPickup, at: EpochMs): PickupPut {
  const { put } = stored
  const { state, movedBy, movedAt } = viewOf(stored, new Map(), at)
  if (isEnded(state)) return { ...put, at, state, movedBy, movedAt, notice: null }
  const notice = { code: 'unknown-to-hub' } as const
  return { ...put, at, state: 'cancelled', movedBy: null, movedAt: at, shopify: 'nothing-due', notice }
}

function prepareRows(db: JournalDb) {
  const put = db.prepare(
    `INSERT INTO pickup (pickup, version, ended_at, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (pickup) DO UPDATE SET version = excluded.version, ended_at = excluded.ended_at, body = excluded.body
       WHERE excluded.version >= pickup.version`,
  )
  const remember = db.prepare(
    `INSERT OR IGNORE INTO pickup_move (position, pickup, move, staff, at, body)
     SELECT position, body ->> '$.pickup', body ->> '$.move', body ->> '$.staff', at, body
       FROM outbox WHERE kind = 'pickup.moved'`,
  )
  const rememberUnsent = db.prepare(
    `INSERT OR IGNORE INTO pickup_move (position, pickup, move, staff, at, body)
     SELECT position, body ->> '$.pickup', body ->> '$.move', body ->> '$.staff', at, body
       FROM outbox WHERE kind = 'pickup.moved'
        AND position > (SELECT acked FROM stream_state WHERE stream = 'events')`,
  )
  const untold = db.prepare('SELECT body FROM pickup WHERE ended_at IS NULL AND version < ?').pluck()
  const close = db.prepare('UPDATE pickup SET ended_at = ?, body = ? WHERE pickup = ?')
  const forgetEnded = db.prepare(
    `DELETE FROM pickup_move
      WHERE NOT EXISTS (SELECT 1 FROM pickup p WHERE p.pickup = pickup_move.pickup AND (p.ended_at IS NULL OR p.version >= ?))`,
  )
  const forgetSeen = db.prepare('DELETE FROM pickup_move WHERE pickup = ? AND position <= ?')
  const addMove = db.prepare(
    'INSERT INTO pickup_move (position, pickup, move, staff, at, body, restores) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const reposition = db.prepare('UPDATE pickup_move SET position = ? WHERE position = ?')
  const shown = db.prepare(SHOWN).pluck()
  const one = db.prepare('SELECT body FROM pickup WHERE pickup = ?').pluck()
  const allMoves = db.prepare(
    'SELECT pickup, move, staff, at, body, restores FROM pickup_move ORDER BY position',
  )
  const movesOf = db.prepare(
    'SELECT pickup, move, staff, at, body, restores FROM pickup_move WHERE pickup = ? ORDER BY position',
  )
  // those of a pickup that the hub has still to tell of stay as long as well
  const pruneMoves = db.prepare(
    `DELETE FROM pickup_move
      WHERE pickup IN (SELECT pickup FROM pickup WHERE ended_at < ?)
         OR (at < ? AND pickup NOT IN (SELECT pickup FROM pickup))`,
  )
  const prune = db.prepare(
    'DELETE FROM pickup WHERE ended_at < ? AND (ended_at < ? OR pickup NOT IN (SELECT pickup FROM pickup_move))',
  )
  const parsePut = (body: unknown) => PickupPut.parse(Body.parse(body))
  const own = prepareOwnRows(db)
  const get = (pickup: string): StoredPickup | null => {
    const body = one.get(pickup)
    if (body === undefined) return null
    return { put: parsePut(body), moves: z.array(MoveRow).parse(movesOf.all(pickup)), ...own.of(pickup) }
  }

  return {
    put(command: PickupPut, epoch: number): void {
      const endedAt = isEnded(command.state) ? (command.movedAt ?? command.at) : null
      own.follow(get(command.pickup), command)
      const version = packPosition({ epoch, seq: command.version })
      put.run(command.pickup, version, endedAt, JSON.stringify(command))
      forgetSeen.run(command.pickup, packPosition(command.seen))
    },
    /** The hub begins again and may lack moves that it had confirmed: they show until it says that it applied them. */
    remember: (): void => void remember.run(),
    /** Steps that were carried over from a former device's journal show until the hub has applied them. */
    rememberUnsent: (): void => void rememberUnsent.run(),
    /** Closes what the hub does not know any more. Goods that were handed over here stay handed over. */
    close(at: EpochMs, epoch: number): void {
      const begun = packPosition({ epoch, seq: 0 })
      for (const body of untold.all(begun)) {
        const known = parsePut(body)
        const moves = z.array(MoveRow).parse(movesOf.all(known.pickup))
        const stored = { put: known, moves, ...own.of(known.pickup) }
        close.run(at, JSON.stringify(asClosed(stored, at)), known.pickup)
      }
      forgetEnded.run(begun)
    },
    addMove(event: PickupMoved, mark: Mark, step: UndoableStep | null): void {
      const { pickup, move, staff, at, undoes } = event
      const restores = undoes === undefined ? null : own.undone(pickup)
      addMove.run(packPosition(mark), pickup, move, staff, at, JSON.stringify(event), restores)
      own.keepStep(pickup, step)
      if (move === 'miss') own.miss(event)
    },
    count: own.count,
    acknowledge: own.acknowledge,
    unacknowledge: own.unacknowledge,
    /** The records of moves went to a new epoch. From the last to the first, so that no two ever share a position. */
    reposition(moved: readonly Moved[]): void {
      for (const [from, to] of moved.toReversed()) reposition.run(to, from)
    },
    list(endedSince: number): StoredPickup[] {
      const moves = Map.groupBy(z.array(MoveRow).parse(allMoves.all()), row => row.pickup)
      const ownOf = own.ofAll()
      const puts = [...shown.all(endedSince), ...own.unreadBodies(endedSince)].map(parsePut)
      return puts.map(put => ({ put, moves: moves.get(put.pickup) ?? [], ...ownOf(put.pickup) }))
    },
    get,
    prune({ ended, unconfirmed }: { ended: number; unconfirmed: number }): void {
      pruneMoves.run(unconfirmed, unconfirmed)
      prune.run(ended, unconfirmed)
      own.prune()
    },
  }
}
