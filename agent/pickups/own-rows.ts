import { z } from 'zod'
import type { PickupPut } from '../../shared/commands.ts'
import type { PickupMoved } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { MissingUnits, pickMeans } from '../../shared/pickup-lines.ts'
import { type PickupState, undoableMoves } from '../../shared/pickup-moves.ts'
import type { JournalDb } from '../journal/part.ts'
import type { PickupView } from '../till/api-schema.ts'
import { viewOf } from './pickup-view.ts'
import { type LineCount, StepBefore, type StoredPickup, type UndoableStep } from './stored-pickup.ts'

/** What is counted while picking, what can be undone, and which ends staff have not read yet. */
export const countsAndUndo = /* sql */ `
  ALTER TABLE pickup_move ADD COLUMN body TEXT;       -- the event; NULL: noted by an older version
  ALTER TABLE pickup_move ADD COLUMN restores TEXT;   -- of an undo: what it brings back

  CREATE TABLE pickup_count (
    pickup TEXT NOT NULL,
    line TEXT NOT NULL,
    picked INTEGER NOT NULL,
    missing TEXT,                   -- units, reason and words, as JSON
    staff TEXT NOT NULL,
    means TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (pickup, line)
  ) STRICT;

  CREATE TABLE pickup_undo (        -- the last step made here, if it is one that can be undone
    pickup TEXT PRIMARY KEY,
    move TEXT NOT NULL,
    staff TEXT NOT NULL,
    till TEXT NOT NULL,
    at INTEGER NOT NULL,
    before TEXT NOT NULL
  ) STRICT;

  CREATE TABLE pickup_unread (pickup TEXT PRIMARY KEY) STRICT;  -- ended by others while it was in work here
`

const Json = z.string().transform((text): unknown => JSON.parse(text))
const CountRow = z
  .object({
    pickup: z.string(),
    line: z.string(),
    picked: z.int(),
    missing: Json.pipe(MissingUnits).nullable(),
    staff: z.string(),
    by: z.enum(pickMeans),
    at: z.int(),
  })
  .readonly()
const UndoRow = z.object({
  pickup: z.string(),
  move: z.enum(undoableMoves),
  staff: z.string(),
  till: z.string(),
  at: EpochMs,
  before: Json.pipe(StepBefore),
})

type OwnRows = Pick<StoredPickup, 'counts' | 'undo' | 'isUnread'>

/** States in which goods lie somewhere in the store for a pickup. */
const inWork: readonly PickupState[] = ['picking', 'short', 'ready']

/** Ended by Shopify or head office, so that goods must be put back. */
function isCalledOff({ state, notice }: PickupPut): boolean {
  const goesOn = notice !== null && typeof notice !== 'string' && notice.code === 'continues'
  return (state === 'cancelled' || state === 'expired') && !goesOn
}

/** Staff looked for all of it and found nothing: nothing is to be put back. */
const isNothingHere = ({ state, lines }: PickupView): boolean =>
  state === 'short' && lines.every(line => line.picked === 0 && (line.missing?.units ?? 0) === line.units)

