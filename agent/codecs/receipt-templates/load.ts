import { parse } from 'yaml'
import { z } from 'zod'
import { settingsMistakes } from '../../../shared/plain-issues.ts'
import type { Files } from '../../../shared/world.ts'
import generic from './generic.json' with { type: 'json' }
import { receiptTemplateInvalid, receiptTemplateUndecided, receiptTemplateUnknown } from './problems.ts'
import { ReceiptTemplate } from './template.ts'
import unicenta from './unicenta.json' with { type: 'json' }

const builtIn: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['unicenta', unicenta],
  ['generic', generic],
])

export const builtInTemplates: readonly string[] = [...builtIn.keys()]

/** What a till's settings may change in a template, so that it need not be copied for a comma. */
export const TemplateChanges = z.strictObject({
  numbers: ReceiptTemplate.shape.numbers.optional(),
  dates: ReceiptTemplate.shape.dates.optional(),
  /** These come beside those of the template. */
  notSales: ReceiptTemplate.shape.notSales.unwrap().optional(),
})
export type TemplateChanges = z.infer<typeof TemplateChanges>

/**
 * The template of a name that this version comes with, or of a JSON or YAML file; a mapping file may hold one.
 * @throws RECEIPT_TEMPLATE_UNKNOWN, RECEIPT_TEMPLATE_INVALID
 */
export function findTemplate(
  nameOrPath: string,
  files: Pick<Files, 'readText'>,
  changes: TemplateChanges = {},
): ReceiptTemplate {
  const own = builtIn.get(nameOrPath)
  if (own !== undefined) return parseTemplate(own, nameOrPath, changes)
  const text = files.readText(nameOrPath)
  if (text === null) throw receiptTemplateUnknown({ template: nameOrPath, known: builtInTemplates })
  return parseTemplate(templateIn(text, nameOrPath), nameOrPath, changes)
}

/** JSON or YAML: a template, or a mapping file that holds one. Aliases are refused: a short text could hold a huge value. */
function templateIn(text: string, template: string): unknown {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0, prettyErrors: true })
    const mapping = MappingOfPrints.safeParse(value)
    return mapping.success ? mapping.data.template : value
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
    throw receiptTemplateInvalid({ template, problems: [`it is neither JSON nor YAML (${why})`] }, error)
  }
}
const MappingOfPrints = z.looseObject({ reads: z.literal('template'), template: z.unknown() })

/** @throws RECEIPT_TEMPLATE_INVALID naming each field that is wrong */
export function parseTemplate(
  value: unknown,
  called: string,
  changes: TemplateChanges = {},
): ReceiptTemplate {
  const parsed = ReceiptTemplate.safeParse(value)
  if (!parsed.success) throw invalid(called, parsed.error)
  if (Object.values(changes).every(change => change === undefined)) return parsed.data
  const { notSales = [], ...replaced } = changes
  const changed = ReceiptTemplate.safeParse({
    ...parsed.data,
    ...replaced,
    notSales: [...notSales, ...parsed.data.notSales],
  })
  if (!changed.success) throw invalid(called, changed.error)
  return changed.data
}

/** @throws RECEIPT_TEMPLATE_UNDECIDED when a person still has to decide something in it */
export function demandDecided(template: ReceiptTemplate): void {
  const { name, undecided } = template
  if (undecided.length > 0) throw receiptTemplateUndecided({ template: name, undecided })
}

function invalid(called: string, error: z.ZodError) {
  return receiptTemplateInvalid({ template: called, problems: settingsMistakes(error, 'template') }, error)
}
