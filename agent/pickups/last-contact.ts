import { z } from 'zod'
import type { JournalPart } from '../journal/part.ts'

const contactTable = /* sql */ `
  CREATE TABLE contact (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    at INTEGER NOT NULL             -- agent clock, of the last contact with the hub
  ) STRICT;
`

/** When this till last had contact with its hub. */
interface LastContact {
  /** Agent clock; null: never noted. */
  at(): number | null
  note(at: number): void
}

/** How much later a contact has to be than the noted one to be written down. */
const NOTED_MS = 5 * 60_000

/** The journal's part for the last contact: it outlives a restart, so that switching the PC off and on shows nothing. */
export const lastContact: JournalPart<LastContact> = {
  name: 'contact',
  migrations: [contactTable],
  open({ db, write }) {
    const read = db.prepare('SELECT at FROM contact').pluck()
    const set = db.prepare(
      'INSERT INTO contact (only, at) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET at = excluded.at',
    )
    let noted = z
      .int()
      .nullable()
      .parse(read.get() ?? null)
    return {
      api: {
        at: () => noted,
        note(at) {
          if (noted !== null && Math.abs(at - noted) < NOTED_MS) return
          noted = at
          // a failed write is judged by the journal itself; the next contact notes it again
          write(() => void set.run(at)).catch(() => {
            noted = null
          })
        },
      },
    }
  },
}

/** A clock that was set back this far tells nothing of how long ago the contact was. */
const SET_BACK_MS = 3_600_000

/** Whether a till without contact for longer than its policy allows, or for no one knows how long, must hide its customers. */
export function hidesCustomers(contact: number | null, now: number, limitMs: number): boolean {
  if (contact === null) return true
  return now - contact > limitMs || contact - now > SET_BACK_MS
}
