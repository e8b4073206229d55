import { defineError, describeError } from '../../../shared/errors.ts'
import { type AgentEvent, SaleCompleted } from '../../../shared/events.ts'
import { epochMs, type SourceId } from '../../../shared/ids.ts'
import { sum } from '../../../shared/money.ts'
import type { ReceiptSale, SaleReading } from '../../codecs/receipt-templates/read-sale.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { type RowStep, type SeenRow, stepRow } from '../known-rows.ts'
import type { FormerStoreAt, KnownRow } from '../source.ts'
import type { CapturedReceipt, ClosedReceipt } from './captured-receipts.ts'

export const receiptDiffers = defineError(
  'RECEIPT_DIFFERS',
  (f: { number: string; soldAt: string }) =>
    `Receipt ${f.number || 'without a number'} of ${f.soldAt} was printed twice with the same total but different items. The first print counts. Compare the two on paper; if the second one counts, correct the sale in the hub by hand.`,
)

/** A captured receipt as it was read. `failed`: reading it threw, which is a fault in this program. */
export interface ReadReceipt {
  readonly captured: CapturedReceipt
  readonly reading: SaleReading | { readonly is: 'failed'; readonly error: unknown }
}

/** The result of one receipt. */
export interface Decision {
  readonly events: readonly AgentEvent[]
  readonly known: readonly KnownRow[]
  readonly closed: ClosedReceipt
}

/** The keys under which the memory knows a receipt: as a print that could not be read, and as a sale. */
export function keysOf({ captured, reading }: ReadReceipt): { row: string; sale: string | null } {
  const text = textOf(captured)
  // two prints with the same text are a receipt and its copy; receipts printed as images can't be told apart
  const print = text.trim() === '' ? [captured.printer, captured.at] : [captured.printer, text]
  return {
    row: `receipt/${fingerprintOf(print)}`,
    sale: reading.is === 'sale' ? saleKeyOf(reading.sale) : null,
  }
}

/** Compares a receipt with what is known of it. Pure. The rules for printed receipts are here. */
export function decideReceipt(
  source: SourceId,
  read: ReadReceipt,
  { known, formerStoreAt }: { known(key: string): KnownRow | undefined; formerStoreAt: FormerStoreAt },
): Decision {
  const { captured, reading } = read
  const now = epochMs(captured.at)
  const keys = keysOf(read)
  const print: SeenRow = { source, name: keys.row, known: known(keys.row), wall: null, now, formerStoreAt }
  if (reading.is === 'unparsed' || reading.is === 'failed') return refuse(captured, print, reading.error)
  const accepted = stepRow(print, { is: 'ignored' }) // closes an open refusal of the same print
  if (reading.is === 'none' || keys.sale === null) return decision([accepted], asideOf(captured, reading))
  const { sale } = reading
  const before = known(keys.sale)
  const printed = paperOf(sale)
  if (before?.state === 'sold') {
    if (before.fingerprint === printed) return decision([accepted], closed(captured, 'copy', null))
    const error = receiptDiffers({ number: sale.receiptNumber, soldAt: sale.soldAt.wall })
    return refuse(captured, print, error)
  }
  const event = SaleCompleted.parse({ ...sale, at: now, source, fingerprint: fingerprintOf(sale) })
  const told = stepRow(
    { source, name: keys.sale, known: before, wall: sale.soldAt.wall, now, formerStoreAt },
    { is: 'told', fingerprint: printed, told: toldOf(sale), events: [event] },
  )
  if (told.former !== undefined)
    return decision([accepted, told], closed(captured, 'refused', told.former.code))
  return decision([accepted, told], closed(captured, 'sold', null))
}

function decision(steps: readonly RowStep[], closed: ClosedReceipt): Decision {
  return {
    events: steps.flatMap(step => step.events),
    known: steps.flatMap(step => step.known ?? []),
    closed,
  }
}

/** A print that is not a sale; a report of the till's own totals is kept. */
function asideOf(captured: CapturedReceipt, reading: SaleReading): ClosedReceipt {
  if (reading.is !== 'none') return closed(captured, 'none', null)
  const aside = closed(captured, 'none', reading.why)
  return reading.report === undefined ? aside : { ...aside, report: reading.report }
}

function refuse(captured: CapturedReceipt, print: SeenRow, error: unknown): Decision {
  const { code, sentence } = describeError(error)
  const step = stepRow(print, {
    is: 'unreadable',
    fingerprint: fingerprintOf([code, sentence]),
    error,
    payload: () => textOf(captured).slice(0, MOST_PAYLOAD),
    what: 'receipt',
  })
  return decision([step], closed(captured, 'refused', code))
}

const MOST_PAYLOAD = 16_384

function closed({ id }: CapturedReceipt, state: ClosedReceipt['state'], code: string | null): ClosedReceipt {
  return { id, state, code }
}

/** All that was printed; item codes from the catalogue are not part of it. */
function paperOf(sale: ReceiptSale): string {
  return fingerprintOf({ ...sale, lines: sale.lines.map(line => ({ ...line, sku: null })) })
}

function saleKeyOf(sale: ReceiptSale): string {
  const key = `sale/${sale.receipt}`
  return key.length <= 255 ? key : `sale/${fingerprintOf(sale.receipt)}`
}

/** What tells the sale among those of another source. */
function toldOf({ receiptNumber, till, soldAt, currency, tenders }: ReceiptSale): string {
  const total = sum(tenders.map(tender => tender.amount))
  return JSON.stringify({ receiptNumber, till, soldAt, currency, total })
}

function textOf({ body }: Pick<CapturedReceipt, 'body'>): string {
  return body.lines.join('\n')
}
