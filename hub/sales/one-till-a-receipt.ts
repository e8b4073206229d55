import { isExceptionOpen } from '../checks/exceptions.ts'
import { textsOf } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { recordRefused } from '../streams/record-refused.ts'
import type { ReceiptEvent } from './decide.ts'
import { keyText, receiptKey } from './receipt-key.ts'
import { wallNumber } from './sale-times.ts'

/** A receipt as the hub holds it: the device that told its newest content, and when it was sold. */
interface ToldBy {
  readonly device: string
  readonly soldAt: number
}

/**
 * Two tills that read one POS tell one receipt alike. Two tills that each have a POS of their own may both print a
 * receipt 17: another till's content that was sold at another moment is another sale, and must not replace the first.
 * @param held keys, by `keyText`, of receipts that the hub holds
 * @throws RECORD_REFUSED
 */
export async function expectOneTillEach(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<ReceiptEvent>[],
  held: ReadonlySet<string>,
): Promise<void> {
  if (held.size === 0) return
  const told = await readTellers(tx, store, placed, held)
  for (const { event, origin } of placed) {
    if (event.kind === 'stock.moved') continue
    const known = told.get(keyText(receiptKey(event.source, event.receipt)))
    if (known === undefined || known.device === origin.device) continue
    const isOther =
      event.kind === 'sale.completed'
        ? wallNumber(event.soldAt.wall) !== known.soldAt
        : await isExceptionOpen(tx, 'event-unreadable', `${origin.device}/sale.completed`)
    if (isOther) throw refused(event, known.device)
  }
}

const refused = ({ source, receipt }: { source: string; receipt: string }, device: string) =>
  recordRefused({
    problem: `Another till (device ${device}) has sold a receipt of this number, ${receipt}, at another time. If both tills number their own receipts, give the source "${source}" another name on one of them: it is then read again, and nothing is lost.`,
  })

async function readTellers(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<ReceiptEvent>[],
  held: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ToldBy>> {
  const keys = placed.flatMap(({ event }) => {
    const key = event.kind === 'stock.moved' ? null : receiptKey(event.source, event.receipt)
    return key !== null && held.has(keyText(key)) ? [key] : []
  })
  if (keys.length === 0) return new Map()
  const rows = await tx
    .selectFrom('sale')
    .select(['receipt', 'device', 'sold_at'])
    .where('store', '=', store)
    .where('receipt', 'in', keys)
    .execute()
  const devices = await textsOf(
    tx,
    rows.map(row => row.device),
  )
  return new Map(
    rows.map(row => [keyText(row.receipt), { device: devices.get(row.device) ?? '', soldAt: row.sold_at }]),
  )
}
