import type { WriteBackJob } from './job.ts'
import type { WrittenValue } from './named-values.ts'
import { posArticleAmbiguous, posArticleUnknown, posWriteRefused, statementRefused } from './problems.ts'
import type { JobMapping, WriteMapping, WriteStep } from './sql-mapping.ts'
import { lineValuesOf, valuesOf } from './sql-values.ts'
import type { SqlTransaction, SqlWriter, TargetRow } from './sql-writer.ts'

export interface RunSettings {
  readonly zone: string
  /** The store's own values for the mapping: `warehouse`. */
  readonly values: Readonly<Record<string, string | number>>
}
type Values = Readonly<Record<string, WrittenValue>>

/**
 * Writes one job by its mapping, all of it or nothing. First checks, in the same transaction, whether it is there
 * already: a retry after a crash finds what the former attempt committed.
 */
export async function writeByMapping(
  writer: SqlWriter,
  mapping: WriteMapping,
  settings: RunSettings,
  job: WriteBackJob,
): Promise<'written' | 'was there'> {
  const { what, order } = job
  const steps = mapping[what]
  if (steps === undefined)
    throw posWriteRefused({ what, order, reason: `the mapping for ${mapping.pos} has no statements for it` })
  try {
    return await writer.transaction(async tx => {
      const values = { ...settings.values, ...valuesOf(job, settings.zone) }
      if ((await tx.query(steps.done, values)).length > 0) return 'was there'
      await runAll(tx, steps, values, job)
      return 'written'
    })
  } catch (error) {
    if (!statementRefused.is(error)) throw error
    throw posWriteRefused({ what, order, reason: String(error.facts['reason']) }, error)
  }
}

async function runAll(
  tx: SqlTransaction,
  steps: JobMapping,
  values: Values,
  job: WriteBackJob,
): Promise<void> {
  const before = await runSteps(tx, steps.before, values, job, null)
  for (const line of job.lines.keys())
    await runSteps(tx, steps.lines, { ...before, ...lineValuesOf(job, line) }, job, line)
  await runSteps(tx, steps.after, before, job, null)
}

/** Runs the steps in turn; gives the values and what they found. */
async function runSteps(
  tx: SqlTransaction,
  steps: readonly WriteStep[],
  given: Values,
  job: WriteBackJob,
  line: number | null,
): Promise<Values> {
  let values = given
  for (const step of steps) {
    if ('find' in step) values = { ...values, ...(await find(tx, step, values, job, line)) }
    else {
      const changed = await tx.run(step.run, values)
      if (changed > 0 || step.mayChangeNone === true) continue
      if (step.orElse === undefined || (await tx.run(step.orElse, values)) === 0)
        throw posWriteRefused({
          what: job.what,
          order: job.order,
          reason: `"${brief(step.run)}" changed nothing`,
        })
    }
  }
  return values
}

async function find(
  tx: SqlTransaction,
  step: Extract<WriteStep, { find: string }>,
  values: Values,
  job: WriteBackJob,
  line: number | null,
): Promise<TargetRow> {
  for (const sql of [step.sql].flat()) {
    const rows = await tx.query(sql, values)
    const [row] = rows
    if (rows.length === 1 && row !== undefined) return row
    if (rows.length > 1) throw notOne(step, job, line, 'more than one row')
  }
  throw notOne(step, job, line, 'no row')
}

function notOne(
  step: Extract<WriteStep, { find: string }>,
  job: WriteBackJob,
  line: number | null,
  found: string,
) {
  const { order, what } = job
  const { sku = null, barcode = null } = line === null ? {} : (job.lines[line] ?? {})
  if (step.find === 'article')
    return (found === 'no row' ? posArticleUnknown : posArticleAmbiguous)({ order, sku, barcode })
  return posWriteRefused({ what, order, reason: `"${brief([step.sql].flat()[0] ?? '')}" gives ${found}` })
}

const brief = (sql: string): string => sql.replace(/\s+/g, ' ').trim().slice(0, 80)
