import { z } from 'zod'
import type { JournalPart } from './part.ts'

const homeTable = /* sql */ `
  CREATE TABLE home_hub (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    hub TEXT NOT NULL               -- the hub's id
  ) STRICT;
`

/** The journal's part for whose hub its device is: known where the device file is lost. */
export const homeHub: JournalPart<{ note(hub: string): void }> = {
  name: 'home-hub',
  migrations: [homeTable],
  open({ db, write }) {
    const read = db.prepare('SELECT hub FROM home_hub').pluck()
    const set = db.prepare(
      'INSERT INTO home_hub (only, hub) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET hub = excluded.hub',
    )
    let noted = z.string().optional().parse(read.get())
    return {
      api: {
        note(hub) {
          if (hub === noted) return
          noted = hub
          // a failed write is judged by the journal itself; the next start notes it again
          write(() => void set.run(hub)).catch(() => {
            noted = undefined
          })
        },
      },
    }
  },
}
