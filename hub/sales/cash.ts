import type { CashMoved } from '../../shared/events.ts'
import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { receiptKey } from './receipt-key.ts'
import { dateNumber } from './sale-times.ts'

/** Keeps cash put into or taken out of drawers. One receipt of a source counts once, however often it is sent. */
export async function writeCash(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<CashMoved>[],
): Promise<void> {
  const newest = new Map(placed.map(one => [`${one.event.source}\n${one.event.receipt}`, one]))
  const rows = [...newest.values()]
  const codes = await codesFor(
    tx,
    rows.flatMap(({ event, origin }) => [event.source, event.till, event.name, origin.device]),
  )
  await insertRows(
    tx,
    'cash',
    rows.map(({ event, origin }) => ({
      store,
      key: receiptKey(event.source, event.receipt),
      source: codeIn(codes, event.source),
      till: codeIn(codes, event.till),
      business_date: dateNumber(event.businessDate),
      currency: event.currency,
      amount: event.amount,
      name: codeIn(codes, event.name),
      device: codeIn(codes, origin.device),
      epoch: origin.epoch,
      seq: origin.seq,
      received_at: origin.at,
    })),
    {
      key: ['store', 'key'],
      replace: [
        'till',
        'business_date',
        'currency',
        'amount',
        'name',
        'device',
        'epoch',
        'seq',
        'received_at',
      ],
    },
  )
}
