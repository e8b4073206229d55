import { type AnySourceKind, defineSource } from '../../source.ts'
import { openSalesFiles } from '../files-source.ts'
import type { SalesFiles } from '../sales-files.ts'
import { csvFormat } from './csv-format.ts'
import { csvStore } from './csv-store.ts'
import { type CsvSettings, csvSettings } from './settings.ts'

/** Sales from CSV exports in a folder. Reads only. */
export function csv(files: SalesFiles): AnySourceKind {
  return defineSource<CsvSettings>({
    kind: 'csv',
    settings: csvSettings,
    open(settings, parts) {
      const format = csvFormat(csvStore(parts.source, settings))
      return openSalesFiles({
        parts,
        files,
        format,
        settings,
        window: settings.rows === 'line' ? settings.window : null,
      })
    },
  })
}
