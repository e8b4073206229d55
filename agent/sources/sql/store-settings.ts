import { z } from 'zod'
import { Currency } from '../../../shared/money.ts'
import { isTimeZone } from '../../../shared/time-zone.ts'
import type { OpenSource, SourceParts } from '../source.ts'
import type { SqlEngine } from './engine.ts'
import type { SqlMapping } from './mapping.ts'
import { serverOf, serverSettings } from './server.ts'
import { openSqlSource, type SqlSettings } from './sql-source.ts'
import { openSqliteEngine } from './sqlite-engine.ts'

/** Words that mean something to SQLite, PostgreSQL or MariaDB where a name could be. They can't be written unquoted, and each quotes otherwise. */
const RESERVED = new Set(
  `all and any as asc between by case cast check collate column columns constraint create cross current database default delete desc
   distinct drop else end except exists false fetch for foreign from full grant group groups having if in index inner insert intersect
   into is join key keys left like limit lock match natural not null of offset on or order outer over primary rank references right row
   rows select session set system table then to true union unique update usage use user using values view when where window with`
    .split(/\s+/)
    .filter(word => word !== ''),
)

/** A name as a POS's tables have it; nothing else of SQL. */
const sqlName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is not the name of a table or column in lower case')
  .refine(
    name => !RESERVED.has(name),
    'is a word of SQL; let a view of the POS’s database give it another name, and name that view here',
  )

/** Settings of every source that reads a POS's database. */
export const storeSettings = {
  warehouse: z.string().min(1).max(255).optional(),
  /** The till's name, for a POS that does not record one. */
  till: z.string().max(255).default(''),
  currency: Currency,
  zone: z.string().refine(isTimeZone, 'is not a time zone that this machine knows, such as Europe/Berlin'),
  startFrom: z.union([z.literal('all'), z.iso.date()]).default('all'),
  /** The hour at which a business day begins; what is sold before it belongs to the day before. */
  businessDayStartsAt: z.int().min(0).max(23).default(0),
  /** Where the POS keeps the name or number of the online order that a receipt rings up: a table, its column of the receipt's key, and the order's. */
  order: z.strictObject({ table: sqlName, receipt: sqlName, column: sqlName }).optional(),
  /** Report the POS's stock count of each item. */
  counts: z.boolean().default(false),
  /** Report the price of each item at the till. */
  prices: z.boolean().default(false),
}
const StoreSettings = z.object(storeSettings)

export const sqliteDatabase = z.strictObject({ product: z.literal('sqlite'), file: z.string().min(1) })
export const postgresDatabase = z.strictObject({ product: z.literal('postgres'), ...serverSettings })
/** MariaDB as well. */
export const mysqlDatabase = z.strictObject({ product: z.literal('mysql'), ...serverSettings })
export const anyDatabase = z.discriminatedUnion('product', [sqliteDatabase, postgresDatabase, mysqlDatabase])
type Database = z.infer<typeof anyDatabase>

/** Opens the database and reads it by the mapping. Closes it again if that fails. */
export async function openByMapping(
  mapping: SqlMapping,
  database: Database,
  store: z.infer<typeof StoreSettings>,
  parts: SourceParts,
): Promise<OpenSource> {
  const engine = await openDatabase(database, parts)
  try {
    return await openSqlSource(mapping, engine, sqlSettings(store), parts)
  } catch (error) {
    engine.close()
    throw error
  }
}

async function openDatabase(database: Database, parts: SourceParts): Promise<SqlEngine> {
  if (database.product === 'sqlite') return openSqliteEngine(database.file, parts)
  const { product, ...settings } = database
  return product === 'postgres'
    ? (await import('./postgres-engine.ts')).openPostgres(serverOf(settings, 5_432, parts), parts)
    : (await import('./mysql-engine.ts')).openMysql(serverOf(settings, 3_306, parts), parts)
}

function sqlSettings(store: z.infer<typeof StoreSettings>): SqlSettings {
  const { warehouse, till, currency, zone, startFrom, businessDayStartsAt, counts, prices, order } = store
  return {
    warehouse: warehouse ?? null,
    till,
    currency,
    zone,
    startFrom: startFrom === 'all' ? null : startFrom,
    businessDayStartsAt,
    counts,
    prices,
    order: order ?? null,
  }
}
