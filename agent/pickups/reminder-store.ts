import { z } from 'zod'
import { PickupReminded } from '../../shared/events.ts'
import type { PickupId } from '../../shared/ids.ts'
import type { JournalDb, JournalPart, Moved } from '../journal/part.ts'
import { packPosition } from '../journal/position.ts'

const reminderTables = /* sql */ `
  CREATE TABLE pickup_reminder (    -- reminders recorded at this till, and those taken back
    position INTEGER PRIMARY KEY,   -- of the pickup.reminded event in the outbox
    pickup TEXT NOT NULL,
    at INTEGER NOT NULL,
    is_read INTEGER NOT NULL DEFAULT 0, -- 1: the hub has read it, and its word counts
    body TEXT NOT NULL              -- the event
  ) STRICT;
  CREATE INDEX pickup_reminder_of ON pickup_reminder (pickup, position);
`

const Row = z
  .object({
    is_read: z.int(),
    body: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(PickupReminded),
  })
  .transform(({ is_read, body }) => ({ event: body, isRead: is_read === 1 }))

/** A reminder that was recorded at this till, or its undo. */
export type LocalReminder = z.infer<typeof Row>

/** As long the till keeps what the hub never said it read. */
const UNREAD_KEPT_MS = 90 * 24 * 3_600_000
/** What the hub has read is kept for an undo. */
const READ_KEPT_MS = 3_600_000

/** The reminders that staff of this till recorded. */
export interface ReminderStore {
  /** Those of one pickup, in their order. */
  of(pickup: PickupId): readonly LocalReminder[]
  /** The same of all pickups, read at once. */
  ofAll(): (pickup: PickupId) => readonly LocalReminder[]
  /** Journals what `decide` returns; null: it is recorded already. */
  record(decide: () => PickupReminded | null): Promise<void>
}

/** The journal's part for reminders of customers whose goods are ready. */
export const reminderStore: JournalPart<ReminderStore> = {
  name: 'reminders',
  migrations: [reminderTables],
  open({ db, write, append, changed }) {
    const rows = prepareRows(db)
    return {
      api: {
        of: rows.of,
        ofAll: rows.ofAll,
        record: decide =>
          write(() => {
            const event = decide()
            if (event === null) return
            rows.add(event, packPosition(append(event)))
            changed()
          }),
      },
      onCommand(command) {
        if (command.kind === 'pickup.put') rows.read(command.pickup, packPosition(command.seen))
        else if (command.kind === 'epoch.opened') rows.remember()
        else return
        changed()
      },
      inherit: rows.rememberUnsent,
      onMoved: rows.reposition,
      wipe() {
        db.exec('DELETE FROM pickup_reminder')
        changed()
      },
      prune: now => rows.prune({ unread: now - UNREAD_KEPT_MS, read: now - READ_KEPT_MS }),
    }
  },
}

const FROM_OUTBOX = /* sql */ `
  INSERT INTO pickup_reminder (position, pickup, at, body)
  SELECT position, body ->> '$.pickup', at, body FROM outbox WHERE kind = 'pickup.reminded'`
const SHOWS_AGAIN = /* sql */ 'ON CONFLICT (position) DO UPDATE SET is_read = 0'

function prepareRows(db: JournalDb) {
  const add = db.prepare('INSERT INTO pickup_reminder (position, pickup, at, body) VALUES (?, ?, ?, ?)')
  const of = db.prepare('SELECT is_read, body FROM pickup_reminder WHERE pickup = ? ORDER BY position')
  const all = db.prepare('SELECT is_read, body FROM pickup_reminder ORDER BY position')
  const read = db.prepare('UPDATE pickup_reminder SET is_read = 1 WHERE pickup = ? AND position <= ?')
  const remember = db.prepare(`${FROM_OUTBOX} ${SHOWS_AGAIN}`)
  const rememberUnsent = db.prepare(
    `${FROM_OUTBOX} AND position > (SELECT acked FROM stream_state WHERE stream = 'events') ${SHOWS_AGAIN}`,
  )
  const reposition = db.prepare('UPDATE pickup_reminder SET position = ? WHERE position = ?')
  const prune = db.prepare('DELETE FROM pickup_reminder WHERE at < ? OR (is_read = 1 AND at < ?)')
  return {
    add: (event: PickupReminded, position: number): void =>
      void add.run(position, event.pickup, event.at, JSON.stringify(event)),
    of: (pickup: PickupId): readonly LocalReminder[] => z.array(Row).parse(of.all(pickup)),
    ofAll(): (pickup: PickupId) => readonly LocalReminder[] {
      const known = Map.groupBy(z.array(Row).parse(all.all()), ({ event }) => event.pickup)
      return pickup => known.get(pickup) ?? []
    },
    read: (pickup: PickupId, position: number): void => void read.run(pickup, position),
    /** The hub begins again and may lack reminders that it had read: they show until it says that it has them. */
    remember: (): void => void remember.run(),
    /** What was carried over from a former device's journal shows until the hub has read it. */
    rememberUnsent: (): void => void rememberUnsent.run(),
    /** The records went to a new epoch. From the last to the first, so that no two ever share a position. */
    reposition(moved: readonly Moved[]): void {
      for (const [from, to] of moved.toReversed()) reposition.run(to, from)
    },
    prune: ({ unread, read }: { readonly unread: number; readonly read: number }): void =>
      void prune.run(unread, read),
  }
}
