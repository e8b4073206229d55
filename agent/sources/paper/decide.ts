import { defineError, describeError } from '../../../shared/errors.ts'
import {
  type AgentEvent,
  SaleCompleted,
  SourceRowAccepted,
  SourceRowRefused,
} from '../../../shared/events.ts'
import type { SourceId } from '../../../shared/ids.ts'
import { maskCardNumbers } from '../../codecs/card-numbers/mask.ts'
import type { ReceiptSale, SaleReading } from '../../codecs/receipt-templates/read-sale.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { KnownRow } from '../source.ts'
import type { CapturedReceipt, Settled } from './captured-receipts.ts'

export const receiptDiffers = defineError(
  'RECEIPT_DIFFERS',
  (f: { number: string; soldAt: string }) =>
    `Receipt ${f.number || 'without a number'} of ${f.soldAt} was printed twice with the same total but different items. The first print stands. Compare the two on paper; if the second one counts, correct the sale in the hub by hand.`,
)

/** A captured receipt as it was read. `failed`: reading it threw, which is a fault of ours. */
export interface ReadReceipt {
  readonly captured: CapturedReceipt
  readonly reading: SaleReading | { readonly is: 'failed'; readonly error: unknown }
}

/** What follows from one receipt. */
export interface Decision {
  readonly events: readonly AgentEvent[]
  readonly known: readonly KnownRow[]
  readonly settled: Settled
}

/** The keys under which the memory knows a receipt: as a print that could not be read, and as a sale. */
export function keysOf({ captured, reading }: ReadReceipt): { row: string; sale: string | null } {
  const text = textOf(captured)
  // two prints of one text are one paper and its copy; pictures all look alike from here
  const print = text.trim() === '' ? [captured.printer, captured.at] : [captured.printer, text]
  return {
    row: `receipt/${fingerprintOf(print)}`,
    sale: reading.is === 'sale' ? saleKeyOf(reading.sale) : null,
  }
}

/** Compares a receipt with what is known of it. Pure: the whole life of a receipt is in here. */
export function decide(
  source: SourceId,
  read: ReadReceipt,
  known: (key: string) => KnownRow | undefined,
): Decision {
  const { captured, reading } = read
  const { row, sale: saleKey } = keysOf(read)
  const refusal = known(row)
  if (reading.is === 'unparsed' || reading.is === 'failed')
    return refuse(source, read, row, reading.error, refusal)
  const accepted = accept(source, captured, row, refusal)
  if (reading.is === 'none' || saleKey === null)
    return { ...accepted, settled: settled(captured, 'none', reading.is === 'none' ? reading.why : null) }
  const { sale } = reading
  const before = known(saleKey)
  const printed = paperOf(sale)
  if (before?.state === 'sold') {
    if (before.fingerprint === printed) return { ...accepted, settled: settled(captured, 'copy', null) }
    const error = receiptDiffers({ number: sale.receiptNumber, soldAt: sale.soldAt.wall })
    return refuse(source, read, row, error, refusal)
  }
  const event = SaleCompleted.parse({ ...sale, at: captured.at, source, fingerprint: fingerprintOf(sale) })
  return {
    events: [...accepted.events, event],
    known: [
      ...accepted.known,
      {
        key: saleKey,
        fingerprint: printed,
        state: 'sold',
        soldAt: `${sale.soldAt.wall} ${saleKey}`,
        since: captured.at,
        told: toldOf(sale),
      },
    ],
    settled: settled(captured, 'sold', null),
  }
}

function refuse(
  source: SourceId,
  { captured }: ReadReceipt,
  row: string,
  error: unknown,
  refusal: KnownRow | undefined,
): Decision {
  const { code, sentence } = describeError(error)
  const fingerprint = fingerprintOf([code, sentence])
  const end = settled(captured, 'refused', code)
  if (refusal?.state === 'refused' && refusal.fingerprint === fingerprint)
    return { events: [], known: [], settled: end }
  const event = SourceRowRefused.parse({
    kind: 'source.row-refused',
    at: captured.at,
    source,
    row,
    code: code.slice(0, 64),
    sentence: maskCardNumbers(sentence).slice(0, 1_000),
    payload: textOf(captured).slice(0, MOST_PAYLOAD),
    what: 'receipt',
  })
  const known: KnownRow = {
    key: row,
    fingerprint,
    state: 'refused',
    soldAt: ` ${row}`,
    since: captured.at,
    told: null,
  }
  return { events: [event], known: [known], settled: end }
}

const MOST_PAYLOAD = 16_384

/** Takes an open refusal of the same print back, before anything else is said of it. */
function accept(
  source: SourceId,
  captured: CapturedReceipt,
  row: string,
  refusal: KnownRow | undefined,
): Pick<Decision, 'events' | 'known'> {
  if (refusal?.state !== 'refused') return { events: [], known: [] }
  const event = SourceRowAccepted.parse({ kind: 'source.row-accepted', at: captured.at, source, row })
  return { events: [event], known: [{ ...refusal, state: 'gone' }] }
}

function settled({ id }: CapturedReceipt, state: Settled['state'], code: string | null): Settled {
  return { id, state, code }
}

/** All that was printed; article codes looked up elsewhere are not part of it. */
function paperOf(sale: ReceiptSale): string {
  return fingerprintOf({ ...sale, lines: sale.lines.map(line => ({ ...line, sku: null })) })
}

function saleKeyOf(sale: ReceiptSale): string {
  const key = `sale/${sale.receipt}`
  return key.length <= 255 ? key : `sale/${fingerprintOf(sale.receipt)}`
}

/** What tells the sale among those of another source. */
function toldOf({ receiptNumber, till, soldAt, currency, tenders }: ReceiptSale): string {
  const total = tenders.reduce((sum, tender) => sum + tender.amount, 0)
  return JSON.stringify({ receiptNumber, till, soldAt, currency, total })
}

function textOf({ body }: Pick<CapturedReceipt, 'body'>): string {
  return body.lines.join('\n')
}