/** What a till keeps of its own about pickups, beside the hub's word and its moves. */
export function prepareOwnRows(db: JournalDb) {
  const counts = db.prepare(
    'SELECT pickup, line, picked, missing, staff, means AS by, at FROM pickup_count ORDER BY pickup, line',
  )
  const countsOf = db.prepare(
    'SELECT pickup, line, picked, missing, staff, means AS by, at FROM pickup_count WHERE pickup = ? ORDER BY line',
  )
  const setCount = db.prepare(
    `INSERT INTO pickup_count (pickup, line, picked, missing, staff, means, at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (pickup, line) DO UPDATE SET picked = excluded.picked, missing = excluded.missing, staff = excluded.staff,
       means = excluded.means, at = excluded.at`,
  )
  const setMissing = db.prepare(
    `INSERT INTO pickup_count (pickup, line, picked, missing, staff, means, at) VALUES (?, ?, 0, ?, ?, 'hand', ?)
     ON CONFLICT (pickup, line) DO UPDATE SET missing = excluded.missing`,
  )
  const dropCounts = db.prepare('DELETE FROM pickup_count WHERE pickup = ?')
  const steps = db.prepare('SELECT pickup, move, staff, till, at, before FROM pickup_undo')
  const stepOf = db.prepare('SELECT pickup, move, staff, till, at, before FROM pickup_undo WHERE pickup = ?')
  const setStep = db.prepare(
    'INSERT OR REPLACE INTO pickup_undo (pickup, move, staff, till, at, before) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const dropStep = db.prepare('DELETE FROM pickup_undo WHERE pickup = ?')
  const unread = db.prepare('SELECT pickup FROM pickup_unread').pluck()
  const isUnread = db.prepare('SELECT 1 FROM pickup_unread WHERE pickup = ?').pluck()
  const unreadBodies = db
    .prepare('SELECT p.body FROM pickup_unread u JOIN pickup p ON p.pickup = u.pickup WHERE p.ended_at <= ?')
    .pluck()
  const addUnread = db.prepare('INSERT OR IGNORE INTO pickup_unread (pickup) VALUES (?)')
  const dropUnread = db.prepare('DELETE FROM pickup_unread WHERE pickup = ?')
  const stepIn = (row: z.infer<typeof UndoRow> | undefined): UndoableStep | null => row ?? null

  return {
    of: (pickup: string): OwnRows => ({
      counts: z.array(CountRow).parse(countsOf.all(pickup)),
      undo: stepIn(UndoRow.optional().parse(stepOf.get(pickup))),
      isUnread: isUnread.get(pickup) !== undefined,
    }),
    /** The same of all pickups, read at once. */
    ofAll(): (pickup: string) => OwnRows {
      const allCounts = Map.groupBy(z.array(CountRow).parse(counts.all()), row => row.pickup)
      const allSteps = new Map(
        z
          .array(UndoRow)
          .parse(steps.all())
          .map(row => [row.pickup, row]),
      )
      const allUnread = new Set(unread.all())
      return pickup => ({
        counts: allCounts.get(pickup) ?? [],
        undo: stepIn(allSteps.get(pickup)),
        isUnread: allUnread.has(pickup),
      })
    },
    /** Those whose end staff have not read, and that ended before a time. */
    unreadBodies: (endedBefore: number): unknown[] => unreadBodies.all(endedBefore),
    count(pickup: string, { line, picked, missing, staff, by, at }: LineCount): void {
      setCount.run(pickup, line, picked, missing === null ? null : JSON.stringify(missing), staff, by, at)
    },
    acknowledge: (pickup: string): void => void dropUnread.run(pickup),
    unacknowledge: (pickup: string): void => void addUnread.run(pickup),
    /** Staff have reported units missing: the count of those lines says so too. */
    miss({ pickup, missing = [], staff, at }: PickupMoved): void {
      for (const { pickupLine, ...units } of missing)
        setMissing.run(pickup, pickupLine, JSON.stringify(units), staff, at)
    },
    /** What an undo of the last step brings back, as JSON. */
    undone(pickup: string): string | null {
      const step = UndoRow.optional().parse(stepOf.get(pickup))
      return step === undefined ? null : JSON.stringify(step.before)
    },
    /** Keeps the last step that can be undone; any other step ends that. */
    keepStep(pickup: string, step: UndoableStep | null): void {
      if (step === null) dropStep.run(pickup)
      else setStep.run(pickup, step.move, step.staff, step.till, step.at, JSON.stringify(step.before))
    },
    /** The hub has a newer word. `before`: the pickup as it was stored. */
    follow(before: StoredPickup | null, command: PickupPut): void {
      if (!isCalledOff(command)) {
        dropUnread.run(command.pickup)
        if (command.state === 'collected') dropCounts.run(command.pickup)
        return
      }
      const was = before === null ? null : viewOf(before, new Map(), 0)
      if (was !== null && inWork.includes(was.state) && !isNothingHere(was)) addUnread.run(command.pickup)
      dropCounts.run(command.pickup)
    },
    /** Forgets what belongs to pickups that are not kept any more. */
    prune(): void {
      for (const table of ['pickup_count', 'pickup_undo', 'pickup_unread'])
        db.prepare(`DELETE FROM ${table} WHERE pickup NOT IN (SELECT pickup FROM pickup)`).run()
    },
  }
}
