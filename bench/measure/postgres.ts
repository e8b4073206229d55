import type pg from 'pg'
import { startPostgresServer } from '../../test/postgres-server.ts'

/** A PostgreSQL server of this bench's own, with fsync as a shop would have it. */
export interface Server extends AsyncDisposable {
  readonly password: string
  urlOf(database: string): string
  client(database: string): Promise<pg.Client>
  /** @param template an existing database that nothing is connected to */
  copy(template: string, database: string): Promise<void>
  create(database: string): Promise<void>
  drop(database: string): Promise<void>
}

/** Starts a server in `folder`. Disposing it stops it. */
export async function startPostgres(folder: string): Promise<Server> {
  const { port, password, client, administer, stop } = await startPostgresServer(folder, [
    'shared_buffers=256MB',
    'max_wal_size=4GB',
  ])
  return {
    password,
    client,
    urlOf: database => `postgres://postgres@localhost:${port}/${database}`,
    copy: (template, database) => administer(`CREATE DATABASE ${database} TEMPLATE ${template}`),
    create: database => administer(`CREATE DATABASE ${database}`),
    drop: database => administer(`DROP DATABASE ${database} WITH (FORCE)`),
    [Symbol.asyncDispose]: stop,
  }
}
