import { z } from 'zod'
import { isTimeZone } from '../../shared/time-zone.ts'
import { serverOf, serverSettings } from '../sources/sql/server.ts'
import { unicentaMappings } from './mappings/unicenta.ts'
import { posWriteUnavailable } from './problems.ts'
import { WriteMapping } from './sql-mapping.ts'
import { writeByMapping } from './sql-run.ts'
import type { SqlWriter } from './sql-writer.ts'
import { sqliteWriter } from './sqlite-writer.ts'
import { defineTarget, type OpenTarget, type TargetParts } from './target.ts'

/** The same fields as a source's, so that one can be copied from the other; its user must be allowed to write. */
const Database = z.discriminatedUnion('product', [
  z.strictObject({ product: z.literal('sqlite'), file: z.string().min(1) }),
  z.strictObject({ product: z.literal('postgres'), ...serverSettings }),
  z.strictObject({ product: z.literal('mysql'), ...serverSettings }),
])
type Database = z.infer<typeof Database>

const zone = z
  .string()
  .refine(isTimeZone, 'is not a time zone that this machine knows, such as Europe/Berlin')

/** Any POS whose tables may be written to, by a mapping among the settings. */
export const sqlTarget = defineTarget({
  kind: 'sql',
  settings: z.strictObject({
    database: Database,
    zone,
    /** The mapping's own values: `{ "warehouse": "0" }` is `:warehouse`. */
    values: z
      .record(z.string().regex(/^[A-Za-z_]\w{0,63}$/), z.union([z.string().max(255), z.number()]))
      .default({}),
    mapping: WriteMapping,
  }),
  open: ({ database, mapping, ...settings }, parts) => openTarget(database, mapping, settings, parts),
})

/** uniCenta oPOS 4.x and 5.x. `warehouse`: the id of the location whose stock it is, `0` in a new installation. */
export const unicentaTarget = defineTarget({
  kind: 'unicenta',
  settings: z.strictObject({ database: Database, zone, warehouse: z.string().min(1).max(255).default('0') }),
  open: ({ database, warehouse, ...settings }, parts) =>
    openTarget(database, unicentaMappings[database.product], { ...settings, values: { warehouse } }, parts),
})

async function openTarget(
  database: Database,
  mapping: WriteMapping,
  settings: { readonly zone: string; readonly values: Readonly<Record<string, string | number>> },
  parts: TargetParts,
): Promise<OpenTarget> {
  const writer = await openWriter(database, mapping, parts)
  return {
    async write(job) {
      await writeByMapping(writer, mapping, settings, job)
    },
    close: writer.close,
  }
}

async function openWriter(database: Database, mapping: WriteMapping, parts: TargetParts): Promise<SqlWriter> {
  const { target, log } = parts
  if (database.product === 'sqlite') {
    const db = parts.openDatabase(database.file)
    if (db === null) throw posWriteUnavailable({ target, reason: `there is no file ${database.file}` })
    return sqliteWriter(db, target)
  }
  const { product, ...server } = database
  return product === 'postgres'
    ? (await import('./postgres-writer.ts')).postgresWriter(serverOf(server, 5_432, parts), target, log)
    : (await import('./mysql-writer.ts')).mysqlWriter(
        serverOf(server, 3_306, parts),
        target,
        mapping.tables,
        log,
      )
}
