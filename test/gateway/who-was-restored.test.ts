import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDeviceFile, writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { keptEpoch } from '../../agent/enrolment/kept-epoch.ts'
import { audit } from '../../hub/stock/audit.ts'
import { SaleVoided } from '../../shared/events.ts'
import { copyTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import {
  enrolTestTill,
  network,
  onHand,
  sale,
  startTestHub,
  startTestTill,
  type TestTill,
} from './till-and-hub.ts'

const ENDS = ['', '-wal', '-shm']
const copy = (from: string, to: string) => {
  for (const end of ENDS) rmSync(to + end, { force: true })
  for (const end of ENDS) if (existsSync(from + end)) copyFileSync(from + end, to + end)
}

const voided = (number: number, at: number) =>
  SaleVoided.parse({ kind: 'sale.voided', at, source: 'pos', receipt: `r-${number}`, reason: 'deleted' })

/** A hub, and one till PC whose disk can be put back, copied and lost in parts. */
async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  let hub = await startTestHub(world, folder.path)
  const deviceFile = join(folder.path, 'device.json')
  const journal = join(folder.path, 'journal.db')
  writeDeviceFile(world.files, deviceFile, await enrolTestTill(world, hub.db))
  const net = network(hub.gateway)
  let reading = 0

  function start(disk = ''): TestTill {
    const path = `${deviceFile}${disk}`
    const device = readDeviceFile(world.files, path)
    if (device === null) throw new Error('no device file')
    return startTestTill(world, device, `${journal}${disk}`, net, { epochs: keptEpoch(world, path, device) })
  }

  return {
    world,
    db: () => hub.db,
    /** Why the hub has stopped the till, as head office reads it; null: it has not. */
    async reason(): Promise<string | null> {
      const rows = await hub.db.selectFrom('device').select('state_reason').execute()
      return rows[0]?.state_reason ?? null
    },
    start,
    /** One day of the till: it sells, and its POS is read again from the journal's mark. */
    async day(
      sales: readonly number[],
      options: { disk?: string; offline?: boolean; voids?: readonly number[] } = {},
    ) {
      using till = start(options.disk)
      for (const number of sales) {
        reading += 1
        await till.journal.record([sale(number, 1, { at: 1_800_000_000_000 + reading })])
      }
      for (const number of options.voids ?? []) {
        reading += 1
        await till.journal.record([voided(number, 1_800_000_000_000 + reading)])
      }
      if (options.offline === true) return till.uplink.state()
      await world.advance(60_000)
      await until(
        'all acked, or refused',
        () => till.journal.unsent().events === 0 || till.uplink.state().link === 'refused',
      )
      if (till.uplink.state().link !== 'refused')
        await until('online', () => till.uplink.state().link === 'online')
      return till.uplink.state()
    },
    image(what: 'both' | 'journal' | 'device', name: string) {
      if (what !== 'device') copy(journal, `${journal}.${name}`)
      if (what !== 'journal') copy(deviceFile, `${deviceFile}.${name}`)
    },
    putBack(what: 'both' | 'journal' | 'device', name: string) {
      if (what !== 'device') copy(`${journal}.${name}`, journal)
      if (what !== 'journal') copy(`${deviceFile}.${name}`, deviceFile)
    },
    lose: () => copy('nothing', journal),
    epoch: (): number => readDeviceFile(world.files, deviceFile)?.epoch ?? 1,
    noteEpoch(epoch: number) {
      const device = readDeviceFile(world.files, deviceFile)
      if (device !== null) writeDeviceFile(world.files, deviceFile, { ...device, epoch })
    },
    plug: (isPlugged: boolean) => net.plug(isPlugged ? hub.gateway : null),
    async restoreHub(from: 'save' | 'back') {
      net.plug(null)
      await hub[Symbol.asyncDispose]()
      const [file, backup] = [join(folder.path, 'hub.db'), join(folder.path, 'hub-backup.db')]
      await (from === 'save' ? copyTestHubDb(file, backup) : copyTestHubDb(backup, file))
      hub = await startTestHub(world, folder.path)
      net.plug(hub.gateway)
    },
    async sold() {
      expect((await audit(hub.db)).findings).toEqual([])
      return -(await onHand(hub.db))
    },
    kinds: async () =>
      (await hub.db.selectFrom('exception').select(['kind']).execute()).map(({ kind }) => kind),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test.each(['both', 'journal'] as const)(
  'a till whose image (%s) is put back every day goes on',
  async what => {
    await using pc = await setUp()
    await pc.day([1, 2])
    pc.image(what, 'image')
    await pc.day([3, 4])
    for (const [day, sales] of [[5], [6, 7], [8], [9, 10]].entries()) {
      pc.putBack(what, 'image')
      expect(await pc.day([3, 4, ...sales]), `day ${day}`).toMatchObject({ link: 'online' })
    }
    expect(await pc.sold()).toBe(10)
    expect(await pc.kinds()).toEqual(['till-restored'])
  },
)

test('a till whose journal is lost every day goes on, and its epoch never repeats', async () => {
  await using pc = await setUp()
  const epochs: number[] = []
  for (let day = 1; day <= 4; day += 1) {
    const all = Array.from({ length: day }, (_, index) => index + 1)
    expect(await pc.day(all), `day ${day}`).toMatchObject({ link: 'online' })
    epochs.push(pc.epoch())
    pc.lose()
  }
  expect(epochs).toEqual([1, 2, 3, 4])
  expect(await pc.sold()).toBe(4)
})

test('an older device file beside a newer journal changes nothing', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.image('both', 'image')
  await pc.day([2])
  pc.putBack('journal', 'image')
  await pc.day([2, 3])
  pc.putBack('device', 'image')
  expect(await pc.day([4])).toMatchObject({ link: 'online' })
  expect(pc.epoch()).toBe(2)
  expect(await pc.sold()).toBe(4)
})

test('two images put back in any order: the till goes on each time', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.image('both', 'monday')
  await pc.day([2])
  pc.image('both', 'tuesday')
  await pc.day([3])
  let next = 4
  for (const image of ['monday', 'tuesday', 'monday', 'monday', 'tuesday', 'monday']) {
    pc.putBack('both', image)
    const missing = [2, 3, ...Array.from({ length: next - 3 }, (_, index) => index + 4)]
    expect(await pc.day(missing), image).toMatchObject({ link: 'online' })
    next += 1
  }
  expect(await pc.sold()).toBe(next - 1)
})

