import { z } from 'zod'
import { TillbridgeError } from '../../shared/errors.ts'
import { plainIssue } from '../../shared/plain-issues.ts'
import { AgentConfig } from '../config.ts'
import { listedIn, schemaMistakes, shownPlace, whereIn } from '../config-mistakes.ts'
import { PeripheralConfig } from '../peripherals/configured.ts'
import { peripheralKinds } from '../peripherals/index.ts'
import { checkPeripheral } from '../peripherals/print-profiles.ts'
import { configured } from '../sources/configured.ts'
import type { AnySourceKind } from '../sources/source.ts'
import { configuredTarget, WriteBackConfig } from '../write-back/write-back.ts'

/** All that is wrong in agent.json, one line each: its fields, each entry's kind and settings, and names that do not fit together. @param text the file, for line and column; left out: neither is named */
export function configMistakes(
  json: unknown,
  kinds: readonly AnySourceKind[],
  text: string | null = null,
): string[] {
  const parsed = AgentConfig.safeParse(json)
  const source = AgentConfig.shape.sources.unwrap().element
  return [
    ...(parsed.success ? [] : schemaMistakes(json, parsed.error, text)),
    ...entryMistakes({ json, text }, 'sources', source, each => configured(each, kinds)),
    ...entryMistakes({ json, text }, 'peripherals', PeripheralConfig, each =>
      checkPeripheral(each, peripheralKinds),
    ),
    ...entryMistakes({ json, text }, 'writeBack', WriteBackConfig, each => configuredTarget(each)),
    ...nameMistakes(json),
  ]
}

/** What is wrong with the settings of each entry whose own fields are right. */
function entryMistakes<Entry>(
  { json, text }: { readonly json: unknown; readonly text: string | null },
  list: Parameters<typeof listedIn>[1],
  schema: z.ZodType<Entry>,
  check: (entry: Entry) => unknown,
): string[] {
  return listedIn(json, list).flatMap((entry, index) => {
    const parsed = schema.safeParse(entry)
    if (!parsed.success) return [] // the whole file's schema has said so
    try {
      check(parsed.data)
      return []
    } catch (error) {
      if (!(error instanceof TillbridgeError)) throw error
      const { cause } = error
      if (!(cause instanceof z.ZodError)) return [error.message.replace(/\.$/, '')]
      const place = shownPlace(text)
      return cause.issues.map(issue => {
        const path = [list, index, 'settings', ...issue.path]
        return `${whereIn(json, path)}: ${plainIssue(issue)}${place({ ...issue, path })}`
      })
    }
  })
}

const Name = z.string().optional().catch(undefined)
const Sources = z.looseObject({ source: Name, witnessOf: Name })
const Peripherals = z.looseObject({ peripheral: Name })
const Printing = z.looseObject({ printing: z.looseObject({ printer: z.string() }) })

/** Names that are used twice, and names of what is not in the file. */
function nameMistakes(json: unknown): string[] {
  const sources = listedIn(json, 'sources').map(entry => Sources.safeParse(entry).data ?? {})
  const names = sources.flatMap(({ source }) => source ?? [])
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  const printers = listedIn(json, 'peripherals').flatMap(
    entry => Peripherals.safeParse(entry).data?.peripheral ?? [],
  )
  const printer = Printing.safeParse(json).data?.printing.printer
  return [
    ...[...twice].map(name => `source "${name}": two sources have this name; each needs its own`),
    ...sources.flatMap(({ witnessOf }, index) =>
      witnessOf === undefined || names.includes(witnessOf)
        ? []
        : [
            `${whereIn(json, ['sources', index, 'witnessOf'])}: there is no source "${witnessOf}"${oneOf(names)}`,
          ],
    ),
    ...(printer === undefined || printers.includes(printer)
      ? []
      : [`printing.printer: there is no peripheral "${printer}"${oneOf(printers)}`]),
  ]
}

const oneOf = (names: readonly string[]) =>
  names.length === 0 ? '' : `; it must be one of ${[...new Set(names)].join(', ')}`
