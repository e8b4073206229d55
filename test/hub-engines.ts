import { createHash } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import pg from 'pg'
import { type Db, openHubDatabase } from '../hub/db/db.ts'
import type { World } from '../shared/world.ts'
import type { HubServer } from './hub-server.ts'
import { beforeTurnsEnd } from './manual-world.ts'

/** The engine beneath every hub of this run: vitest runs the hub's suites once in the project of each engine. */
export const engine = process.env['HUB_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite'

const onServer = engine === 'postgres' ? await connect() : null

/**
 * A hub's database as a test opens it. `path` names an SQLite file; on PostgreSQL it is the name of a database that is
 * made from a migrated template when it is opened for the first time, and dropped after the test file.
 */
export async function openTestHubDb(world: Pick<World, 'files' | 'log'>, path: string): Promise<Db> {
  if (onServer === null) return openHubDatabase(world, { file: path })
  return openHubDatabase(world, { url: await onServer.database(path), password: () => onServer.password })
}

/** Copies a database that is not open: a backup, or a cloned disk. */
export async function copyTestHubDb(from: string, to: string): Promise<void> {
  if (onServer === null) copyFileSync(from, to)
  else await onServer.copy(from, to)
}

async function connect() {
  const { afterAll, beforeEach, inject } = await import('vitest')
  const server = inject('hubServer')
  if (server === null) {
    beforeEach(context => context.skip('no PostgreSQL for this platform comes by npm'))
    return null
  }
  beforeTurnsEnd(watchQueries())
  const made = new Map<string, Promise<string>>()
  afterAll(async () => {
    for (const name of await Promise.all(made.values()))
      await administer(server, `DROP DATABASE ${name} WITH (FORCE)`)
  }, 300_000) // a property test makes dozens, and each drop waits for a checkpoint
  const make = (path: string, template: string) => {
    const name = `t${createHash('sha256').update(`${process.pid}/${path}`).digest('hex').slice(0, 20)}`
    const making = administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`).then(() => name)
    made.set(path, making)
    return making
  }
  return {
    password: server.password,
    database: async (path: string) => urlOf(server, await (made.get(path) ?? make(path, server.template))),
    async copy(from: string, to: string) {
      await make(to, (await made.get(from)) ?? server.template)
    },
  }
}

const urlOf = ({ port }: HubServer, database: string) => `postgres://postgres@localhost:${port}/${database}`

async function administer({ port, password }: HubServer, command: string): Promise<void> {
  const client = new pg.Client({ host: 'localhost', port, user: 'postgres', password, database: 'postgres' })
  await client.connect()
  try {
    await client.query(command)
  } finally {
    await client.end()
  }
}

/** A transaction that waits for another one's lock gets its answer only when the test goes on. */
const LONGEST_WAIT_MS = 200

/**
 * SQLite answers within the turn in which it is asked. A server's answer takes its time, in which a manual world's
 * clock must not move on; gives the wait for every answer that is under way.
 */
function watchQueries(): () => Promise<boolean> {
  const underWay = new Set<Promise<unknown>>()
  const watch = (prototype: object, name: string) => {
    const original: unknown = Reflect.get(prototype, name)
    if (typeof original !== 'function') throw new TypeError(`pg has no ${name}`)
    Reflect.set(prototype, name, function watched(this: unknown, ...given: unknown[]) {
      const answer: unknown = original.apply(this, given)
      if (answer instanceof Promise) {
        const ended: Promise<unknown> = answer.then(
          () => underWay.delete(ended),
          () => underWay.delete(ended),
        )
        underWay.add(ended)
      }
      return answer
    })
  }
  watch(pg.Client.prototype, 'query')
  watch(pg.Pool.prototype, 'connect')
  return async () => {
    if (underWay.size === 0) return false
    const { promise: waitedLong, resolve } = Promise.withResolvers<false>()
    const timer = setTimeout(() => resolve(false), LONGEST_WAIT_MS)
    const answered = Promise.race([...underWay]).then(() => true)
    return Promise.race([answered, waitedLong]).finally(() => clearTimeout(timer))
  }
}