test('a till that is put back while offline, with unsent sales on both sides of the image, loses none', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.plug(false)
  await pc.day([2, 3], { offline: true })
  pc.image('both', 'image')
  pc.plug(true)
  await pc.day([4])
  pc.plug(false)
  pc.putBack('both', 'image')
  await pc.day([4, 5], { offline: true })
  pc.plug(true)
  await pc.day([])
  pc.putBack('both', 'image')
  await pc.day([4, 5, 6])
  expect(await pc.sold()).toBe(6)
})

test('images that hold receipts unsent never bring back what was voided since, in whichever order they are put back', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.plug(false)
  await pc.day([2], { offline: true })
  pc.image('both', 'early')
  await pc.day([3], { offline: true })
  pc.image('both', 'late')
  pc.plug(true)
  await pc.day([4], { voids: [2, 3] })
  for (const image of ['early', 'late', 'late', 'early']) {
    pc.putBack('both', image)
    expect(await pc.day([]), image).toMatchObject({ link: 'online' })
    expect(await pc.sold()).toBe(2)
  }
})

test('a hub that lost what an image holds unsent gets it from that image, with what it has of the void', async () => {
  await using pc = await setUp()
  await pc.day([1])
  await pc.restoreHub('save')
  pc.plug(false)
  await pc.day([2, 3], { offline: true })
  pc.image('both', 'image')
  pc.plug(true)
  await pc.day([], { voids: [2] })
  pc.putBack('both', 'image')
  await pc.restoreHub('back')
  await pc.day([])
  expect(await pc.sold()).toBe(3) // the void is gone from both
})

test('till and hub put back in turns end equal', async () => {
  await using pc = await setUp()
  await pc.day([1, 2])
  pc.image('both', 'image')
  await pc.day([3])
  await pc.restoreHub('save')
  pc.putBack('both', 'image')
  await pc.day([3, 4])
  pc.putBack('both', 'image')
  await pc.day([3, 4, 5])
  await pc.restoreHub('back') // knows nothing of epochs 2 and 3
  expect(await pc.day([6])).toMatchObject({ link: 'online' })
  pc.putBack('both', 'image')
  expect(await pc.day([3, 4, 5, 6, 7])).toMatchObject({ link: 'online' })
  expect(await pc.sold()).toBe(7)
})

