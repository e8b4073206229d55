import type { AnySourceKind } from '../source.ts'
import { csv } from './csv/csv.ts'
import { json } from './json/json.ts'
import { poslog } from './poslog/poslog.ts'
import type { JournalFiles } from './sales-files.ts'

/** The kinds of sources that read journal files from a folder. */
export function journalKinds(files: JournalFiles): readonly AnySourceKind[] {
  return [poslog(files), csv(files), json(files)]
}
