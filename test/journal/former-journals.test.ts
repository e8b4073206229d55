import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DeviceFile, readDeviceFile, writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { bringHome } from '../../agent/handover/bring-home.ts'
import { isHomeOf, startFormerDevices } from '../../agent/handover/former-devices.ts'
import { inheritMemory } from '../../agent/handover/inherit-memory.ts'
import { adoptJournal } from '../../agent/journal/adopt.ts'
import { dropCarried, formerPath, keptAsidePath } from '../../agent/journal/other-store.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { DEVICE, lightWorld, openTestJournal } from './test-journal.ts'

const FORMER = 'dev_former0000000000000'

function setUp() {
  const folder = temporaryFolder()
  const world = lightWorld()
  const { privateKey } = newSigningKey(world.random)
  /** The device file of a PC that is in store `store` and was `FORMER` in store `was`. */
  const file = (store: string, was: string | null, hub = 'hub_test'): DeviceFile => {
    const common = { storeName: 'Store', till: 'Till 1', zone: 'Europe/Berlin', privateKey }
    const identity = (device: string, of: string) => ({
      ...common,
      device: device as DeviceFile['device'],
      store: of,
      hub: { id: hub, url: 'http://127.0.0.1:1', key: 'key-before' },
    })
    return { ...identity(DEVICE, store), former: was === null ? [] : [identity(FORMER, was)] }
  }
  return {
    world,
    file,
    path: join(folder.path, 'journal.db'),
    devicePath: join(folder.path, 'device.json'),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
const spoil = (path: string) => writeFileSync(path, Buffer.alloc(8192, 'this is not a database '))

test('a damaged journal of another store stops no start, and head office is told', async () => {
  using set = setUp()
  const { world, path } = set
  spoil(keptAsidePath(path, FORMER))
  using former = startFormerDevices({
    world,
    device: set.file('HAR', 'OLD'),
    path,
    version: '1',
    changed() {},
  })
  expect(former.kept()).toMatchObject([{ device: FORMER, store: 'OLD', refused: 'JOURNAL_DAMAGED' }])
  using opened = openTestJournal(world, path)
  const before = [{ device: FORMER, store: 'OLD', until: null, zone: 'Europe/Berlin' }]
  const sources = [{ source: 'pos', kind: 'files' }]
  await inheritMemory(world, opened.journal.parts.sources, { former: before, store: 'HAR', path, sources })
})

test('one that can’t be brought home stops no start either', async () => {
  using set = setUp()
  const { world, path } = set
  const device = set.file('OLD', 'OLD')
  spoil(keptAsidePath(path, FORMER))
  using opened = openTestJournal(world, path)
  await bringHome(world, device, path, opened.journal)
  using former = startFormerDevices({ world, device, path, version: '1', changed() {} })
  expect(former.kept()).toMatchObject([{ device: FORMER, refused: 'JOURNAL_DAMAGED' }])
})

test('a restored hub is offered what other former devices have, past a damaged one', async () => {
  using set = setUp()
  const { world, path } = set
  spoil(formerPath(path, FORMER))
  using former = startFormerDevices({
    world,
    device: set.file('HAR', 'HAR'),
    path,
    version: '1',
    changed() {},
  })
  await former.offer()
  expect(former.kept()).toMatchObject([{ device: FORMER, refused: 'JOURNAL_DAMAGED' }])
})

test('what was handed over is dropped once; what is offered again later stays', async () => {
  using set = setUp()
  const { world, path } = set
  {
    using before = openTestJournal(world, path, FORMER)
    await before.journal.record([sale(1), sale(2)])
    await before.journal.events.acknowledge({ epoch: 1, seq: 1 })
  }
  await adoptJournal(world, { path, device: DEVICE, verify: false, parts: {}, isHome: () => true })
  using opened = openTestJournal(world, path)
  expect(opened.journal.hasCarried(FORMER)).toBe(true)
  expect(opened.journal.unsent().sales).toBe(1)
  const aside = formerPath(path, FORMER)
  dropCarried(world.files, aside)
  {
    using former = openTestJournal(world, aside, FORMER)
    expect(former.journal.unsent().sales).toBe(0)
    former.journal.events.renew('records-gone', 0)
    expect(former.journal.unsent().events).toBeGreaterThan(0)
  }
  const unsent = () => {
    using former = openTestJournal(world, aside, FORMER)
    return former.journal.unsent()
  }
  const renewed = unsent()
  dropCarried(world.files, aside)
  expect(unsent()).toEqual(renewed)
})

test('nothing is dropped from a journal of which no successor knows', async () => {
  using set = setUp()
  const { world, path } = set
  const aside = formerPath(path, FORMER)
  {
    using former = openTestJournal(world, aside, FORMER)
    await former.journal.record([sale(1)])
  }
  const device = set.file('HAR', 'HAR')
  const asked: string[] = []
  using former = startFormerDevices({
    world,
    device,
    path,
    version: '1',
    hasCarried: of => asked.push(of) === 0,
    changed() {},
  })
  const offered = former.offer()
  await world.advance(61_000)
  await offered
  former[Symbol.dispose]()
  expect(asked).toEqual([FORMER])
  using again = openTestJournal(world, aside, FORMER)
  expect(again.journal.unsent().sales).toBe(1)
})

test('another hub’s journal is not brought home where the device file is lost', async () => {
  using set = setUp()
  const { world, path } = set
  const home = set.file('HAR', null)
  const foreign = { device: FORMER, store: 'HAR', hub: 'hub_trial' }
  expect(isHomeOf(home, foreign)).toBe(false)
  expect(isHomeOf(home, { ...foreign, hub: 'hub_test' })).toBe(true)
  {
    using before = openTestJournal(world, path, FORMER)
    before.journal.parts.home.note('hub_trial')
    await before.journal.record([sale(1)])
  }
  await adoptJournal(world, {
    path,
    device: DEVICE,
    verify: false,
    parts: {},
    isHome: owner => isHomeOf({ ...home, store: owner.store ?? 'HAR' }, owner),
  })
  using opened = openTestJournal(world, path)
  await bringHome(world, home, path, opened.journal)
  expect(opened.journal.unsent().sales).toBe(0)
  expect(world.files.sizeOf(keptAsidePath(path, FORMER))).not.toBeNull()
})

test('enrolling again at the same hub gives its new key to all former devices there, and to no others', () => {
  using set = setUp()
  const { files } = set.world
  const { former: _, ...first } = set.file('HAR', null)
  const elsewhere = {
    ...first,
    device: FORMER as DeviceFile['device'],
    hub: { ...first.hub, id: 'hub_other' },
  }
  writeDeviceFile(files, set.devicePath, { ...first, former: [elsewhere] })
  const next = { ...first, device: 'dev_bbbbbbbbbbbbbbbbbbbb' as DeviceFile['device'] }
  writeDeviceFile(files, set.devicePath, { ...next, hub: { ...next.hub, key: 'key-new' } })
  const keys = readDeviceFile(files, set.devicePath)?.former?.map(({ device, hub }) => [device, hub.key])
  expect(keys).toEqual([
    [FORMER, 'key-before'],
    [DEVICE, 'key-new'],
  ])
})
