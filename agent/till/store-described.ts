import { z } from 'zod'
import { StoreDescribed } from '../../shared/commands.ts'
import type { JournalPart } from '../journal/part.ts'

const storeTable = /* sql */ `
  CREATE TABLE store (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL              -- the newest store.described command
  ) STRICT;
`

/** What the hub last said of the store and the till; null when it has not said anything yet. */
export type DescribedStore = () => StoreDescribed | null

/** The journal's part for the store's own description. */
export const storeDescribed: JournalPart<DescribedStore> = {
  name: 'store',
  migrations: [storeTable],
  open({ db, changed }) {
    const read = db.prepare('SELECT body FROM store').pluck()
    const write = db.prepare(
      'INSERT INTO store (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body',
    )
    return {
      api() {
        const body = z.string().optional().parse(read.get())
        return body === undefined ? null : StoreDescribed.parse(JSON.parse(body))
      },
      onCommand(command) {
        if (command.kind !== 'store.described') return
        write.run(JSON.stringify(command))
        changed()
      },
    }
  },
}
