import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { type Db, openHubDatabase } from '../hub/db/db.ts'
import type { World } from '../shared/world.ts'
import { watchQueries } from './database-answers.ts'
import { databasePool } from './hub-database-pool.ts'
import type { HubServer } from './hub-server.ts'
import { beforeTurnsEnd } from './manual-world.ts'
import { migratedHub } from './migrated-hub.ts'

/** The engine beneath every hub of this run: vitest runs the hub's suites once in the project of each engine. */
export const engine = process.env['HUB_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite'

/** A transaction that waits for another one's lock gets its answer only when the test goes on. */
const LOCKED_MS = 200

const onServer = engine === 'postgres' ? await connect() : null

/**
 * A hub's database as a test opens it, migrated. `path` names an SQLite file; on PostgreSQL it is the name of a database
 * that is taken from those of earlier tests and emptied, or made.
 */
export async function openTestHubDb(world: Pick<World, 'files' | 'log'>, path: string): Promise<Db> {
  if (onServer === null) {
    const bytes = await migratedHub()
    if (!existsSync(path)) writeFileSync(path, bytes, { mode: 0o600 })
    return openHubDatabase(world, { file: path })
  }
  return openHubDatabase(world, { url: await onServer.database(path), password: () => onServer.password })
}

/** Copies a database that is not open: a backup, or a cloned disk. */
export async function copyTestHubDb(from: string, to: string): Promise<void> {
  if (onServer === null) copyFileSync(from, to)
  else await onServer.copy(from, to)
}

async function connect() {
  const { beforeEach, inject } = await import('vitest')
  const server = inject('hubServer')
  if (server === null) {
    beforeEach(context => context.skip('no PostgreSQL for this platform comes by npm'))
    return null
  }
  beforeTurnsEnd(watchQueries(LOCKED_MS))
  const pool = databasePool(server)
  const made = new Map<string, Promise<string>>()
  const make = (path: string, making: Promise<string>) => {
    made.set(path, making)
    making.catch(() => made.delete(path)) // the test that asked for it has failed; the others go on
    return making
  }
  /**
   * Gives back a database whose test has removed its folder, so that it can't be opened once more. Nothing else gives
   * one back: what is given back twice empties the database of the test that took it in between.
   */
  const released = async () => {
    const path = [...made.keys()].find(one => isAbsolute(one) && !existsSync(dirname(one)))
    const name = path === undefined ? undefined : await made.get(path)
    if (path === undefined || name === undefined || !made.delete(path)) return
    await pool.giveBack(name)
  }
  return {
    password: server.password,
    database: async (path: string) => {
      const known = made.get(path)
      if (known === undefined) await released()
      return urlOf(server, await (known ?? made.get(path) ?? make(path, pool.take())))
    },
    async copy(from: string, to: string) {
      await make(to, pool.copyOf((await made.get(from)) ?? server.template))
    },
  }
}

const urlOf = ({ port }: HubServer, database: string) => `postgres://postgres@localhost:${port}/${database}`
