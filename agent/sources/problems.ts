import { defineError } from '../../shared/errors.ts'

export const sourceKindUnknown = defineError(
  'SOURCE_KIND_UNKNOWN',
  (f: { source: string; kind: string; known: readonly string[] }) =>
    `The source ${f.source} is of the kind "${f.kind}", which this version does not know. It knows ${f.known.join(', ')}. Correct the settings, or update the agent.`,
)
export const sourceSettingsInvalid = defineError(
  'SOURCE_SETTINGS_INVALID',
  (f: { source: string; problems: readonly string[] }) =>
    `The settings of the source ${f.source} are not right: ${f.problems.join('; ')}. Correct them; the source starts with the next settings.`,
)
/** The name of a source is a part of its receipts' keys: what is read under two names counts twice. */
export const sourceReadsAgain = defineError(
  'SOURCE_READS_AGAIN',
  (f: { source: string; before: string; receipts: readonly string[] }) =>
    `The source ${f.source} finds what was read as ${f.before} already (${shownReceipts(f.receipts)}), and is not read: those sales may be counted twice. Where ${f.source} is only another name for ${f.before}, give it that name back; where both read the same, take one out. If they may be counted once more, write "countsAgain": ["${f.before}"] into the entry of ${f.source}.`,
)
const shownReceipts = (receipts: readonly string[]) => {
  const some = receipts.slice(0, 3).join(', ')
  if (receipts.length > 3) return `receipts ${some} and ${receipts.length - 3} more`
  return receipts.length === 1 ? `receipt ${some}` : `receipts ${some}`
}
export const receiptNumberRepeated = defineError(
  'RECEIPT_NUMBER_REPEATED',
  (f: { key: string; first: string; second: string; advice: string }) =>
    `The number ${f.key} is used twice: by ${f.first}, which is kept, and by ${f.second}, which does not count yet. ${f.advice}`,
)
export const rowOfFormerStore = defineError(
  'ROW_OF_FORMER_STORE',
  (f: { store: string; wall: string | null; change: keyof typeof changes }) =>
    `This PC was a till of ${f.store === 'unknown' ? 'another store' : `store ${f.store}`} at the time of this row (${f.wall ?? 'time unknown'}), and ${changes[f.change]}. No store's books are changed. Look it up in the POS and correct the books of its store by hand.`,
)
const changes = {
  found: 'the row was first read after the move',
  changed: 'the row was changed after the move',
  gone: 'the row was voided or deleted after the move',
} as const
export const tillClockWrong = defineError(
  'TILL_CLOCK_WRONG',
  (f: { wall: string; why: string }) =>
    `The till dated this sale ${f.wall}, ${f.why}. Set the till's clock, and this PC's; then correct the date in the POS, or set "oddTimes" to "accept" in this source's settings to count it as dated.`,
)
export const saleJumpsBack = defineError(
  'SALE_JUMPS_BACK',
  (f: { wall: string; before: string }) =>
    `This sale is dated ${f.wall}, weeks before the one ahead of it in the file (${f.before}). Check the till's clock; then correct the date in the POS, or set "oddTimes" to "accept" in this source's settings to count it as dated.`,
)
