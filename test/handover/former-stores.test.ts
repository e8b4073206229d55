import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryOf } from '../../agent/agent-journal.ts'
import type { DeviceFile } from '../../agent/enrolment/device-file.ts'
import { formerDevices, formerStoreAt } from '../../agent/handover/former-stores.ts'
import { inheritMemory } from '../../agent/handover/inherit-memory.ts'
import { keptAsidePath } from '../../agent/journal/other-store.ts'
import type { KnownRow } from '../../agent/sources/source.ts'
import { DeviceId } from '../../shared/ids.ts'
import { DEVICE, lightWorld, openTestJournal } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

const identity = (device: string, store: string, enrolledAt?: string, hub = 'hub_1') => ({
  device: DeviceId.parse(device),
  hub: { id: hub, url: 'https://hub.example' },
  store,
  storeName: store,
  till: 'Till 1',
  zone: 'Europe/Berlin',
  privateKey: '',
  ...(enrolledAt === undefined ? {} : { enrolledAt: Date.parse(enrolledAt) }),
})
const FIRST = 'dev_first000000000000000'
const SECOND = 'dev_second00000000000000'

/** By the hour of a day, in winter time: whose a sale is. */
function storesBy(present: DeviceFile, hours: readonly string[]): (string | null)[] {
  using folder = temporaryFolder()
  const storeAt = formerStoreAt(
    formerDevices(lightWorld(), present, join(folder.path, 'journal.db')),
    present,
  )
  return hours.map(hour => storeAt(`2026-11-25T${hour}:00`))
}

test('a sale from before the enrolment in the present store belongs to the store of that time', () => {
  const former = [identity(FIRST, 'HAR', '2026-11-01T08:00Z'), identity(SECOND, 'MKT', '2026-11-25T10:00Z')]
  const present = { ...identity(DEVICE, 'OLD', '2026-11-25T12:00Z'), former }
  expect(storesBy(present, ['10:59', '11:00', '12:59', '13:00'])).toEqual(['HAR', 'MKT', 'MKT', null])
  const home = { ...identity(DEVICE, 'HAR', '2026-11-25T12:00Z'), former }
  expect(storesBy(home, ['10:59', '11:00', '13:00'])).toEqual([null, 'MKT', null])
})

test('of a till that never moved, of another hub and of enrolments without a time nothing is another store’s', () => {
  expect(storesBy(identity(DEVICE, 'HAR', '2026-11-25T12:00Z'), ['10:00'])).toEqual([null])
  const elsewhere = [identity(FIRST, 'MKT', undefined, 'hub_2')]
  const moved = { ...identity(DEVICE, 'HAR', '2026-11-25T12:00Z'), former: elsewhere }
  expect(storesBy(moved, ['10:00'])).toEqual([null])
  expect(storesBy({ ...identity(DEVICE, 'HAR'), former: [identity(FIRST, 'MKT')] }, ['10:00'])).toEqual([
    null,
  ])
})

test('of two zones the later reading counts, and enrolling again corrects a clock that was ahead', () => {
  const former = [identity(FIRST, 'MKT')]
  const london = { ...identity(DEVICE, 'LON', '2026-11-25T12:00Z'), zone: 'Europe/London', former }
  expect(storesBy(london, ['12:30', '13:00'])).toEqual(['MKT', null])
  const ahead = [identity(FIRST, 'MKT'), identity(SECOND, 'HAR', '2099-01-01T00:00Z')]
  const again = { ...identity(DEVICE, 'HAR', '2026-11-25T12:00Z'), former: ahead }
  expect(storesBy(again, ['12:59', '13:00'])).toEqual(['MKT', null])
})

const row = (key: string, over: Partial<KnownRow> = {}): KnownRow => ({
  key,
  fingerprint: `of ${key}`,
  state: 'sold',
  soldAt: `2026-11-25T10:00:00 ${key}`,
  since: 1,
  told: 'sale',
  ...over,
})

/** What the present device knows after it took over what a device of MKT had read, and HAR's rows with it. */
async function inherited(store: string, isKeyLost = false) {
  using folder = temporaryFolder()
  const world = lightWorld()
  const path = join(folder.path, 'journal.db')
  const rows = [
    row('receipts/1'),
    row('receipts/2', { state: 'waiting', told: null }),
    row('receipts/3', { former: { store: 'HAR', fingerprint: 'of receipts/3' } }),
    row('prices/TEE', { soldAt: ' prices/TEE', told: 'price' }),
  ]
  {
    using kept = openTestJournal(world, keptAsidePath(path, FIRST), FIRST)
    await memoryOf(kept.journal)('pos').commit({ events: [], known: rows, mark: null })
  }
  if (isKeyLost) writeFileSync(`${path}.other-stores`, JSON.stringify([{ device: FIRST, store: 'MKT' }]))
  const device = {
    ...identity(DEVICE, store, '2026-11-25T12:00Z'),
    ...(isKeyLost ? {} : { former: [identity(FIRST, 'MKT')] }),
  }
  using own = openTestJournal(world, path)
  const former = formerDevices(world, device, path)
  const sources = [{ source: 'pos', kind: 'unicenta' }]
  await inheritMemory(world, own.journal.parts.sources, { former, store, path, sources })
  const known = memoryOf(own.journal)('pos').known(rows.map(({ key }) => key))
  return rows.map(({ key }) => known.get(key)?.former ?? null)
}

test.each([
  ['is', false],
  ['is lost', true],
])('rows of a store that a PC has left stay that store’s; the key of its device %s', async (_, isKeyLost) => {
  expect(await inherited('OLD', isKeyLost)).toEqual([
    { store: 'MKT', fingerprint: 'of receipts/1' },
    { store: 'MKT', fingerprint: null },
    { store: 'HAR', fingerprint: 'of receipts/3' },
    null,
  ])
})

test('back in a store, its rows are its own again', async () => {
  const [first, second, third] = await inherited('HAR')
  expect([first?.store, second?.store, third]).toEqual(['MKT', 'MKT', null])
})
