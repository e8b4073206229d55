import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hubCertificateEnds } from '../../hub/checks/hub-certificate-ends.ts'
import { tillDiskLow } from '../../hub/checks/till-disk-low.ts'
import { noteReport, problemsIn } from '../../hub/checks/till-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { tillDrifts } from '../../hub/drift/till-drift.ts'
import { noteConnected, noteSeen, revokeDevice } from '../../hub/fleet/devices.ts'
import { machineReports, noteMachine } from '../../hub/fleet/till-machine.ts'
import { readNow } from '../../hub/web/now-view.ts'
import { type MachineReport, Status } from '../../shared/protocol.ts'
import { enrolTestTill, network, startTestHub, startTestTill } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'

const DAY_MS = 24 * 3_600_000
const GB = 1_000_000_000

test('what a till says of its PC is kept when it changes, at most once a minute', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  let machine: MachineReport = { disk: { free: 40 * GB, total: 100 * GB }, certificate: null }
  const file = join(folder.path, 'journal.sqlite')
  using till = startTestTill(world, device, file, network(hub.gateway), { machine: () => machine })
  const kept = async () => (await machineReports(hub.db)).get(device.device)
  await until('the first figures', async () => (await kept())?.disk_free === 40 * GB)
  const ends = world.clock.now() + 90 * DAY_MS
  machine = { disk: { free: 30 * GB, total: 100 * GB }, certificate: { from: ends - 90 * DAY_MS, ends } }
  till.uplink.tell()
  await world.advance(5_000)
  expect(await kept()).toMatchObject({ disk_free: 40 * GB, certificate_ends: null })
  await world.advance(70_000)
  await until('the next figures', async () => (await kept())?.disk_free === 30 * GB)
  expect(await kept()).toMatchObject({ disk_total: 100 * GB, certificate_ends: ends })
  machine = { disk: null, certificate: null, desktop: '0.3.0' }
  await world.advance(90_000)
  await until('that the disk can’t be read', async () => (await kept())?.disk_free === null)
  expect(await kept()).toMatchObject({ desktop: '0.3.0' })
  machine = { disk: { free: 30 * GB, total: 100 * GB }, certificate: null, desktop: null } // its agent has started again
  await world.advance(90_000)
  await until('the agent’s next figures', async () => (await kept())?.disk_free === 30 * GB)
  expect((await tillDrifts(hub.db, world.clock.now()))[0]).toMatchObject({ desktop: '0.3.0' })
})

/** Three tills of a hub, connected now. */
async function threeTills() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const { db } = hub
  const at = world.clock.now()
  const enrol = async (name: string) => {
    const { device } = await enrolTestTill(world, db, name)
    await transaction(db, tx => noteConnected(tx, device, { at, version: '0.1.0', offsetMs: 0 }))
    return device
  }
  const tills = [await enrol('A'), await enrol('B'), await enrol('C')] as const
  const say = (device: string, report: Partial<MachineReport>) =>
    transaction(db, tx => noteMachine(tx, device, { disk: null, certificate: null, ...report }, at))
  return {
    db,
    at,
    tills,
    say,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a disk with little room is an exception until it has room, is full, or the till is revoked', async () => {
  await using set = await threeTills()
  const { db, at, say } = set
  const [a, b, c] = set.tills
  for (const [device, free] of [
    [a, GB],
    [b, GB - 1],
    [c, 5_000_000],
  ] as const)
    await say(device, { disk: { free, total: 64 * GB } })
  const found = async () => (await tillDiskLow.find(db, at)).map(({ subject, fields }) => [subject, fields])
  const fields = { store: 'HAR' }
  expect(await found()).toEqual(
    [
      [b, { ...fields, till: 'B', free: 999 }],
      [c, { ...fields, till: 'C', free: 5 }],
    ].toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  )
  const full = Status.parse({
    t: 'status',
    unsent: 0,
    oldestUnsentAt: null,
    clock: at,
    sources: [],
    diskFull: true,
  })
  const reporter = { device: c, store: 'HAR', till: 'C' }
  await noteReport(db, reporter, problemsIn(reporter, full), at)
  expect((await found()).map(([subject]) => subject)).toEqual([b])
  await transaction(db, tx => revokeDevice(tx, b, at))
  expect(await found()).toEqual([])
})

test('ten wrong PINs in an hour are an exception until the till counts fewer', async () => {
  await using set = await threeTills()
  const { db, at } = set
  const [, b] = set.tills
  const reporter = { device: b, store: 'HAR', till: 'B' }
  const open = async (wrongPins: number | undefined) => {
    const said = { t: 'status', unsent: 0, oldestUnsentAt: null, clock: at, sources: [], wrongPins }
    await noteReport(db, reporter, problemsIn(reporter, Status.parse(said)), at)
    const rows = await db
      .selectFrom('exception')
      .select(['kind', 'subject', 'owner'])
      .where('closed_at', 'is', null)
      .execute()
    return rows.map(({ kind, subject, owner }) => [kind, subject, owner])
  }
  expect(await open(9)).toEqual([])
  expect(await open(10)).toEqual([['pins-guessed', b, 'ops']])
  expect(await open(25)).toHaveLength(1)
  expect(await open(undefined)).toEqual([])
})

