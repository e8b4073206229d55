import type { PosTime } from '../../shared/events.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import type { Tx } from '../db/db.ts'
import type { Origin, PlacedEvent } from '../streams/placed-event.ts'
import { RecordsRefused, type RefusedRecord } from '../streams/record-refused.ts'
import { type Teller, tellers } from './one-teller.ts'
import { keyText } from './receipt-key.ts'
import { noteRefused, refusedKeys } from './refused-receipts.ts'
import { type HeldBy, type NumberedEvent, readHeldBy, type Told, toldBy } from './told.ts'
import { findApart, isUnclear } from './told-apart.ts'

/**
 * Two tills that read one POS tell one receipt alike. Two tills that each have a POS of their own may both print a
 * receipt 17: another till's content with another moment is another sale, and must not replace the first. So with
 * entries of the stock diary and cash movements. Where only the date is told, the goods and the amount decide. All
 * devices of one till's name are one teller.
 * @param keys under which the hub holds what each event is about
 * @throws RecordsRefused with each record that must not take effect
 */
export async function expectOneTillEach(
  tx: Tx,
  store: number,
  placed: readonly PlacedEvent<NumberedEvent>[],
  keys: readonly Buffer[],
): Promise<void> {
  const told = placed.map(({ event, origin }, index) => {
    const one = toldBy(event)
    return { event, origin, told: one, key: keys[index] ?? one.key }
  })
  const held = new Map<string, HeldBy>()
  for (const [what, some] of Map.groupBy(told, one => one.told.what)) {
    const own = some.map(({ key }) => key)
    for (const [key, by] of await readHeldBy(tx, what, store, own)) held.set(`${what}/${key}`, by)
  }
  const others = told.filter(({ told: { what }, key, origin }) => {
    const by = held.get(`${what}/${keyText(key)}`)
    return by !== undefined && by.device !== '' && by.device !== origin.device
  })
  if (others.length === 0) return
  const refused = await judge(tx, store, others, held)
  if (refused.length > 0) throw new RecordsRefused(refused)
}

interface Judged {
  readonly event: NumberedEvent
  readonly origin: Origin
  readonly told: Told
  readonly key: Buffer
}

async function judge(
  tx: Tx,
  store: number,
  others: readonly Judged[],
  held: ReadonlyMap<string, HeldBy>,
): Promise<readonly RefusedRecord[]> {
  const teller = tellers(tx)
  const refused: RefusedRecord[] = []
  for (const [device, own] of Map.groupBy(others, one => one.origin.device)) {
    const { till, devices } = await teller(device)
    const voids = own.filter(({ told }) => told.mark === null).map(({ key }) => key)
    const notCounted = new Set(voids.length === 0 ? [] : await refusedKeys(tx, store, voids, devices))
    const retold = own.flatMap(one => {
      const by = held.get(`${one.told.what}/${keyText(one.key)}`)
      return by === undefined || devices.has(by.device) ? [] : [{ ...one, by }]
    })
    const apart = await findApart(tx, store, retold.filter(isUnclear), devices)
    for (const one of retold) {
      const { by } = one
      const name = keyText(one.key)
      const mark = one.told.mark ?? one.told.moment // a void that does not say of which sale it is
      const isBlind = one.event.kind === 'sale.voided' && one.event.reason === 'unknown-here'
      const isOtherMark = mark === null ? notCounted.has(name) : by.mark !== null && by.mark !== mark
      const isOther = isBlind || isOtherMark || apart.has(one.event)
      if (!isOther) continue
      if (one.told.what === 'sale') notCounted.add(name)
      refused.push(refuse(store, one, till, await teller(by.device)))
    }
  }
  return refused
}

function refuse(store: number, { event, origin, told }: Judged, till: string, holder: Teller): RefusedRecord {
  const { device, epoch, seq } = origin
  const subject = `${device}/${told.what}/${told.source}/${told.name}`
  return {
    epoch,
    seq,
    problem: `Till "${holder.till}" has told another ${words[told.what]} ${told.name} of source "${told.source}".`,
    exception: {
      ...worded(event, { store: origin.store, till, other: holder.till, source: told.source }),
      subject,
      store: origin.store,
      device,
      evidence: { device, epoch, seq, source: told.source, key: told.name, kind: event.kind },
    } as SubjectProblem, // its code still goes with its fields
    note: tx => noteRefused(tx, store, { event, told, subject }, origin),
  }
}

/** The date alone where its POS tells no time of day. */
const inWords = ({ wall }: PosTime) => wall.replace(/T00:00:00(\.0+)?$/, '').replace('T', ' ')

const words = { sale: 'receipt', entry: 'stock entry', cash: 'cash movement' } as const

function worded(
  event: NumberedEvent,
  of: { readonly store: string; readonly till: string; readonly other: string; readonly source: string },
): Pick<SubjectProblem, 'code' | 'fields'> {
  switch (event.kind) {
    case 'sale.completed': {
      const money = event.tenders.reduce((sum, { amount }) => sum + amount, 0)
      const total = { money, currency: event.currency }
      const soldAt = inWords(event.soldAt)
      return {
        code: 'receipt-of-two-tills.sale',
        fields: { ...of, receipt: event.receiptNumber || event.receipt, soldAt, total },
      }
    }
    case 'sale.voided':
      return { code: 'receipt-of-two-tills.void', fields: { ...of, receipt: event.receipt } }
    case 'stock.moved': {
      const { entry, sku, quantity } = event
      const happenedAt = inWords(event.happenedAt)
      return {
        code: 'receipt-of-two-tills.entry',
        fields: { ...of, entry, sku, quantity: quantity / 1000, happenedAt },
      }
    }
    case 'cash.moved': {
      const amount = { money: event.amount, currency: event.currency }
      return {
        code: 'receipt-of-two-tills.cash',
        fields: { ...of, receipt: event.receipt, date: event.businessDate, amount },
      }
    }
  }
}
