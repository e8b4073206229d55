import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { unicentaTarget } from '../../agent/write-back/sql-target.ts'
import type { OpenTarget, TargetParts } from '../../agent/write-back/target.ts'
import { temporaryFolder } from '../manual-world.ts'
import { startMariaDb } from '../sources/mariadb.ts'
import type { PosServer } from '../sources/pos-server.ts'
import { startPostgres } from '../sources/postgres.ts'
import { partsFor } from './parts.ts'

/** The tables of uniCenta that write-back touches, with types that all three products have. */
const tables = (timestamp: string, double: string, serial: string) => [
  `CREATE TABLE products (id VARCHAR(255) PRIMARY KEY, reference VARCHAR(255) NOT NULL UNIQUE, code VARCHAR(255) NOT NULL UNIQUE,
     name VARCHAR(255) NOT NULL, pricesell ${double} NOT NULL)`,
  `CREATE TABLE stockdiary (id VARCHAR(255) NOT NULL PRIMARY KEY, datenew ${timestamp} NOT NULL, reason INTEGER NOT NULL,
     location VARCHAR(255) NOT NULL, product VARCHAR(255) NOT NULL, attributesetinstance_id VARCHAR(255),
     units ${double} NOT NULL, price ${double} NOT NULL, appuser VARCHAR(255))`,
  `CREATE TABLE stockcurrent (location VARCHAR(255) NOT NULL, product VARCHAR(255) NOT NULL,
     attributesetinstance_id VARCHAR(255), units ${double} NOT NULL, UNIQUE (location, product, attributesetinstance_id))`,
  `CREATE TABLE orders (id ${serial}, orderid VARCHAR(50), qty INTEGER DEFAULT 1, details VARCHAR(255), attributes VARCHAR(255),
     notes VARCHAR(255), ticketid VARCHAR(50), ordertime ${timestamp} NOT NULL, displayid INTEGER DEFAULT 1)`,
  `INSERT INTO products VALUES ('p-tee', 'TEE-WHT-S', '9520110000048', 'Tee', 24.9), ('p-mug', 'MUG', '9520110000055', 'Mug', 9.5)`,
  `INSERT INTO stockcurrent VALUES ('0', 'p-tee', NULL, 10)`,
]

/** A POS's database of one product, with a target that writes to it and an eye that looks into it. */
export interface PosDatabase extends AsyncDisposable {
  open(parts?: TargetParts): Promise<OpenTarget>
  rows(sql: string): Promise<readonly Record<string, unknown>[]>
  /** The settings' `database`. */
  readonly database: Readonly<Record<string, unknown>>
  stop(): Promise<void>
  start(): Promise<void>
}

export type Product = 'sqlite' | 'mysql' | 'postgres'
let databases = 0

export async function serverFor(product: Product): Promise<PosServer | null> {
  return product === 'sqlite' ? null : product === 'mysql' ? startMariaDb() : startPostgres()
}

export async function openPosDatabase(product: Product, server: PosServer | null): Promise<PosDatabase> {
  return server === null ? sqliteDatabase() : serverDatabase(product, server)
}

function sqliteDatabase(): PosDatabase {
  const folder = temporaryFolder()
  const file = join(folder.path, 'pos.db')
  writeFileSync(file, '')
  const db = new SQLite(file)
  for (const sql of tables('DATETIME', 'DOUBLE', 'INTEGER PRIMARY KEY')) db.exec(sql)
  const database = { product: 'sqlite', file }
  return {
    database,
    open: (parts = partsFor()) => openWith(database, parts),
    rows: async sql => db.prepare(sql).all() as Record<string, unknown>[],
    stop: async () => void (existsSync(file) && db.close()),
    start: async () => undefined,
    async [Symbol.asyncDispose]() {
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

async function serverDatabase(product: Product, server: PosServer): Promise<PosDatabase> {
  databases += 1
  const name = `pos_${databases}`
  const admin = await server.createDatabase(name)
  const isPostgres = product === 'postgres'
  const serial = isPostgres ? 'SERIAL PRIMARY KEY' : 'INT AUTO_INCREMENT PRIMARY KEY'
  for (const sql of tables(isPostgres ? 'TIMESTAMP' : 'DATETIME', 'DOUBLE PRECISION', serial))
    await admin.run(sql)
  if (isPostgres) {
    await admin.run('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO tillbridge')
    await admin.run('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tillbridge')
  } else await admin.run(`GRANT SELECT, INSERT, UPDATE ON ${name}.* TO tillbridge@'%'`)
  const secret = temporaryFolder()
  const passwordFile = join(secret.path, 'password')
  writeFileSync(passwordFile, 'till-secret\n')
  const database = {
    product,
    host: isPostgres ? 'localhost' : '127.0.0.1',
    port: server.port,
    database: name,
    user: 'tillbridge',
    passwordFile,
  }
  return {
    database,
    open: (parts = partsFor()) => openWith(database, { ...parts, readText: () => 'till-secret\n' }),
    rows: async sql => (await admin.run(sql)) as Record<string, unknown>[],
    stop: server.stop,
    start: server.start,
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]()
      secret[Symbol.dispose]()
    },
  }
}

function openWith(database: Readonly<Record<string, unknown>>, parts: TargetParts): Promise<OpenTarget> {
  const settings = { database, zone: 'Europe/Berlin', warehouse: '0' }
  return unicentaTarget.configure('pos', settings)(parts)
}
