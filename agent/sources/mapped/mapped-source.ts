import { z } from 'zod'
import { configured } from '../configured.ts'
import { csv } from '../sales-files/csv/csv.ts'
import { json } from '../sales-files/json/json.ts'
import type { SalesFiles } from '../sales-files/sales-files.ts'
import { type AnySourceKind, defineSource, type OpenSource, type SourceParts } from '../source.ts'
import { anyDatabase, openByMapping, storeSettings } from '../sql/store-settings.ts'
import { type KeptMapping, mappingIn } from './mapping-file.ts'
import { mappingOfPrints } from './problems.ts'

const settings = z.looseObject({
  /** The path of a mapping, JSON or YAML; the other settings are those of what it reads. */
  mapping: z.string().min(1),
})

/** Sales by a mapping that a third party wrote: docs/adding-a-pos.md. Reads only. */
export function mapped(files: SalesFiles): AnySourceKind {
  return defineSource<z.infer<typeof settings>>({
    kind: 'mapping',
    settings,
    open: async ({ mapping: file, ...own }, parts) => {
      const mapping = mappingIn(parts.readText(file), file)
      if (mapping.reads === 'template') throw mappingOfPrints({ file })
      return openMapped(mapping, own, parts, files)
    },
  })
}

/**
 * Opens what a mapping reads.
 * @param own the store's own settings: where the database or the files are, currency, zone
 * @throws SOURCE_SETTINGS_INVALID
 */
export async function openMapped(
  mapping: KeptMapping,
  own: Readonly<Record<string, unknown>>,
  parts: SourceParts,
  files: SalesFiles,
): Promise<OpenSource> {
  const all = mapping.reads === 'sql' ? own : { ...mapping.settings, ...own }
  const kinds = [
    mapping.reads === 'sql' ? byTables(mapping) : mapping.reads === 'csv' ? csv(files) : json(files),
  ]
  return configured({ source: parts.source, kind: mapping.reads, settings: all }, kinds)(parts)
}

const tableSettings = z.strictObject({ database: anyDatabase, ...storeSettings })

function byTables({ pos, mapping }: KeptMapping & { readonly reads: 'sql' }): AnySourceKind {
  return defineSource<z.infer<typeof tableSettings>>({
    kind: 'sql',
    settings: tableSettings,
    open: ({ database, ...store }, opening) => openByMapping({ pos, ...mapping }, database, store, opening),
  })
}
