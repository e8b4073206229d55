import { sql } from 'kysely'
import { type Db, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { addDevice } from '../../hub/fleet/devices.ts'
import { openSignals } from '../../hub/signals.ts'
import { type ApplyEvents, eventLog } from '../../hub/streams/event-log.ts'
import type { Projection } from '../../hub/streams/projection.ts'
import { type AgentEvent, CashMoved, SaleVoided, StockMoved } from '../../shared/events.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { sale } from '../gateway/till-and-hub.ts'

export const TILLS = ['dev_aaaaaaaaaaaaaaaa', 'dev_bbbbbbbbbbbbbbbb'] as const

/** What happens at a till to the receipt, entry or cash slip of a number. */
export interface Happening {
  readonly what: 'sale' | 'void' | 'entry' | 'cash'
  readonly number: number
  readonly units: number
}

export function eventOf({ what, number, units }: Happening, at: number): AgentEvent {
  const source = 'pos'
  if (what === 'sale') return sale(number, units, { at })
  if (what === 'void')
    return SaleVoided.parse({ kind: 'sale.voided', at, source, receipt: `r-${number}`, reason: 'deleted' })
  if (what === 'cash')
    return CashMoved.parse({
      kind: 'cash.moved',
      at,
      source,
      receipt: `c-${number}`,
      till: 'till-1',
      businessDate: '2026-11-25',
      currency: 'EUR',
      amount: units * 100,
      name: 'Bank',
    })
  return StockMoved.parse({
    kind: 'stock.moved',
    at,
    source,
    entry: `e-${number}`,
    fingerprint: `fingerprint-of-entry-${units}`,
    reason: 'received',
    sku: 'SHIRT-M',
    barcode: null,
    quantity: units * 1000,
    warehouse: '0',
    happenedAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
  })
}

/** Tills whose batches reach the hub's event logs, chained as a till chains them. `now`: the hub's clock, which may jump. */
export function feed(db: Db, now: () => number) {
  const heads = new Map<string, { seq: number; hash: string }>()
  let at = 0
  return async (
    device: string,
    happenings: readonly Happening[],
    apply: ApplyEvents = applyEvents,
    spell: (event: AgentEvent) => string = event => JSON.stringify(event),
  ): Promise<void> => {
    if (!heads.has(device)) await enrolTill(db, device)
    const head = heads.get(device) ?? { seq: 0, hash: genesis('events', device, 1) }
    const records = happenings.map(happening => {
      at += 1
      const body = spell(eventOf(happening, at))
      head.seq += 1
      head.hash = link(head.hash, body)
      return { epoch: 1, seq: head.seq, hash: head.hash, body }
    })
    heads.set(device, head)
    await eventLog({ db, device, store: 'HAR', now, apply, signals: openSignals() }).commit(records)
  }
}

export const enrolTill = (db: Db, device: string) =>
  transaction(db, tx => addDevice(tx, { device, store: 'HAR', till: device, publicKey: '' }, 0))

/** Every row of a projection's tables, in one order. */
export async function dump(
  db: Db,
  { tables }: Pick<Projection, 'tables'>,
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of tables) {
    const rows = await db.rows(sql<Record<string, unknown>>`SELECT * FROM ${sql.table(table)}`)
    found[table] = rows.map(row => JSON.stringify(row)).toSorted()
  }
  return found
}
