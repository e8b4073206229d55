import { defineError } from '../../../shared/errors.ts'

/** Why a folder can't be read as a whole. */
export const salesFolderMissing = defineError(
  'JOURNAL_FOLDER_MISSING',
  (f: { folder: string }) =>
    `The folder ${f.folder} is not there. Create it, connect the network drive, or correct "folder" in this source's settings; reading then resumes automatically.`,
)
export const salesFolderUnreadable = defineError(
  'JOURNAL_FOLDER_UNREADABLE',
  (f: { folder: string; reason: string }) =>
    `The folder ${f.folder} can't be read (${f.reason}). Check that this user may read it; reading then resumes automatically.`,
)

/** Why one file can't be read. The file is refused; all others are read. */
export const salesFileUnreadable = defineError(
  'JOURNAL_FILE_UNREADABLE',
  (f: { file: string; reason: string }) =>
    `The file ${f.file} can't be read (${f.reason}). Check that it is complete and that this user may read it; it is read again when it changes.`,
)
export const poslogDoctype = defineError(
  'POSLOG_DOCTYPE',
  (f: { file: string }) =>
    `The file ${f.file} has a DOCTYPE that defines entities or names another file, which is refused for safety. Have the POS export without it.`,
)
export const csvColumnsMissing = defineError(
  'CSV_COLUMNS_MISSING',
  (f: { file: string; missing: readonly string[]; found: readonly string[]; below: number | null }) =>
    `The file ${f.file} lacks ${f.missing.map(name => `"${name}"`).join(', ')}. Its heading line names ${f.found.map(name => `"${name}"`).join(', ') || 'nothing'}. ${
      f.below === null
        ? 'Correct "columns" or "delimiter" in this source\'s settings, or the export.'
        : `The headings are ${f.below} lines down: set "skipLines" to ${f.below} in this source's settings.`
    }`,
)
export const csvEncodingUnsure = defineError(
  'CSV_ENCODING_UNSURE',
  (f: { file: string; word: string }) =>
    `The file ${f.file} is written in a code page that nothing in it names: read as Windows-1252 it has words such as ${JSON.stringify(f.word)}. Set "encoding" in this source's settings, such as cp850, windows-1250 or macintosh; \`agent sources try\` proposes it. Until then none of this file counts.`,
)
export const csvNumberOnFirstRow = defineError(
  'CSV_NUMBER_ON_FIRST_ROW',
  (f: { file: string; heading: string }) =>
    `The file ${f.file} has items without a receipt number: "${f.heading}" is filled in on the first row of a receipt only. Have the POS export the number on every row, or set "numberOnFirstRow" (\`sources try\` proposes it); until then none of this file counts, as its receipts would be incomplete.`,
)
export const csvStoresUnsaid = defineError(
  'CSV_STORES_UNSAID',
  (f: { file: string; heading: string; found: readonly string[] }) =>
    `The file ${f.file} says in which store each sale was made: "${f.heading}" is ${f.found.map(name => JSON.stringify(name.slice(0, 60))).join(', ')}. Say in this source's settings which are this store and which are left out, such as "stores": ${JSON.stringify(Object.fromEntries(f.found.slice(0, 20).map((name, place) => [name, place === 0 ? 'here' : 'elsewhere'])))}; until then none of this file counts.`,
)
export const jsonListMissing = defineError(
  'JSON_LIST_MISSING',
  (f: { file: string; list: string }) =>
    `The file ${f.file} holds no list of sales at "${f.list}". Correct "list" in this source's settings.`,
)

/** Why one record can't be read. The row is refused; all others are read. */
export const recordUnfinished = defineError(
  'RECORD_UNFINISHED',
  (f: { file: string; line: number }) =>
    `${f.file}, line ${f.line}: the last record has no end, and the file has not grown for a while. If the POS continues writing, it is then read automatically; otherwise export it again.`,
)
export const recordTooLong = defineError(
  'RECORD_TOO_LONG',
  (f: { file: string; line: number; limit: number }) =>
    `${f.file}, line ${f.line}: the record is longer than ${f.limit} bytes, more than any receipt needs. Is a quotation mark or a closing tag missing? Correct it, or enter the receipt by hand.`,
)
export const recordMalformed = defineError(
  'RECORD_MALFORMED',
  (f: { file: string; line: number; why: string }) =>
    `${f.file}, line ${f.line}: the record can't be read (${f.why}). Export it again, or enter the receipt by hand.`,
)
export const rowsScattered = defineError(
  'ROWS_SCATTERED',
  (f: { key: string; window: number }) =>
    `The rows of receipt ${f.key} are more than ${f.window} rows apart in one file, so they can't be told from a second receipt. Sort the export by receipt, or raise "window" in this source's settings.`,
)
export const poslogStoreUnsaid = defineError(
  'POSLOG_STORE_UNSAID',
  (f: { file: string; first: string; other: string }) =>
    `The transaction is of the store ${JSON.stringify(f.other.slice(0, 60))}, and ${f.file} began with the store ${JSON.stringify(f.first.slice(0, 60))}, whose transactions count. Say in this source's settings which are this store and which are left out, such as "stores": ${JSON.stringify({ [f.first.slice(0, 60)]: 'here', [f.other.slice(0, 60)]: 'elsewhere' })}; until then this transaction does not count.`,
)
export const refundUnclear = defineError(
  'REFUND_UNCLEAR',
  (f: { line: string }) =>
    `The POS calls the receipt a refund, and it has ${JSON.stringify(f.line)} beside lines above zero: nothing shows whether those came back or were sold. Compare with the printed receipt and enter it by hand.`,
)
export const tenderKindUnknown = defineError(
  'TENDER_KIND_UNKNOWN',
  (f: { name: string; field: string }) =>
    `"${f.field}" names the payment ${JSON.stringify(f.name)}, and nothing says of which kind it is. Add it to "tenderKinds" in this source's settings, as cash, card, voucher or another kind; the receipt is then read again.`,
)
export const recordMarked = defineError(
  'RECORD_MARKED',
  (f: { field: string; value: string }) =>
    `"${f.field}" holds ${JSON.stringify(f.value)}: the file does not say what that makes of the record, such as which goods came back and when, or how many units there are. Compare with the POS and enter it by hand, or have the POS export it in full.`,
)
export const lineSignsDiffer = defineError(
  'LINE_SIGNS_DIFFER',
  (f: { line: string; units: number; amount: string; currency: string }) =>
    `${JSON.stringify(f.line)} has ${f.units} ${Math.abs(f.units) === 1 ? 'unit' : 'units'} for ${f.amount} ${f.currency}: nothing shows whether goods were sold or came back. If they came back, say in "minus" which of the two has the minus ("amount" or "units"); if it only takes money off, name it in "services".`,
)
