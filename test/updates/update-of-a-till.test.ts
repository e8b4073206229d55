import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { asTheUnit, unitLine, whyNotAsTheUnit } from './as-the-unit.ts'
import { layBuiltAgent } from './built-agent.ts'
import { releaseKey } from './made-release.ts'
import { hubWithReleases, tillWithUpdates } from './till-with-updates.ts'

/** Two real programs, a real hub, the launcher as a service would start it. */

const folder = temporaryFolder()
let built = ''
beforeAll(async () => {
  built = await layBuiltAgent(folder.path, [releaseKey.publicKey])
})
afterAll(() => folder[Symbol.dispose]())

const QUICK = { quietMinutes: 0, confirmMinutes: 0.02, giveUpMinutes: 30 }
/** Ends every agent that is run as the service does, and leaves the commands alone. */
const crashing = (code: string) =>
  code.includes('tillbridge-agent')
    ? code.replace(/^(#!.*\n)?/, '$1if (process.argv[2] === "run") process.exit(9)\n')
    : code
/** Runs and does nothing. */
const hanging = (code: string) =>
  code.includes('tillbridge-agent')
    ? code.replace(
        /^(#!.*\n)?/,
        '$1if (process.argv[2] === "run") await new Promise(async () => (await import("node:net")).createServer().listen(0))\n',
      )
    : code

test('a till fetches what the hub offers, proves it, and the hub hears that it is well', async () => {
  await using hub = await hubWithReleases(built, releaseKey.privateKey)
  const till = await tillWithUpdates(hub, built, QUICK)
  await hub.release('0.2.0')
  await hub.hub('release', 'offer', '0.2.0')
  await using service = till.service()
  await expect
    .poll(() => hub.fared('0.2.0'), { interval: 500 })
    .toMatchObject({ healthy: 1, failed: 0, waiting: 0 })
  expect(await till.says()).toMatchObject({ runs: '0.2.0', trial: null, failed: null, kept: ['0.2.0'] })
  expect(service.ready()).toBe(2)
})

test('a version that ends at once is gone back from, the hub hears why, and offers it to no further till', async () => {
  await using hub = await hubWithReleases(built, releaseKey.privateKey)
  const till = await tillWithUpdates(hub, built, QUICK)
  await hub.release('0.2.0', { change: crashing })
  await hub.hub('release', 'offer', '0.2.0')
  await using service = till.service()
  await expect
    .poll(() => hub.fared('0.2.0'), { interval: 500 })
    .toMatchObject({ state: 'stopped', failed: 1 })
  expect(await till.says()).toMatchObject({
    runs: '0.1.0',
    failed: { code: 'UPDATE_CRASHED', version: '0.2.0' },
  })
  expect(service.ready()).toBe(2) // the old version, before and after

  await hub.release('0.2.1') // a corrected one is taken
  await hub.hub('release', 'offer', '0.2.1')
  await expect.poll(() => hub.fared('0.2.1'), { interval: 500 }).toMatchObject({ healthy: 1 })
  expect((await till.says()).runs).toBe('0.2.1')
})

test('a version that starts and does nothing is given up, and one whose launcher was killed meanwhile as well', async () => {
  await using hub = await hubWithReleases(built, releaseKey.privateKey)
  const till = await tillWithUpdates(hub, built, QUICK)
  await hub.release('0.2.0', { change: hanging })
  await hub.hub('release', 'offer', '0.2.0')
  {
    await using service = till.service()
    await expect.poll(() => till.says(), { interval: 100 }).toMatchObject({ trial: { version: '0.2.0' } })
    service.kill()
    await service.ended
  }
  till.configure({ ...QUICK, giveUpMinutes: 0.1 })
  await using service = till.service()
  await expect
    .poll(() => hub.fared('0.2.0'), { interval: 500 })
    .toMatchObject({ state: 'stopped', failed: 1 })
  expect(await till.says()).toMatchObject({ runs: '0.1.0', failed: { version: '0.2.0' } })
  expect(service.ready()).toBeGreaterThan(0)
})

test('a package that was changed at the hub is thrown away: nothing of it runs, and the hub stops', async () => {
  await using hub = await hubWithReleases(built, releaseKey.privateKey)
  const till = await tillWithUpdates(hub, built, QUICK)
  const file = await hub.release('0.2.0')
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  writeFileSync(file, bytes)
  await hub.hub('release', 'offer', '0.2.0')
  await using service = till.service()
  await expect
    .poll(() => hub.fared('0.2.0'), { interval: 500 })
    .toMatchObject({ state: 'stopped', failed: 1 })
  expect(await till.says()).toMatchObject({ runs: '0.1.0', kept: [] })
  expect(service.ready()).toBe(1)
  expect(service.log()).toContain('PACKAGE_TAMPERED')
})

test('an update that changes the journal and fails leaves the journal of the version before, with all that was recorded', async () => {
  await using hub = await hubWithReleases(built, releaseKey.privateKey)
  const till = await tillWithUpdates(hub, built, QUICK)
  await hub.release('0.2.0', { journal: 10_000, change: crashing })
  await hub.hub('release', 'offer', '0.2.0')
  await using _ = till.service()
  await expect
    .poll(() => hub.fared('0.2.0'), { interval: 500 })
    .toMatchObject({ state: 'stopped', failed: 1 })
  const kept = readFileSync(join(till.data, 'journal.db.of-0.2.0'))
  expect(kept.toString('latin1', 0, 15)).toBe('SQLite format 3')
})

const whyNot = whyNotAsTheUnit()
if (whyNot !== null) console.info(`updates were not tried as the systemd unit has them: ${whyNot}`)
test.skipIf(whyNot !== null)(
  'where only its data can be written, and by a user without rights, a till is updated and goes back as well',
  async () => {
    expect([unitLine('ProtectSystem'), unitLine('NoNewPrivileges'), unitLine('StateDirectory')]).toEqual([
      'strict',
      'yes',
      'tillbridge-agent',
    ])
    await using hub = await hubWithReleases(built, releaseKey.privateKey)
    chmodSync(hub.at(), 0o711)
    const till = await tillWithUpdates(hub, built, QUICK)
    await hub.release('0.2.0')
    await hub.release('0.3.0', { change: crashing })
    await hub.hub('release', 'offer', '0.2.0')
    await using service = till.service(asTheUnit)
    await expect.poll(() => hub.fared('0.2.0'), { interval: 500 }).toMatchObject({ healthy: 1, failed: 0 })
    await hub.hub('release', 'offer', '0.3.0')
    await expect
      .poll(() => hub.fared('0.3.0'), { interval: 500 })
      .toMatchObject({ state: 'stopped', failed: 1 })
    expect(await till.says()).toMatchObject({
      runs: '0.2.0',
      failed: { code: 'UPDATE_CRASHED', version: '0.3.0' },
    })
    expect(service.log()).not.toContain('EROFS')
  },
)
