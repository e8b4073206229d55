import { type AnySourceKind, defineSource } from '../../source.ts'
import { openJournalSource } from '../files-source.ts'
import type { JournalFiles } from '../sales-files.ts'
import { csvFormat } from './csv-format.ts'
import { csvStore } from './receipt-rows.ts'
import { type CsvSettings, csvSettings } from './settings.ts'

/** Sales from CSV exports in a folder. Reads only. */
export function csv(files: JournalFiles): AnySourceKind {
  return defineSource<CsvSettings>({
    kind: 'csv',
    settings: csvSettings,
    open(settings, parts) {
      const format = csvFormat(csvStore(parts.source, settings))
      return openJournalSource({
        parts,
        files,
        format,
        settings,
        window: settings.rows === 'line' ? settings.window : null,
      })
    },
  })
}
