import type { CashMoved, PosTime, SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
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
  /** The moment of what it is about, also for a void that says it; null: it does not, or has none. */
  readonly moment: string | null
  /** Of its content. Null for a void. */
  readonly fingerprint: Buffer | null
}

/** What the hub holds under a key: the device that told its newest content, its mark and fingerprint; null: not known. */
export interface HeldBy {
  readonly device: string
  readonly mark: string | null
  readonly fingerprint: Buffer | null
}

export function toldBy(event: NumberedEvent): Told {
  const { source } = event
  const name = event.kind === 'stock.moved' ? event.entry : event.receipt
  const of = { source, name, key: receiptKey(source, name) }
  switch (event.kind) {
    case 'sale.completed':
      return { ...of, what: 'sale', ...markedBy(event.soldAt), ...fingerprintOf(event) }
    case 'sale.voided':
      return { ...of, what: 'sale', mark: null, moment: momentOf(event.wall), fingerprint: null }
    case 'stock.moved':
      return { ...of, what: 'entry', ...markedBy(event.happenedAt), ...fingerprintOf(event) }
    case 'cash.moved': {
      const mark = cashMark({ ...event, date: dateNumber(event.businessDate) })
      return { ...of, what: 'cash', mark, moment: null, ...fingerprintOf({ fingerprint: mark }) }
    }
  }
}

const momentOf = (wall: string | undefined) => (wall === undefined ? null : String(wallNumber(wall)))

function markedBy({ wall }: PosTime): { readonly mark: string; readonly moment: string } {
  const moment = String(wallNumber(wall))
  return { mark: moment, moment }
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
      .select(['receipt', 'device', 'sold_at', 'fingerprint'])
      .where('store', '=', store)
      .where('receipt', 'in', keys)
      .execute()
    return heldBy(
      tx,
      rows.map(({ receipt: key, sold_at, ...row }) => ({ ...row, key, mark: String(sold_at) })),
    )
  },
  async entry(tx, store, keys) {
    const rows = await tx
      .selectFrom('stock_entry')
      .select(['key', 'device', 'happened_at', 'fingerprint'])
      .where('store', '=', store)
      .where('key', 'in', keys)
      .execute()
    return heldBy(
      tx,
      rows.map(({ happened_at: at, ...row }) => ({ ...row, mark: at === null ? null : String(at) })),
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
      rows.map(({ key, device, business_date: date, till, currency, amount, name }) => {
        const mark = cashMark({ date, till: text(till), currency, amount, name: text(name) })
        return { key, device, mark, fingerprint: fingerprintKey(mark) }
      }),
    )
  },
}

async function heldBy(
  tx: Tx,
  rows: readonly (Pick<HeldBy, 'mark' | 'fingerprint'> & {
    readonly key: Buffer
    readonly device: number | null
  })[],
): Promise<ReadonlyMap<string, HeldBy>> {
  const devices = await textsOf(
    tx,
    rows.flatMap(row => row.device ?? []),
  )
  return new Map(
    rows.map(({ key, device, ...row }) => [keyText(key), { ...row, device: devices.get(device ?? 0) ?? '' }]),
  )
}
