import { z } from 'zod'
import { type StaffMember, StaffPut } from '../../shared/staff.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'
import { waitAfter } from './wrong-pins.ts'

const staffTables = /* sql */ `
  CREATE TABLE staff_told (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL              -- the newest staff.put command
  ) STRICT;

  CREATE TABLE staff_wrong (        -- tries that were not right, or are not decided yet
    id INTEGER PRIMARY KEY,
    staff TEXT NOT NULL,            -- whose PIN it should have been; empty: a badge that is unknown
    at INTEGER NOT NULL             -- this PC's clock, ms
  ) STRICT;
`

const formerBadges = /* sql */ `
  CREATE TABLE staff_former_badge ( -- badges that people here had: what is scanned of them is no other code
    badge_hash TEXT PRIMARY KEY,
    ended_at INTEGER NOT NULL       -- this PC's clock, ms
  ) STRICT, WITHOUT ROWID;
`

/** How long a badge that counts no more is known as one: old cards stay in drawers and pockets. */
const FORMER_KEPT_MS = 3 * 366 * 24 * 3_600_000

/** How long a wrong PIN counts, unless the right one forgives it. */
const KEPT_MS = 24 * 3_600_000

/** Whether a PIN may be tried now. */
export type PinTry =
  | { readonly may: true; readonly wrongBefore: number }
  | { readonly may: false; readonly waitMs: number; readonly whose: 'person' | 'till' }

/** Who works in this store, as the hub told last, and the wrong PINs of each. */
export interface StaffStore {
  people(): readonly StaffMember[]
  /** Whether a badge's hash was told for someone here once, and counts no more. */
  wasBadge(badgeHash: string): boolean
  /** Whether a PIN may be tried, without trying. */
  look(staff: string): PinTry
  /** Writes a try down as wrong before it is checked: neither a restart nor many at once are free. Resolves once that is durable. */
  begin(staff: string): Promise<PinTry>
  /** The right PIN: the person's wrong ones are forgiven. */
  forgive(staff: string): Promise<void>
}

/** The journal's part for the staff. */
export const staffStore: JournalPart<StaffStore> = {
  name: 'staff',
  migrations: [staffTables, formerBadges],
  open({ db, now, write, changed }) {
    const rows = prepareRows(db)
    const look = (staff: string): PinTry => {
      const all = rows.wrong()
      const own = all.filter(one => one.staff === staff).map(({ at }) => at)
      const wait = waitAfter(
        own,
        all.map(({ at }) => at),
        now(),
      )
      return wait === null ? { may: true, wrongBefore: own.length } : { may: false, ...wait }
    }
    return {
      api: {
        people: rows.people,
        wasBadge: rows.wasBadge,
        look,
        begin: staff =>
          write(() => {
            rows.notAhead(now())
            const found = look(staff)
            if (found.may) rows.note(staff, now())
            return found
          }),
        forgive: staff => write(() => rows.forgive(staff)),
      },
      onCommand(command) {
        if (command.kind !== 'staff.put') return
        const people = rows.people()
        const before = new Map(people.map(one => [one.staff, one.pinHash]))
        for (const { badgeHash } of people) if (badgeHash !== null) rows.keepFormer(badgeHash, now())
        for (const { badgeHash } of command.people) if (badgeHash !== null) rows.dropFormer(badgeHash)
        rows.put(JSON.stringify(command))
        // a new PIN has not been tried yet
        for (const { staff, pinHash } of command.people)
          if (before.has(staff) && before.get(staff) !== pinHash) rows.forgive(staff)
        changed()
      },
      wipe() {
        rows.clear()
        changed()
      },
      prune(at) {
        rows.prune(at - KEPT_MS)
        rows.pruneFormer(at - FORMER_KEPT_MS)
      },
    }
  },
}

const Wrong = z.array(z.object({ staff: z.string(), at: z.int() }))

function prepareRows(db: JournalDb) {
  const read = db.prepare('SELECT body FROM staff_told').pluck()
  const put = db.prepare(
    'INSERT INTO staff_told (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body',
  )
  const wrong = db.prepare('SELECT staff, at FROM staff_wrong ORDER BY at, id')
  const note = db.prepare('INSERT INTO staff_wrong (staff, at) VALUES (?, ?)')
  const notAhead = db.prepare('UPDATE staff_wrong SET at = @now WHERE at > @now')
  const forgive = db.prepare('DELETE FROM staff_wrong WHERE staff = ?')
  const prune = db.prepare('DELETE FROM staff_wrong WHERE at < ?')
  const former = db.prepare('SELECT 1 FROM staff_former_badge WHERE badge_hash = ?')
  const keepFormer = db.prepare(
    'INSERT INTO staff_former_badge (badge_hash, ended_at) VALUES (?, ?) ON CONFLICT (badge_hash) DO UPDATE SET ended_at = excluded.ended_at',
  )
  const dropFormer = db.prepare('DELETE FROM staff_former_badge WHERE badge_hash = ?')
  const pruneFormer = db.prepare('DELETE FROM staff_former_badge WHERE ended_at < ?')
  const clearFormer = db.prepare('DELETE FROM staff_former_badge')
  const clearTold = db.prepare('DELETE FROM staff_told')
  const clearWrong = db.prepare('DELETE FROM staff_wrong')
  return {
    people(): readonly StaffMember[] {
      const body = z.string().optional().parse(read.get())
      return body === undefined ? [] : StaffPut.parse(JSON.parse(body)).people
    },
    wasBadge: (badgeHash: string) => former.get(badgeHash) !== undefined,
    keepFormer: (badgeHash: string, at: number) => void keepFormer.run(badgeHash, at),
    dropFormer: (badgeHash: string) => void dropFormer.run(badgeHash),
    pruneFormer: (before: number) => void pruneFormer.run(before),
    put: (body: string) => void put.run(body),
    wrong: () => Wrong.parse(wrong.all()),
    note: (staff: string, at: number) => void note.run(staff, at),
    /** A clock that was ahead must not make anyone wait for it. */
    notAhead: (now: number) => void notAhead.run({ now }),
    forgive: (staff: string) => void forgive.run(staff),
    prune: (before: number) => void prune.run(before),
    clear(): void {
      clearTold.run()
      clearWrong.run()
      clearFormer.run()
    },
  }
}
