import { defineError } from '../../../shared/errors.ts'

/** Why a folder can't be read as a whole. */
export const salesFolderMissing = defineError(
  'JOURNAL_FOLDER_MISSING',
  (f: { folder: string }) =>
    `The folder ${f.folder} is not there. Create it, connect the network drive, or correct "folder" in this source's settings; reading goes on by itself.`,
)
export const salesFolderUnreadable = defineError(
  'JOURNAL_FOLDER_UNREADABLE',
  (f: { folder: string; reason: string }) =>
    `The folder ${f.folder} can't be read (${f.reason}). Check that this user may read it; reading goes on by itself.`,
)

/** Why one file can't be read. It is refused with this; all other files go on. */
export const salesFileUnreadable = defineError(
  'JOURNAL_FILE_UNREADABLE',
  (f: { file: string; reason: string }) =>
    `The file ${f.file} can't be read (${f.reason}). Check that it is whole and that this user may read it; it is tried again when it changes.`,
)
export const poslogDoctype = defineError(
  'POSLOG_DOCTYPE',
  (f: { file: string }) =>
    `The file ${f.file} has a DOCTYPE that defines entities or names another file, which is never read for safety. Have the POS export without it.`,
)
export const csvColumnsMissing = defineError(
  'CSV_COLUMNS_MISSING',
  (f: { file: string; missing: readonly string[]; found: readonly string[] }) =>
    `The file ${f.file} lacks ${f.missing.map(name => `"${name}"`).join(', ')}. Its heading line names ${f.found.map(name => `"${name}"`).join(', ') || 'nothing'}. Correct "columns" or "delimiter" in this source's settings, or the export.`,
)
export const jsonListMissing = defineError(
  'JSON_LIST_MISSING',
  (f: { file: string; list: string }) =>
    `The file ${f.file} holds no list of sales at "${f.list}". Correct "list" in this source's settings.`,
)

/** Why one record can't be read. The row is refused with this; all others go on. */
export const recordUnfinished = defineError(
  'RECORD_UNFINISHED',
  (f: { file: string; line: number }) =>
    `${f.file}, line ${f.line}: the last record has no end, and the file has not grown for a while. If the POS goes on writing it, it is read by itself; else export it again.`,
)
export const recordTooLong = defineError(
  'RECORD_TOO_LONG',
  (f: { file: string; line: number; limit: number }) =>
    `${f.file}, line ${f.line}: the record is longer than ${f.limit} bytes, more than any receipt takes. Is a quotation mark or a closing tag missing? Correct it, or enter the receipt by hand.`,
)
export const recordMalformed = defineError(
  'RECORD_MALFORMED',
  (f: { file: string; line: number; why: string }) =>
    `${f.file}, line ${f.line}: the record can't be read (${f.why}). Export it again, or enter the receipt by hand.`,
)
export const rowsScattered = defineError(
  'ROWS_SCATTERED',
  (f: { key: string; window: number }) =>
    `The rows of receipt ${f.key} lie more than ${f.window} rows apart in one file, so that no one can tell them from a second receipt. Sort the export by receipt, or raise "window" in this source's settings.`,
)
