import { type AgentJournal, memoryOf } from '../../../agent/agent-journal.ts'
import { witnessDefaults } from '../../../agent/matching/witness.ts'
import { EpochMs, PeripheralName, PickupId, SourceId } from '../../../shared/ids.ts'
import { sale } from '../../gateway/till-and-hub.ts'
import { put, receiveCommands } from '../test-journal.ts'

const pos = SourceId.parse('pos')
const printer = SourceId.parse('printer')
export const frozenRules = {
  witnesses: [{ witness: printer, primary: pos, ...witnessDefaults }],
  writeBacks: [{ target: pos, what: ['order' as const] }],
}
const known = { key: 'k-1', fingerprint: 'f-1', state: 'sold' as const, since: 1, told: 'sale' }
const body = { lines: ['TOTAL 19,90'], codes: [], images: [], cut: false }
export const slip = {
  job: 'print_1',
  device: PeripheralName.parse('counter'),
  kind: 'pick-slip' as const,
  subject: PickupId.parse('gid://shopify/FulfillmentOrder/1'),
  orderName: '#1001',
  copyOf: null,
  madeAt: EpochMs.parse(1_795_597_200_000),
  bytes: new TextEncoder().encode('slip'),
}

/** Something in every table: what a frozen file holds. */
export async function fill(journal: AgentJournal): Promise<void> {
  const { parts } = journal
  await memoryOf(journal)('pos').commit({
    events: [sale(1), sale(2)],
    known: [{ ...known, soldAt: '2026-11-25T10:00:00 k-1' }],
    mark: { row: 7 },
  })
  await memoryOf(journal)('printer').commit({
    events: [sale(3, 1, { source: 'printer' })],
    known: [],
    mark: null,
  })
  await journal.events.acknowledge({ epoch: 1, seq: 1 })
  await receiveCommands(journal, [
    { kind: 'store.described', at: 1, store: 'HAR', name: 'Harbour', till: 'Till 9', zone: 'Europe/Berlin' },
    put(),
    put({ pickup: PickupId.parse('gid://shopify/FulfillmentOrder/2'), state: 'cancelled' }),
    { kind: 'weather.changed', at: 1 },
  ])
  await parts.pickups.move(() => ({
    kind: 'pickup.moved',
    at: EpochMs.parse(1_795_597_200_000),
    pickup: PickupId.parse(slip.subject),
    move: 'pick',
    staff: 'Ada',
    till: 'Till 9',
    reason: null,
  }))
  await parts.captured.of('receipts').add({ printer: 'counter', at: 1, body })
  await parts.printing.write(() => parts.printing.jobs.add(slip))
}
