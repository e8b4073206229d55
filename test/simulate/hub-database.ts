import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { type DatabaseAddress, type Db, openHubDb } from '../../hub/db/db.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { migratedHub } from '../migrated-hub.ts'
import { copyDatabase } from './copy-database.ts'
import type { Machine, SimProcess } from './process.ts'

/** Where the hub of a run keeps its data. It outlives each of the hub's processes. */
export interface HubDatabase {
  /** Its file, where that is all that it is. */
  readonly file: string | null
  /** An empty database with the hub's tables. */
  create(): Promise<void>
  /** What a life of the hub opens. That life's end cuts it off, in the middle of whatever it does. */
  openTo(life: SimProcess): Promise<{ readonly database: DatabaseAddress; readonly nodeFile?: string }>
  /** Opens it from outside, as `hub audit` does. */
  look(): Promise<Db>
  /** Keeps a backup of it as it is now, while the hub goes on. */
  backUp(name: string): Promise<void>
  /** Puts a backup back. No hub runs. */
  putBack(name: string): Promise<void>
  /** Makes it look as if a newer program had written it. @returns how to undo it */
  pretendNewer(): Promise<() => Promise<void>>
  /** Gives back what the run took. */
  close(): Promise<void>
}

const NEWER = '999-newer'

/** The default: one file on the hub's own disk. */
export function hubOnSqlite(machine: Machine, folder: string): HubDatabase {
  const file = join(machine.folder, 'hub.db')
  const outside = nodeWorld({ log: quietLog }).files
  const backup = (name: string) => join(folder, `${name}.backup`)
  const run = (sql: string) => {
    const db = new SQLite(file)
    db.exec(sql)
    db.close()
  }
  return {
    file,
    create: async () => writeFileSync(file, await migratedHub(), { mode: 0o600 }),
    openTo: async () => ({ database: { file } }),
    look: () => openHubDb(outside, file),
    backUp: async name => copyDatabase(file, backup(name)),
    putBack: async name => copyDatabase(backup(name), file),
    async pretendNewer() {
      run(`INSERT INTO kysely_migration (name, timestamp) VALUES ('${NEWER}', '2099')`)
      return async () => run(`DELETE FROM kysely_migration WHERE name = '${NEWER}'`)
    },
    close: async () => undefined,
  }
}
