import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openHubDatabase } from '../hub/db/db.ts'
import { nodeWorld } from '../shared/node-world.ts'
import { POOL_TABLE } from './hub-database-pool.ts'
import { quietLog } from './manual-world.ts'
import { hasPostgres, startPostgresServer } from './postgres-server.ts'

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
  if (!(await hasPostgres('the hub’s suites on PostgreSQL'))) {
    project.provide('hubServer', null)
    return async () => undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'tillbridge-hub-pg-'))
  const server = await startPostgresServer(folder, [
    'fsync=off',
    'full_page_writes=off',
    'max_connections=300',
  ])
  const { port, password } = server
  const template = 'hub_template'
  await server.administer(`CREATE DATABASE ${template}`)
  await server.administer(POOL_TABLE)
  const url = `postgres://postgres@localhost:${port}/${template}`
  const db = await openHubDatabase(nodeWorld({ log: quietLog }), { url, password: () => password })
  await db.destroy()
  project.provide('hubServer', { port, password, template })
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
