import { z } from 'zod'
import { stockReasons, tenderKinds } from '../../../shared/events.ts'

/** A query that is given the keys asked for, and how many rows it may return at most. */
const query = z
  .string()
  .max(10_000)
  .refine(text => /\bIN \{keys\}/.test(text), 'has no "IN {keys}"')
  .refine(text => /\bLIMIT \?\s*$/.test(text), 'does not end with "LIMIT ?"')
  .refine(text => !text.includes(';'), 'has a semicolon')

const condition = z
  .string()
  .max(2_000)
  .refine(text => !/[;?]/.test(text), 'has a semicolon or a question mark')

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is not the name of a table or column in lower case')
const tables = z.record(name, z.array(name).min(1))

const rows = { table: name, key: name, keys: z.enum(['text', 'integer']), skip: condition.default('1 = 0') }
const items = z.strictObject({ ...rows, requires: tables.default({}), entries: query })
/** Without a time: they say how things are. */
const untimed = <Shape extends { skip: string }>(of: Shape) => ({ ...of, time: null })

/** How a POS keeps its sales in tables: `SqlMapping` (agent/sources/sql/mapping.ts) as a file has it. */
export const sqlShape = z.strictObject({
  /** Tables and columns without which nothing can be read, in lower case. */
  requires: tables,
  times: z.strictObject({ numbers: z.enum(['epoch-ms', 'epoch-s']) }).default({ numbers: 'epoch-ms' }),
  receipts: z.strictObject({
    ...rows,
    time: name,
    headers: query,
    lines: query,
    taxes: query,
    tenders: query,
    types: z.record(z.string(), z.enum(['sale', 'void'])),
    tenderKinds: z.record(z.string(), z.enum([...tenderKinds, 'drawer'])),
    titleProperty: z.string().nullable().default(null),
    discountProperty: z.string().nullable().default(null),
  }),
  diary: z
    .strictObject({
      ...rows,
      time: name,
      entries: query,
      reasons: z.record(z.string(), z.enum([...stockReasons, 'void'])),
    })
    .nullable()
    .default(null),
  counts: items.transform(untimed).nullable().default(null),
  prices: items
    .extend({ taxIncluded: z.boolean().nullable().default(null) })
    .transform(untimed)
    .nullable()
    .default(null),
  /** A query of one row with the column `warehouse`; left out: the settings name the warehouse. */
  warehouse: condition.default('SELECT NULL AS "warehouse"'),
})
