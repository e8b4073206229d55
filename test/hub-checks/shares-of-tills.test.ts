import { expect, test } from 'vitest'
import { countOpenExceptions, listExceptions, reconcileExceptions } from '../../hub/checks/exceptions.ts'
import { handedOverUnknown } from '../../hub/checks/handed-over-unknown.ts'
import { transaction } from '../../hub/db/db.ts'
import { pickupsWaitedFor } from '../../hub/pickups/move-log.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const HOUR_MS = 3_600_000

const moved = (number: number, over: object = {}) => ({
  kind: 'pickup.moved',
  at: 1_700_000_000_000 + number,
  pickup: `gid://shopify/FulfillmentOrder/${String(number).padStart(6, '0')}`,
  move: 'collect',
  staff: 'Maya',
  till: 'Till 1',
  reason: null,
  ...over,
})

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

async function inChunks(
  receive: (bodies: readonly object[]) => Promise<void>,
  bodies: readonly object[],
): Promise<void> {
  for (let from = 0; from < bodies.length; from += 500) await receive(bodies.slice(from, from + 500))
}

test('one till’s made-up hand-overs hide no other till’s urgent one, and are not all asked of Shopify', async () => {
  await using hub = await openTillRecords()
  const [rogue, honest] = [await hub.enrol(), await hub.enrol('Till 2')]
  await inChunks(
    bodies => hub.receive(rogue, bodies),
    range(700).map(number => moved(number)),
  )
  await hub.receive(honest, [moved(900_000, { till: 'Till 2' })])
  const later = hub.world.clock.now() + 2 * HOUR_MS
  await transaction(hub.db, async tx => {
    const found = await handedOverUnknown.find(tx, later)
    await reconcileExceptions(tx, {
      kind: 'handed-over-unknown',
      scope: 'all',
      found,
      at: later,
      seen: 'still',
    })
  })
  const open = await listExceptions(hub.db)
  const ofHonest = open.filter(({ subject }) => subject.includes('/900000')).map(({ kind }) => kind)
  expect.soft((await pickupsWaitedFor(hub.db, later, new Map())).pickups.length).toBeLessThanOrEqual(501)
  expect.soft(ofHonest).toContain('pickup-move-refused')
  expect.soft(ofHonest).toContain('handed-over-unknown')
})

test.each<[string, string, (number: number) => object]>([
  [
    'peripherals that are missing',
    'peripheral-missing',
    (number: number) => ({
      kind: 'peripheral.changed',
      at: 1,
      peripheral: `printer-${number}`,
      what: 'printer',
      connected: false,
      conditions: [],
      sentence: 'Gone.',
    }),
  ],
  [
    'writes that a POS refused',
    'pos-write-refused',
    (number: number) => ({
      kind: 'pos.written',
      at: 1,
      source: 'pos',
      what: 'order',
      externalId: `x-${number}`,
      problem: { code: 'X', sentence: 'No.' },
    }),
  ],
])('one till’s flood of %s leaves room for its store’s other tills', async (_what, kind, body) => {
  await using hub = await openTillRecords()
  const [rogue, honest] = [await hub.enrol(), await hub.enrol('Till 2')]
  await inChunks(bodies => hub.receive(rogue, bodies), range(600).map(body))
  await hub.receive(honest, [body(900_000)])
  const open = await listExceptions(hub.db)
  expect(open.some(one => one.kind === kind && one.subject.includes('900000'))).toBe(true)
  expect((await countOpenExceptions(hub.db)).byStore.get('HAR')).toBeLessThan(600)
})
