import { z } from 'zod'

/**
 * How one POS is written to: SQL texts with named values, `:units`. All texts for one job run in one transaction. The
 * values are those of `valuesOf` (sql-values.ts), the target's own (`values`), and what `find` steps found.
 */
const Sql = z.string().min(1).max(4_000)

/** Looks something up; the columns of its one row become values. The texts are tried in turn until one gives rows. */
const Find = z.strictObject({
  find: z.enum(['article', 'other']),
  sql: z.union([Sql, z.array(Sql).min(1).max(5)]),
})
/** Changes rows. `orElse` runs when it changed none; without it, none is a refusal unless `mayChangeNone`. */
const Run = z.strictObject({
  run: Sql,
  orElse: Sql.optional(),
  mayChangeNone: z.boolean().optional(),
})
const WriteStep = z.union([Find, Run])
export type WriteStep = z.infer<typeof WriteStep>

const JobMapping = z.strictObject({
  /** Gives a row when `:externalId` (or `:shortId`) is in the POS. It is asked first, in the same transaction. */
  done: Sql,
  before: z.array(WriteStep).max(20).default([]),
  /** For each line of the order. */
  lines: z.array(WriteStep).max(20).default([]),
  after: z.array(WriteStep).max(20).default([]),
})
export type JobMapping = z.infer<typeof JobMapping>

export const WriteMapping = z.strictObject({
  pos: z.string().min(1).max(64),
  /** What it writes into; on MySQL each must be able to undo (InnoDB). */
  tables: z.array(z.string().regex(/^\w{1,64}$/)).max(20),
  order: JobMapping.optional(),
  'hand-over': JobMapping.optional(),
  return: JobMapping.optional(),
})
export type WriteMapping = z.infer<typeof WriteMapping>
