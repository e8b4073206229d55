import { CashMoved, SaleCompleted } from '../../../shared/events.ts'
import { sum } from '../../../shared/money.ts'
import { namedOrder } from '../../../shared/named-order.ts'
import { checked, receiptTooLong } from '../../../shared/record-problems.ts'
import type { SqlRow } from './engine.ts'
import type { ReceiptMapping } from './mapping.ts'
import { amountIn } from './money-in-rows.ts'
import { receiptIncomplete, receiptUnproven, ticketTypeUnknown } from './problems.ts'
import { label, lessChange, lineOf, paidIn, taxOf } from './receipt-parts.ts'
import type { Interpretation, Reader, Telling } from './row-kind.ts'
import { meaningIn, textIn, valueIn } from './values.ts'

/** A receipt's rows in one snapshot. `cut`: there are more rows than may be read. */
export interface ReceiptRows {
  readonly header: SqlRow
  readonly lines: readonly SqlRow[]
  readonly taxes: readonly SqlRow[]
  readonly tenders: readonly SqlRow[]
  /** What it says of the online order that it rings up. */
  readonly orders: readonly string[]
  readonly cut: boolean
}

const MOST_LINES = 2_000
const MOST_TAXES_OR_TENDERS = 50

/** Reads a receipt's rows. Pure. @throws the reason why they can't be read */
export function interpretReceipt(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader): Interpretation {
  const { header, lines, taxes, tenders, cut } = rows
  if (cut || lines.length > MOST_LINES) throw receiptTooLong({ limit: MOST_LINES })
  if (Math.max(taxes.length, tenders.length) > MOST_TAXES_OR_TENDERS)
    throw receiptTooLong({ limit: MOST_TAXES_OR_TENDERS })
  const type = textIn(header, 'type')
  if (type === null) return withoutTicket(rows, mapping, reader)
  const meaning = meaningIn(mapping.types, type)
  if (meaning === undefined) throw ticketTypeUnknown({ type })
  if (meaning === 'unproven') throw receiptUnproven({ is: type })
  if (meaning === 'void') return { is: 'void' }
  const sale = saleOf(rows, mapping, reader)
  if (lines.length === 0 && tenders.length === 0) return { is: 'waiting', overdue: null }
  if (sale.addsUp) return { is: 'whole', ...sale.telling }
  const overdue = lines.length > 0 ? sale.telling : { refuse: receiptIncomplete({ lacks: 'lines' }) }
  return { is: 'waiting', overdue }
}

/** No ticket: cash put into or taken out of the drawer, or a receipt whose other rows are not written yet. */
function withoutTicket(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader): Interpretation {
  const { header, lines, taxes, tenders } = rows
  if (tenders.length === 0 && lines.length === 0) return { is: 'waiting', overdue: null }
  const isDrawer = tenders.every(
    tender => meaningIn(mapping.tenderKinds, textIn(tender, 'kind') ?? '') === 'drawer',
  )
  if (!isDrawer || lines.length + taxes.length > 0)
    return { is: 'waiting', overdue: { refuse: receiptIncomplete({ lacks: 'ticket' }) } }
  const amounts = tenders.map(tender => amountIn(tender, 'amount', reader.currency, 'payment'))
  const notes = tenders.map(tender => textIn(tender, 'note') ?? textIn(tender, 'kind') ?? '')
  const facts = {
    kind: 'cash.moved',
    receipt: String(header['key']),
    till: label(textIn(header, 'till') ?? reader.till, 255),
    businessDate: reader.businessDateOf(reader.wallOf(valueIn(header, 'at'), 'receipt date')),
    currency: reader.currency,
    amount: sum(amounts),
    name: label([...new Set(notes)].join(', '), 500),
  }
  const moved = checked(CashMoved, { ...facts, at: 0, source: reader.source })
  return { is: 'whole', told: 'cash', tell: ({ at }) => [{ ...moved, at }] }
}

/** Placeholders for what an event gets when it is reported, so that everything else is checked here, where a refusal can name it. */
const PROBE = { at: 0, fingerprint: '0'.repeat(43) }

function saleOf(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader) {
  const { header } = rows
  const { currency, source } = reader
  const wall = reader.wallOf(valueIn(header, 'at'), 'receipt date')
  const lines = rows.lines.map(line => lineOf(line, mapping, reader))
  const taxes = rows.taxes.map(tax => taxOf(tax, reader))
  const paid = paidIn(rows.tenders, mapping, reader)
  const { roundedBy } = paid
  const due = sum(lines.map(line => line.net)) + sum(taxes.map(tax => tax.amount)) + roundedBy
  const surplus = sum(paid.tenders.map(tender => tender.amount)) - due
  // Each line and each tax was rounded once, here or by the POS.
  const isNear = (amount: number) => Math.abs(amount) <= lines.length + taxes.length
  const given =
    paid.isChangeUnknown && surplus > 0 && !isNear(surplus) ? lessChange(paid.tenders, surplus) : null
  const difference = given === null ? surplus : 0
  const addsUp = isNear(difference)
  const sale = checked(SaleCompleted, {
    ...PROBE,
    kind: 'sale.completed',
    source,
    receipt: String(header['key']),
    receiptNumber: textIn(header, 'number') ?? '',
    till: label(textIn(header, 'till') ?? reader.till, 255),
    staff: textIn(header, 'staff') === null ? null : label(textIn(header, 'staff'), 255),
    businessDate: reader.businessDateOf(wall),
    soldAt: { wall, zone: reader.zone },
    currency,
    lines,
    taxes,
    tenders: given ?? paid.tenders,
    rounding: roundedBy + (addsUp ? difference : 0),
    unexplained: addsUp ? 0 : difference,
    ...namedOrder(rows.orders),
  })
  const telling: Telling = {
    told: 'sale',
    tell: ({ at, fingerprint }) => [{ ...sale, at, fingerprint }],
  }
  return { telling, addsUp }
}