test('a hub that lacks what it acked to an image gets it from that image', async () => {
  await using pc = await setUp()
  await pc.day([1])
  await pc.restoreHub('save') // before the second sale
  pc.image('both', 'early')
  await pc.day([2, 3])
  pc.image('both', 'late')
  await pc.restoreHub('back')
  pc.putBack('both', 'early')
  pc.plug(false)
  await pc.day([4], { offline: true })
  pc.plug(true)
  pc.lose()
  await pc.day([]) // epoch 2 without the lost ones
  pc.putBack('both', 'late')
  expect(await pc.day([4])).toMatchObject({ link: 'online' })
  expect(await pc.sold()).toBe(4)
})

test('killed after the epoch was noted and before it was opened, a till opens the next one', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.noteEpoch(5)
  expect(await pc.day([2])).toMatchObject({ link: 'online' })
  expect(pc.epoch()).toBe(6)
  expect(await pc.sold()).toBe(2)
})

test('copies of one disk that are never on together are found when they take turns', async () => {
  await using pc = await setUp()
  await pc.day([1, 2])
  pc.image('both', 'copy')
  await pc.day([11, 12])
  await pc.day([21, 22], { disk: '.copy' })
  await pc.day([13])
  const found = await pc.day([23], { disk: '.copy' })
  expect(found).toMatchObject({ link: 'refused', problem: { code: 'DEVICE_QUARANTINED' } })
  expect(await pc.reason()).toMatch(/take turns.*Re-enrol/)
  expect(await pc.sold()).toBe(7)
})

test('an image that is the very end of what an older image left behind may be put back as often as wanted', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.image('both', 'old')
  await pc.day([2])
  pc.image('both', 'end')
  let next = 3
  for (const image of ['old', 'end', 'end', 'old', 'end', 'end', 'old', 'old', 'end']) {
    pc.putBack('both', image)
    expect(await pc.day([next]), `${image} before sale ${next}`).toMatchObject({ link: 'online' })
    next += 1
  }
  expect(await pc.sold()).toBe(next - 1)
  expect(await pc.kinds()).toEqual(['till-restored'])
})

test('images of several ends that are put back in turns stop no till', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.image('both', 'old')
  await pc.day([2])
  pc.image('both', 'first')
  pc.putBack('both', 'old')
  await pc.day([3])
  pc.image('both', 'second')
  pc.putBack('both', 'old')
  await pc.day([4])
  let next = 5
  for (const image of ['first', 'second', 'first', 'second', 'second', 'first']) {
    pc.putBack('both', image)
    expect(await pc.day([next]), `${image} before sale ${next}`).toMatchObject({ link: 'online' })
    next += 1
  }
  expect(await pc.sold()).toBe(next - 1)
})

test('copies of which one was an image before are found when they take turns', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.image('both', 'old')
  await pc.day([2])
  pc.image('both', 'end')
  for (const image of ['old', 'end', 'old', 'end']) {
    pc.putBack('both', image)
    await pc.day([])
  }
  pc.image('both', 'copy')
  await pc.day([11])
  await pc.day([21], { disk: '.copy' })
  await pc.day([12])
  expect(await pc.day([22], { disk: '.copy' })).toMatchObject({ link: 'refused' })
})

test('two live copies are both stopped, and the reason names both', async () => {
  await using pc = await setUp()
  await pc.day([1])
  pc.image('both', 'copy')
  using first = pc.start()
  await until('the first is online', () => first.uplink.state().link === 'online')
  using clone = pc.start('.copy')
  await until(
    'both refused',
    () => first.uplink.state().link === 'refused' && clone.uplink.state().link === 'refused',
  )
  await until('noted', async () => (await pc.reason()) !== null)
  expect(await pc.reason()).toMatch(
    /“run_\w+” from 10\.0\.0\.1, connected since .* UTC; “run_\w+” from 10\.0\.0\.1, .*enrol it as a till of its own/,
  )
})
