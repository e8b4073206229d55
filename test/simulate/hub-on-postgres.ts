import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type pg from 'pg'
import { z } from 'zod'
import { openHubDatabase } from '../../hub/db/db.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { watchQueries } from '../database-answers.ts'
import { quietLog } from '../manual-world.ts'
import { hasPostgres, type PostgresServer, startPostgresServer } from '../postgres-server.ts'
import { scratchFolder } from '../scratch-folder.ts'
import type { HubDatabase } from './hub-database.ts'
import type { Machine, SimProcess } from './process.ts'

/** One PostgreSQL server for all runs of a simulation; each has a database of its own there. */
export interface HubServer extends AsyncDisposable {
  database(machine: Machine): HubDatabase
  /** Resolves with whether an answer of the server has come, at once when none is under way. */
  answersUnderWay(): Promise<boolean>
}

const TEMPLATE = 'hub_template'
/** No transaction of the hub waits for anything but its database, so that only a fault of ours is waited for so long. */
const LOCKED_MS = 60_000
const APPLICATION = 'tillbridge-hub'

/** Null: no PostgreSQL for this platform comes by npm. */
export async function startHubServer(): Promise<HubServer | null> {
  if (!(await hasPostgres('the simulator on PostgreSQL'))) return null
  const folder = mkdtempSync(join(scratchFolder(), 'tillbridge-simulation-pg-'))
  const flags = ['fsync=off', 'full_page_writes=off', 'client_connection_check_interval=20ms']
  const server = await startPostgresServer(folder, flags)
  await server.administer(`CREATE DATABASE ${TEMPLATE}`)
  const made = await openHubDatabase(nodeWorld({ log: quietLog }), addressOf(server, server.port, TEMPLATE))
  await made.destroy()
  let databases = 0
  return {
    answersUnderWay: watchQueries(LOCKED_MS),
    database(machine) {
      databases += 1
      return hubOnPostgres(server, machine, `hub_${databases}`)
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const addressOf = ({ password }: PostgresServer, port: number, name: string) => ({
  url: `postgres://postgres@127.0.0.1:${port}/${name}`,
  password: () => password,
})

interface Table {
  readonly name: string
  readonly rows: string
}
interface Backup {
  readonly tables: readonly Table[]
  readonly sequences: readonly { readonly name: string; readonly last: string | null }[]
}

function hubOnPostgres(server: PostgresServer, machine: Machine, name: string): HubDatabase {
  const backups = new Map<string, Backup>()
  async function ask<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await server.client(name)
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  /** The server notices a moment later that a hub is gone; what that one was doing is over before anything else begins. */
  const endSessions = () =>
    ask(client =>
      client.query(
        'SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = $1 AND application_name = $2',
        [name, APPLICATION],
      ),
    )
  return {
    file: null,
    create: () => server.administer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`),
    async openTo(life) {
      await endSessions()
      const door = await openDoor(server.port, life)
      return { database: addressOf(server, door, name), nodeFile: join(machine.folder, 'node') }
    },
    look: () => openHubDatabase(nodeWorld({ log: quietLog }), addressOf(server, server.port, name)),
    backUp: async as => void backups.set(as, await ask(readAll)),
    async putBack(as) {
      const backup = backups.get(as)
      if (backup === undefined) throw new RangeError(`there is no backup ${as}`)
      await endSessions()
      await ask(client => writeAll(client, backup))
    },
    async pretendNewer() {
      const newer = ['999-newer']
      await ask(client =>
        client.query(`INSERT INTO kysely_migration (name, timestamp) VALUES ($1, '2099')`, newer),
      )
      return async () =>
        void (await ask(client => client.query('DELETE FROM kysely_migration WHERE name = $1', newer)))
    },
    async close() {
      await endSessions()
      await server.administer(`DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

const Named = z.array(z.object({ name: z.string() }))
const Sequences = z.array(z.object({ name: z.string(), last: z.string().nullable() }))
const Rows = z.tuple([z.object({ rows: z.string() })])

const TABLES = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`
const SEQUENCES = `SELECT sequencename AS name, last_value::text AS last FROM pg_sequences
  WHERE schemaname = 'public' ORDER BY sequencename`

/** Everything that is committed at one moment, as a dump has it. */
async function readAll(client: pg.Client): Promise<Backup> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const tables: Table[] = []
  for (const { name } of Named.parse((await client.query(TABLES)).rows)) {
    const found = await client.query(`SELECT coalesce(json_agg(t), '[]')::text AS rows FROM "${name}" AS t`)
    tables.push({ name, rows: Rows.parse(found.rows)[0].rows })
  }
  const sequences = Sequences.parse((await client.query(SEQUENCES)).rows)
  await client.query('COMMIT')
  return { tables, sequences }
}

async function writeAll(client: pg.Client, { tables, sequences }: Backup): Promise<void> {
  await client.query('BEGIN')
  await client.query('SET LOCAL session_replication_role = replica') // no trigger says that something changed
  for (const { name, rows } of tables) {
    await client.query(`DELETE FROM "${name}"`)
    const insert = `INSERT INTO "${name}" OVERRIDING SYSTEM VALUE`
    await client.query(`${insert} SELECT * FROM json_populate_recordset(NULL::"${name}", $1)`, [rows])
  }
  for (const { name, last } of sequences)
    await client.query('SELECT setval($1::regclass, $2, $3)', [`"${name}"`, last ?? '1', last !== null])
  await client.query('COMMIT')
}

/**
 * A port through which one life of the hub reaches the server: each of its requests is a step of its process, and its
 * death cuts every connection.
 */
async function openDoor(server: number, life: SimProcess): Promise<number> {
  const ends = new Set<Socket>()
  const door = createServer(hub => {
    if (!life.isAlive()) return void hub.destroy()
    connectThrough(hub, connectTo(server, '127.0.0.1'))
  })
  function connectThrough(hub: Socket, database: Socket): void {
    let commits = 0
    for (const [one, other] of [
      [hub, database],
      [database, hub],
    ] as const) {
      ends.add(one)
      one.setNoDelay(true)
      one.on('error', () => one.destroy())
      one.on('close', () => {
        ends.delete(one)
        other.destroy()
      })
    }
    hub.on('data', bytes => {
      if (!life.pass()) return
      if (isCommit(bytes)) commits += 1
      database.write(bytes)
    })
    database.on('data', bytes => {
      hub.write(bytes)
      if (commits === 0) return
      commits -= 1
      life.committed()
    })
  }
  life.onDeath(() => {
    door.close()
    for (const end of ends) end.destroy()
  })
  return portOf(await listening(door))
}

/** A simple query of the wire protocol: its letter, its length, its text. */
const isCommit = (bytes: Buffer) =>
  bytes[0] === 0x51 && /^commit\0/i.test(bytes.subarray(5, 12).toString('latin1'))

function listening(door: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    door.once('error', reject)
    door.listen(0, '127.0.0.1', () => resolve(door))
  })
}

function portOf(door: Server): number {
  const address = door.address()
  if (address === null || typeof address === 'string') throw new TypeError('the door has no port')
  return address.port
}
