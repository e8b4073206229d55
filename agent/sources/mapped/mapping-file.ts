import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { tenderKinds } from '../../../shared/events.ts'
import { settingsMistakes } from '../../../shared/plain-issues.ts'
import { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import { ExampleSettings } from '../paper/example-prints.ts'
import { mappingInvalid, mappingMissing } from './problems.ts'
import { sqlShape } from './sql-shape.ts'

const decimal = z.string().regex(/^-?\d{1,12}(\.\d{1,4})?$/, 'is not an amount in quotes such as "12.50"')

/** A sale as a person reads it from paper. Amounts are decimals in quotes; units may have decimals. */
export const exampleSale = z.strictObject({
  receipt: z.string().min(1),
  /** The till's wall clock: 2026-11-20T09:10:00 */
  soldAt: z.string(),
  /** `code` null: it moves no stock. `net` is without tax. */
  lines: z.array(z.strictObject({ code: z.string().nullable(), units: z.number(), net: decimal })),
  tax: decimal.default('0'),
  /** What was paid in each way. */
  paid: z.partialRecord(z.enum(tenderKinds), decimal),
  rounding: decimal.default('0'),
})
export type ExampleSale = z.infer<typeof exampleSale>

const example = {
  name: z.string().min(1),
  /** Settings of this example, such as its currency. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** All that is sold in it, in any order. */
  sales: z.array(exampleSale),
  /** Codes of what is refused in it, in any order. */
  refused: z.array(z.string()).default([]),
}
/** SQL that makes a database of SQLite: the tables with some rows. */
const sqlExamples = z.array(z.strictObject({ ...example, sql: z.string().min(1) })).default([])
/** The file as the POS writes it. */
const fileExamples = z.array(z.strictObject({ ...example, file: z.string().min(1) })).default([])
/** What the POS prints, receipt by receipt, as text. */
const printExamples = z
  .array(
    z.strictObject({
      ...example,
      settings: ExampleSettings.prefault({}),
      prints: z.array(z.string().min(1).max(64_000)).min(1).max(200),
    }),
  )
  .default([])

const about = {
  /** 1: the form of this file. */
  tillbridge: z.literal(1),
  /** The product and its versions, as messages show it. */
  pos: z.string().min(1).max(100),
}
const settings = z.record(z.string(), z.unknown())

/** A mapping that anyone can write: how one POS keeps its sales, with examples that prove it. */
export const mappingFile = z.discriminatedUnion('reads', [
  z.strictObject({ ...about, reads: z.literal('sql'), mapping: sqlShape, examples: sqlExamples }),
  /** `settings`: those of the kind `csv`, but for what differs by store. */
  z.strictObject({ ...about, reads: z.literal('csv'), settings, examples: fileExamples }),
  z.strictObject({ ...about, reads: z.literal('json'), settings, examples: fileExamples }),
  /** What a printer prints; a source of the kind `receipts` names the file as its template. */
  z.strictObject({
    ...about,
    reads: z.literal('template'),
    template: ReceiptTemplate,
    examples: printExamples,
  }),
])
export type MappingFile = z.output<typeof mappingFile>
export type TemplateMapping = MappingFile & { readonly reads: 'template' }
/** A mapping for what a POS keeps: tables or files. */
export type KeptMapping = Exclude<MappingFile, TemplateMapping>

const LONGEST = 1_000_000

/**
 * A mapping from the text of a JSON or YAML file; null: there is no such file.
 * @throws MAPPING_MISSING, MAPPING_INVALID naming each field that is wrong
 */
export function mappingIn(text: string | null, file: string): MappingFile {
  if (text === null) throw mappingMissing({ file })
  if (text.length > LONGEST) throw mappingInvalid({ file, problems: ['it is longer than a megabyte'] })
  const parsed = mappingFile.safeParse(valueIn(text, file))
  if (parsed.success) return parsed.data
  throw mappingInvalid({ file, problems: settingsMistakes(parsed.error, 'the file') })
}

/** JSON is YAML too. Anchors and aliases are refused: a short text could hold a huge value. */
function valueIn(text: string, file: string): unknown {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0, prettyErrors: true })
    return value
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error
    throw mappingInvalid({ file, problems: [error.message.split('\n', 1)[0] ?? ''] }, error)
  }
}
