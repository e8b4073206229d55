import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { startPostgresServer } from '../postgres-server.ts'
import type { PosServer } from './pos-server.ts'

/** A PostgreSQL server of its own, with the user `tillbridge` that may read what a test grants. */
export async function startPostgres(flags: readonly string[] = []): Promise<PosServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tillbridge-pg-'))
  const server = await startPostgresServer(folder, ['fsync=off', ...flags], 'admin-secret')
  const { port } = server
  const client = async (database: string) => {
    const opened = await server.client(database)
    opened.on('error', () => undefined) // a test that stops the server says what it expects
    return opened
  }
  const inDatabase = async <T>(database: string, work: (opened: pg.Client) => Promise<T>): Promise<T> => {
    const opened = await client(database)
    try {
      return await work(opened)
    } finally {
      await opened.end()
    }
  }
  await inDatabase('postgres', opened => opened.query(`CREATE ROLE tillbridge LOGIN PASSWORD 'till-secret'`))
  return {
    product: 'postgres',
    port,
    async createDatabase(name) {
      await inDatabase('postgres', opened => opened.query(`CREATE DATABASE ${name}`))
      const opened = await client(name)
      return {
        async run(sql, params = []) {
          let place = 0
          const text = sql.replace(/\?/g, () => {
            place += 1
            return `$${place}`
          })
          const result = await opened.query<Record<string, unknown>>(text, [...params])
          return result.rows ?? []
        },
        async [Symbol.asyncDispose]() {
          await opened.end()
        },
      }
    },
    stop: server.stop,
    start: server.start,
    async [Symbol.asyncDispose]() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
