import { type AnySourceKind, defineSource } from '../../source.ts'
import { openSalesFiles } from '../files-source.ts'
import type { SalesFiles } from '../sales-files.ts'
import { jsonFormat } from './json-format.ts'
import { jsonStore } from './json-values.ts'
import { type JsonSettings, jsonSettings } from './settings.ts'

/** Sales from JSON files in a folder. Reads only. */
export function json(files: SalesFiles): AnySourceKind {
  return defineSource<JsonSettings>({
    kind: 'json',
    settings: jsonSettings,
    open(settings, parts) {
      const format = jsonFormat(jsonStore(parts.source, settings))
      return openSalesFiles({ parts, files, format, settings, window: null })
    },
  })
}
