import type { CashMoved } from '../../shared/events.ts'
import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import type { HeldName } from './decide.ts'
import { expectOneTillEach } from './one-till-a-receipt.ts'
import { keyText } from './receipt-key.ts'
import { heldNames } from './receipt-names.ts'
import { clearRefused } from './refused-receipts.ts'
import { dateNumber } from './sale-times.ts'
import { readHeldBy, toldBy } from './told.ts'

/**
 * Keeps cash put into or taken out of drawers. One receipt of a source counts once, however often it is sent.
 * @param store below 0 while a rebuild replays
 */
export async function writeCash(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<CashMoved>[],
): Promise<void> {
  const names = await heldNames(tx, store, placed)
  const keys = names.map(({ key }) => key)
  if (store > 0) await expectOneTillEach(tx, store, placed, keys)
  await writeRows(
    tx,
    store,
    placed.flatMap(({ event, origin }, index) => {
      const name = names[index]
      return name === undefined ? [] : [{ event, origin, name }]
    }),
  )
  if (store > 0) await clearRefused(tx, store, placed, placed[0]?.origin.at ?? 0)
}

/** Of each the newest content, unless the hub holds just that: it stays with the device that told it first. */
async function writeRows(
  tx: Tx,
  store: number,
  placed: readonly (PlacedEvent<CashMoved> & { readonly name: HeldName })[],
): Promise<void> {
  const held = await readHeldBy(
    tx,
    'cash',
    store,
    placed.map(one => one.name.key),
  )
  const marks = new Map([...held].map(([key, { mark }]) => [key, mark]))
  const changed = new Map<string, (typeof placed)[number]>()
  for (const one of placed) {
    const [key, { mark }] = [keyText(one.name.key), toldBy(one.event)]
    if (marks.get(key) === mark) continue
    marks.set(key, mark)
    changed.set(key, one)
  }
  const rows = [...changed.values()]
  const codes = await codesFor(
    tx,
    rows.flatMap(({ event, origin, name }) => [name.source, event.till, event.name, origin.device]),
  )
  await insertRows(
    tx,
    'cash',
    rows.map(({ event, origin, name }) => ({
      store,
      key: name.key,
      source: codeIn(codes, name.source),
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
