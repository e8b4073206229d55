import { z } from 'zod'
import type { HubCommand } from '../../shared/commands.ts'
import type { JournalPart } from './part.ts'

/**
 * A part of the journal that keeps the newest command of one kind; its api gives it, null before the first. It is kept with the
 * command's place, so it is neither lost nor taken twice.
 * @param of.name the part's, see `JournalPart` @param of.table its table
 */
export function newestCommand<Command extends HubCommand>(of: {
  readonly name: string
  readonly table: string
  readonly kind: Command['kind']
  readonly schema: z.ZodType<Command>
}): JournalPart<() => Command | null> {
  const { name, table, kind, schema } = of
  return {
    name,
    migrations: [
      /* sql */ `
  CREATE TABLE ${table} (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL              -- the newest ${kind} command
  ) STRICT;
`,
    ],
    open({ db, changed }) {
      const read = db.prepare(`SELECT body FROM ${table}`).pluck()
      const write = db.prepare(
        `INSERT INTO ${table} (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body`,
      )
      return {
        api() {
          const body = z.string().optional().parse(read.get())
          return body === undefined ? null : schema.parse(JSON.parse(body))
        },
        onCommand(command) {
          if (command.kind !== kind) return
          write.run(JSON.stringify(command))
          changed()
        },
      }
    },
  }
}