test('a certificate that ends is one exception for all tills that see it, before the end and after it', async () => {
  await using set = await threeTills()
  const { db, at, say } = set
  const [a, b, c] = set.tills
  const certificate = { from: at - 350 * DAY_MS, ends: at + 15 * DAY_MS }
  const renewed = { from: at, ends: at + 365 * DAY_MS }
  const proxys = { from: at - 5 * DAY_MS, ends: at + DAY_MS }
  await say(a, { certificate })
  await say(b, { certificate })
  await say(c, { certificate: proxys })
  const found = async (now: number) =>
    (await hubCertificateEnds.find(db, now)).map(({ fields, evidence }) => ({ ...fields, ...evidence }))
  expect(await found(at)).toEqual([expect.objectContaining({ tills: ['HAR/C'], ends: proxys.ends })])
  const later = at + 2 * DAY_MS
  await transaction(db, tx => noteSeen(tx, [a, b], later))
  const both = { till: 'A', store: 'HAR', tills: ['HAR/A', 'HAR/B'], ends: certificate.ends }
  expect(await found(later)).toEqual([
    expect.objectContaining(both),
    expect.objectContaining({ tills: ['HAR/C'] }), // it was there until the end
  ])
  // after the end no till connects: the exception stays
  await transaction(db, tx => noteSeen(tx, [a, b], certificate.ends))
  expect(await found(certificate.ends + 9 * DAY_MS)).toContainEqual(expect.objectContaining(both))
  await say(a, { certificate: renewed })
  expect(await found(certificate.ends)).toContainEqual(expect.objectContaining({ tills: ['HAR/B'] }))
})

test('a till that was switched off long before the end saw a certificate that was renewed since', async () => {
  await using set = await threeTills()
  await set.say(set.tills[0], { certificate: { from: set.at - 60 * DAY_MS, ends: set.at + 30 * DAY_MS } })
  expect(await hubCertificateEnds.find(set.db, set.at + 28 * DAY_MS)).toEqual([])
  expect(await hubCertificateEnds.find(set.db, set.at + 90 * DAY_MS)).toEqual([])
})

test('a till that connects after the end of a certificate saw another one; one that is away since the end, or since long before it, says nothing of today', async () => {
  await using set = await threeTills()
  const { db, at, say } = set
  const [a, b, c] = set.tills
  const ended = { from: at - 400 * DAY_MS, ends: at - 60_000 }
  await say(a, { certificate: ended }) // as a sign-in page shows it before the line is up
  const ending = { from: at - 350 * DAY_MS, ends: at + 15 * DAY_MS }
  await say(b, { certificate: ending })
  await say(c, { certificate: { ...ending, ends: at + 20 * DAY_MS } })
  expect(await hubCertificateEnds.find(db, at)).toEqual([])
  const later = at + 16 * DAY_MS
  await transaction(db, tx => noteConnected(tx, b, { at: later, version: '0.1.0', offsetMs: 0 }))
  expect(await hubCertificateEnds.find(db, later)).toEqual([])
  const kinds = (await tillDrifts(db, later)).flatMap(({ findings }) => findings.map(({ kind }) => kind))
  expect(kinds).not.toContain('certificate')
})

test('`fleet` and the page Now say how much room each till has and when its certificate ends', async () => {
  await using set = await threeTills()
  const { db, at, say } = set
  const [a, b] = set.tills
  const well = { from: at - DAY_MS, ends: at + 89 * DAY_MS }
  const ending = { from: at - 360 * DAY_MS, ends: at + 5 * DAY_MS }
  await say(a, { disk: { free: 40 * GB, total: 100 * GB }, certificate: well })
  await say(b, { disk: { free: GB / 2, total: 64 * GB }, certificate: ending })
  const [worst, ...others] = await tillDrifts(db, at)
  expect(worst).toMatchObject({
    till: 'B',
    disk: { free: GB / 2 },
    certificateEnds: ending.ends,
    findings: [
      { kind: 'disk', sentence: 'Its disk has only 500 MB free.' },
      {
        kind: 'certificate',
        sentence: 'The hub’s certificate, as this till sees it, ends on 2026-11-30, in 5 days.',
      },
    ],
  })
  expect(others).toMatchObject([
    { till: 'A', disk: { free: 40 * GB, total: 100 * GB }, certificateEnds: well.ends, findings: [] },
    { till: 'C', disk: null, certificateEnds: null, findings: [] },
  ])
  const parts = { db, live: () => new Map(), shopify: noShop, storage: () => null, now: () => at }
  const [{ devices } = { devices: [] }] = (await readNow(parts)).locations
  expect(devices).toMatchObject([
    { till: 'A', disk: { free: 40 * GB, isLow: false }, certificate: { ends: well.ends, isEnding: false } },
    { till: 'B', disk: { free: GB / 2, isLow: true }, certificate: { ends: ending.ends, isEnding: true } },
    { till: 'C', disk: null, certificate: null },
  ])
})

const noShop = () => ({ state: 'not-configured', shop: null, problem: null }) as const
