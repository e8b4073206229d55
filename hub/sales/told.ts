import type { CashMoved, SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
import { textsOf } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { fingerprintKey, keyText, receiptKey } from './receipt-key.ts'
import { dateNumber, wallNumber } from './sale-times.ts'

/** Events about something that a POS numbers, and of which the hub holds the newest content. */
export type NumberedEvent = SaleCompleted | SaleVoided | StockMoved | CashMoved
export type Numbered = 'sale' | 'entry' | 'cash'

/** What an event says: of which receipt, entry or cash movement, by its POS's name for it. */
export interface Told {
  readonly what: Numbered
  readonly source: string
  readonly name: string
  readonly key: Buffer
  /** Differs between two things that two tills gave one number. Null: the event does not say (a void). */
  readonly mark: string | null
  /** Of its content. Null for a void. */
  readonly fingerprint: Buffer | null
}

/** What the hub holds under a key: the device that told its newest content, and its mark; null: not known. */
export interface HeldBy {
  readonly device: string
  readonly mark: string | null
}

export function toldBy(event: NumberedEvent): Told {
  const { source } = event
  const name = event.kind === 'stock.moved' ? event.entry : event.receipt
  const of = { source, name, key: receiptKey(source, name) }
  switch (event.kind) {
    case 'sale.completed':
      return { ...of, what: 'sale', mark: String(wallNumber(event.soldAt.wall)), ...fingerprintOf(event) }
    case 'sale.voided':
      return { ...of, what: 'sale', mark: null, fingerprint: null }
    case 'stock.moved':
      return {
        ...of,
        what: 'entry',
        mark: String(wallNumber(event.happenedAt.wall)),
        ...fingerprintOf(event),
      }
    case 'cash.moved': {
      const mark = cashMark({ ...event, date: dateNumber(event.businessDate) })
      return { ...of, what: 'cash', mark, ...fingerprintOf({ fingerprint: mark }) }
    }
  }
}

const fingerprintOf = ({ fingerprint }: { readonly fingerprint: string }) => ({
  fingerprint: fingerprintKey(fingerprint),
})

interface CashContent {
  readonly date: number
  readonly till: string
  readonly currency: string
  readonly amount: number
  readonly name: string
}

/** Cash has no moment: all of its content tells two movements apart. */
function cashMark(cash: CashContent): string {
  return JSON.stringify([cash.date, cash.till, cash.currency, cash.amount, cash.name])
}

/** What the hub holds under these keys, by `keyText`. */
export async function readHeldBy(
  tx: Tx,
  what: Numbered,
  store: number,
  keys: readonly Buffer[],
): Promise<ReadonlyMap<string, HeldBy>> {
  const found = new Map<string, HeldBy>()
  for (let from = 0; from < keys.length; from += KEYS_A_QUERY)
    for (const [key, held] of await readers[what](tx, store, keys.slice(from, from + KEYS_A_QUERY)))
      found.set(key, held)
  return found
}

const KEYS_A_QUERY = 250

type Read = (tx: Tx, store: number, keys: readonly Buffer[]) => Promise<ReadonlyMap<string, HeldBy>>

const readers: { readonly [W in Numbered]: Read } = {
  async sale(tx, store, keys) {
    const rows = await tx
      .selectFrom('sale')
      .select(['receipt', 'device', 'sold_at'])
      .where('store', '=', store)
      .where('receipt', 'in', keys)
      .execute()
    return heldBy(
      tx,
      rows.map(row => ({ key: row.receipt, device: row.device, mark: String(row.sold_at) })),
    )
  },
  async entry(tx, store, keys) {
    const rows = await tx
      .selectFrom('stock_entry')
      .select(['key', 'device', 'happened_at'])
      .where('store', '=', store)
      .where('key', 'in', keys)
      .execute()
    return heldBy(
      tx,
      rows.map(row => ({
        key: row.key,
        device: row.device,
        mark: row.happened_at === null ? null : String(row.happened_at),
      })),
    )
  },
  async cash(tx, store, keys) {
    const rows = await tx
      .selectFrom('cash')
      .select(['key', 'device', 'business_date', 'till', 'currency', 'amount', 'name'])
      .where('store', '=', store)
      .where('key', 'in', keys)
      .execute()
    const texts = await textsOf(
      tx,
      rows.flatMap(row => [row.till, row.name]),
    )
    const text = (code: number) => texts.get(code) ?? ''
    return heldBy(
      tx,
      rows.map(({ key, device, business_date: date, till, currency, amount, name }) => ({
        key,
        device,
        mark: cashMark({ date, till: text(till), currency, amount, name: text(name) }),
      })),
    )
  },
}

async function heldBy(
  tx: Tx,
  rows: readonly { readonly key: Buffer; readonly device: number | null; readonly mark: string | null }[],
): Promise<ReadonlyMap<string, HeldBy>> {
  const devices = await textsOf(
    tx,
    rows.flatMap(row => row.device ?? []),
  )
  return new Map(
    rows.map(({ key, device, mark }) => [keyText(key), { device: devices.get(device ?? 0) ?? '', mark }]),
  )
}
