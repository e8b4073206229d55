import { z } from 'zod'
import { SettingsPut } from '../../shared/commands.ts'
import type { JournalPart } from '../journal/part.ts'

const toldTable = /* sql */ `
  CREATE TABLE told_settings (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL              -- the newest settings.put command
  ) STRICT;
`

/** The settings that the hub told last; null when it has not told any yet. */
export type ToldSettings = () => SettingsPut | null

/** The journal's part for the hub's word on this till's settings: kept with the command's place, so it is neither lost nor taken twice. */
export const toldSettings: JournalPart<ToldSettings> = {
  name: 'settings',
  migrations: [toldTable],
  open({ db, changed }) {
    const read = db.prepare('SELECT body FROM told_settings').pluck()
    const write = db.prepare(
      'INSERT INTO told_settings (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body',
    )
    return {
      api() {
        const body = z.string().optional().parse(read.get())
        return body === undefined ? null : SettingsPut.parse(JSON.parse(body))
      },
      onCommand(command) {
        if (command.kind !== 'settings.put') return
        write.run(JSON.stringify(command))
        changed()
      },
    }
  },
}
