import { type Db, transaction } from '../../../hub/db/db.ts'
import { applyEvents } from '../../../hub/effects/index.ts'
import { mapWarehouse, putStore } from '../../../hub/fleet/stores.ts'
import { takeDue } from '../../../hub/outbox/postings.ts'
import { recordWithoutCall } from '../../../hub/outbox/writes.ts'
import { openSignals } from '../../../hub/signals.ts'
import { writeOpenings } from '../../../hub/stock/opening-balance.ts'
import { beginCommands } from '../../../hub/streams/command-log.ts'
import { eventLog } from '../../../hub/streams/event-log.ts'
import { genesis, link } from '../../../shared/stream/chain.ts'
import { sale } from '../../gateway/till-and-hub.ts'

const DEVICE = 'dev_f000000000000001'
const PLACE = { store: 'HAR', location: 'gid://shopify/Location/101', warehouses: ['0'] } as const

/** Two sales, an edit, a void, a delivery, cash, and a kind that this version does not know. */
export const events: readonly object[] = [
  sale(1, 2),
  sale(2, 3),
  { ...sale(2, 1), fingerprint: 'edited-content-of-receipt-2' },
  sale(3, 5),
  { kind: 'sale.voided', at: 4, source: 'pos', receipt: 'r-3', reason: 'deleted' },
  {
    kind: 'stock.moved',
    at: 5,
    source: 'pos',
    entry: 'd-1',
    fingerprint: 'delivery-of-ten-shirts',
    reason: 'received',
    sku: 'SHIRT-M',
    barcode: null,
    quantity: 10_000,
    warehouse: '0',
    happenedAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
  },
  {
    kind: 'cash.moved',
    at: 6,
    source: 'pos',
    receipt: 'c-1',
    till: 'Till 1',
    businessDate: '2026-11-25',
    currency: 'EUR',
    amount: -5_000,
    name: 'to the bank',
  },
  { kind: 'kind.of-a-later-version', at: 7 },
]

/** Fills a hub of this version with what a later one must keep. */
export async function fillHub(db: Db): Promise<void> {
  await transaction(db, async tx => {
    await putStore(tx, { code: 'HAR', name: 'Harbour Street', zone: 'Europe/Berlin', currency: 'EUR' }, 0)
    await mapWarehouse(tx, 'HAR', '0', '101', 0)
    await tx
      .insertInto('device')
      .values({
        device: DEVICE,
        store: 'HAR',
        till: 'Till 1',
        public_key: '',
        state: 'active',
        enrolled_at: 0,
        sources_json: '[]',
      })
      .execute()
    await beginCommands(tx, DEVICE)
  })
  const log = eventLog({
    db,
    device: DEVICE,
    store: 'HAR',
    now: () => 1_000,
    apply: applyEvents,
    signals: openSignals(),
  })
  let hash = genesis('events', DEVICE, 1)
  for (const [index, event] of events.entries()) {
    const body = JSON.stringify(event)
    hash = link(hash, body)
    await log.commit([{ epoch: 1, seq: index + 1, hash, body }])
  }
  await transaction(db, async tx => {
    const level = { tracked: true, active: true, available: 20, onHand: 20, committed: 0 }
    const times = { availableAt: null, onHandAt: null, committedAt: null }
    const id = await recordWithoutCall(tx, { store: 'HAR', subject: 'SHIRT-M', why: 'frozen', now: 2_000 })
    await takeDue(tx, PLACE, ['SHIRT-M'], id)
    await writeOpenings(tx, PLACE, new Map([['SHIRT-M', { ...level, ...times }]]), {
      askedAt: 2_000,
      now: 2_000,
    })
  })
}
