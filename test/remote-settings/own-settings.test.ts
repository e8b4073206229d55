import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { followOwnSettings } from '../../agent/follow-own-settings.ts'
import {
  demandOwnSettings,
  hasOtherSettings,
  keepOwnSettings,
  type OwnSettings,
  readOwnSettings,
} from '../../agent/own-settings.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { runHere, typeHere } from '../cli/command.ts'
import { manualWorld, quietLog, temporaryFolder } from '../manual-world.ts'
import { hubAndTill } from './till-with-settings.ts'

const GOOD = '{ "till": { "port": 7001 } }\n'

/** A till that has run with `GOOD`. */
function ranWell(world = nodeWorld({ log: quietLog })) {
  const folder = temporaryFolder()
  const parts = { world, folder: folder.path }
  const path = join(folder.path, 'agent.json')
  const write = (text: string) => writeFileSync(path, text)
  write(GOOD)
  keepOwnSettings(parts, readOwnSettings(parts))
  return { parts, path, write, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test.each<[string, string, RegExp]>([
  ['a comma too much', '{\n  "till": { "port": 7002 },\n}\n', /not JSON from line 3, column 1 on/],
  ['a power cut', '', /not JSON from line 1, column 1 on/],
  [
    'a wrong value',
    '{\n  "till": {\n    "port": "high"\n  }\n}',
    /till\.port: must be a number \(line 3, column 5\)/,
  ],
  ['an unknown setting', '{\n  "tills": {}\n}', /has no setting "tills" \(line 2, column 3\)/],
  [
    'two mistakes',
    '{ "till": { "port": -1 },\n  "pickups": 3 }',
    /till\.port: .* \(line 1, column 13\)[;\n].*pickups: .* \(line 2, column 3\)/,
  ],
])('after %s the till goes on with what worked last, and says where the mistake is', (_, text, where) => {
  using till = ranWell()
  till.write(text)
  const { config, problem } = readOwnSettings(till.parts)
  expect(config.till.port).toBe(7001)
  expect(problem).toMatch(where)
  expect(problem).toMatch(/agent\.json can't be used/)
  expect(problem).toContain('goes on with the settings that worked last')
  expect(() => demandOwnSettings(till.parts)).toThrow(where)
  keepOwnSettings(till.parts, readOwnSettings(till.parts))
  expect(readFileSync(join(till.parts.folder, 'agent.last-good.json'), 'utf8')).toBe(GOOD)
})

test('an agent.json that is gone, or that the system does not give, is the same', () => {
  using till = ranWell()
  rmSync(till.path)
  expect(readOwnSettings(till.parts).problem).toContain(`${till.path} is gone`)
  mkdirSync(till.path)
  expect(readOwnSettings(till.parts).problem).toMatch(/can't be read \(EISDIR/)
})

test('what a person starts from nothing needs no file, and a first mistake ends with its sentence', () => {
  using folder = temporaryFolder()
  const parts = { world: nodeWorld({ log: quietLog }), folder: folder.path }
  const none = readOwnSettings(parts)
  expect(none).toMatchObject({ json: {}, problem: null })
  keepOwnSettings(parts, none)
  expect(hasOtherSettings(parts, none)).toBe(false)
  writeFileSync(join(folder.path, 'agent.json'), '{')
  expect(() => readOwnSettings(parts)).toThrow(/not JSON from line 1, column 2 on\. Correct it\.$/)
})

test('a file that an editor of Windows wrote may begin with a byte-order mark', () => {
  using till = ranWell()
  till.write('\uFEFF{ "till": { "port": 7003 } }')
  expect(readOwnSettings(till.parts)).toMatchObject({ config: { till: { port: 7003 } }, problem: null })
})

test('what an agent could not start with is tried again once it is another', () => {
  using till = ranWell()
  till.write('{ "till": { "port": 80 } }')
  const tried = readOwnSettings(till.parts)
  expect(hasOtherSettings(till.parts, tried)).toBe(true)
  const refused = { text: tried.text, error: new Error('The agent may not use port 80.'), againMs: null }
  const kept = readOwnSettings(till.parts, refused)
  expect(kept.config.till.port).toBe(7001)
  expect(kept.problem).toContain('The agent may not use port 80.')
  till.write('{ "till": { "port": 8080 } }')
  expect(readOwnSettings(till.parts, refused)).toMatchObject({
    config: { till: { port: 8080 } },
    problem: null,
  })
})

test('settings that worked with another version and are unknown to this one are not taken', () => {
  using till = ranWell()
  writeFileSync(join(till.parts.folder, 'agent.last-good.json'), '{ "later": true }')
  till.write('{')
  expect(() => readOwnSettings(till.parts)).toThrow(/not JSON/)
})

/** agent.json of a running agent, on a clock that is moved by hand. */
function followed(text: string, own?: Partial<OwnSettings>) {
  const manual = manualWorld()
  const till = ranWell()
  till.write(text)
  const world = { ...till.parts.world, timers: manual.timers, clock: manual.clock }
  const now = { lastRecordedMs: Number.NEGATIVE_INFINITY, isTrying: false, isGood: true, restarts: 0 }
  const parts = { world, folder: till.parts.folder }
  const read = { ...readOwnSettings(parts), ...own }
  const of = followOwnSettings({
    ...parts,
    own: read,
    config: read.config,
    lastRecordedMs: () => now.lastRecordedMs,
    isTrying: () => now.isTrying,
    isGood: () => now.isGood,
    restart: () => {
      now.restarts += 1
    },
    changed: () => undefined,
  })
  const kept = () => readFileSync(join(till.parts.folder, 'agent.last-good.json'), 'utf8')
  return {
    of,
    now,
    kept,
    write: till.write,
    world: manual,
    [Symbol.dispose]() {
      of[Symbol.dispose]()
      till[Symbol.dispose]()
    },
  }
}
const OTHER = '{ "till": { "port": 7009 } }'

test('a corrected file is taken up once it is written, also while sales go on', async () => {
  using till = followed('{')
  till.now.lastRecordedMs = till.world.clock.monotonicMs() + 3_600_000
  await till.world.advance(60_000)
  expect(till.of.problem()).toMatch(/not JSON/)
  till.write('{ "till"')
  await till.world.advance(10_000)
  till.write(GOOD)
  await till.world.advance(10_000)
  expect(till.now.restarts).toBe(0)
  await till.world.advance(10_000)
  expect(till.now.restarts).toBe(1)
})

test('a corrected file is taken up during a trial as well: that began with what was wrong', async () => {
  using till = followed('{')
  till.now.isTrying = true
  till.write(GOOD)
  await till.world.advance(20_000)
  expect(till.now.restarts).toBe(1)
})

test('a changed file is known to be another from the moment it is written, once it can be used', () => {
  using till = followed(GOOD)
  expect(till.of.isAnother()).toBe(false)
  till.write('{')
  expect(till.of.isAnother()).toBe(false)
  till.write(OTHER)
  expect(till.of.isAnother()).toBe(true)
})

test('a changed file that can be used waits for a quiet moment and the end of a trial, and says so', async () => {
  using till = followed(GOOD)
  till.now.lastRecordedMs = till.world.clock.monotonicMs()
  till.write(OTHER)
  await till.world.advance(20_000)
  expect(till.of.problem()).toBeNull()
  expect(till.of.waiting()).toMatch(/agent\.json was changed at \d{4}-.*Z and is not in use yet/)
  till.now.isTrying = true
  await till.world.advance(600_000)
  expect(till.now.restarts).toBe(0)
  till.now.isTrying = false
  await till.world.advance(10_000)
  expect(till.now.restarts).toBe(1)
})

test('a change that is taken back restarts nothing', async () => {
  using till = followed(GOOD)
  till.now.isTrying = true
  till.write(OTHER)
  await till.world.advance(30_000)
  expect(till.of.waiting()).not.toBeNull()
  till.write(GOOD)
  await till.world.advance(20_000)
  till.now.isTrying = false
  await till.world.advance(60_000)
  expect(till.of.waiting()).toBeNull()
  expect(till.now.restarts).toBe(0)
})

test('a file that is broken while the agent runs is said, with what it means for sales, and nothing is restarted', async () => {
  using till = followed(GOOD)
  till.write('{\n  "till": 3,\n}')
  await till.world.advance(20_000)
  expect(till.of.problem()).toMatch(
    /^This till reads no sales: .* name no source\. .*not JSON from line 3, column 1/,
  )
  await till.world.advance(600_000)
  expect(till.now.restarts).toBe(0)
  till.write(GOOD)
  await till.world.advance(20_000)
  expect(till.of.problem()).toBeNull()
})

test('what is on trial is not kept as what worked', async () => {
  using till = followed(OTHER)
  till.now.isTrying = true
  await till.world.advance(60_000)
  expect(till.kept()).toBe(GOOD)
  till.now.isTrying = false
  till.now.isGood = false
  await till.world.advance(60_000)
  expect(till.kept()).toBe(GOOD)
  till.now.isGood = true
  await till.world.advance(10_000)
  expect(till.kept()).toBe(OTHER)
})

test('a file that was not to blame is tried again after its time', async () => {
  using till = followed(OTHER, { problem: 'Port 7009 is in use.', againMs: 60_000 })
  await till.world.advance(50_000)
  expect(till.now.restarts).toBe(0)
  await till.world.advance(10_000)
  expect(till.now.restarts).toBe(1)
})

test('what worked last belongs to a till of one store', async () => {
  await using set = await hubAndTill()
  const good = set.at('till', 'agent.last-good.json')
  const enrol = async (store: string) => {
    const { code } = z.object({ code: z.string() }).parse(await set.hub('enrol-code', store))
    const hub = z
      .object({ hub: z.object({ url: z.string() }) })
      .parse(JSON.parse(readFileSync(set.at('till', 'device.json'), 'utf8'))).hub.url
    return typeHere(
      'agent',
      ['enrol', '--again', '--hub', hub, '--till', `at ${store}`, '--data', set.at('till'), '--json'],
      code,
    )
  }
  await set.hub('store', 'add', 'SEA', '--name', 'S', '--zone', 'Europe/Berlin', '--currency', 'EUR')
  writeFileSync(good, GOOD)
  expect(await enrol('HAR')).toMatchObject({ code: 0 })
  expect(readFileSync(good, 'utf8')).toBe(GOOD)
  expect(await enrol('SEA')).toMatchObject({ code: 0 })
  expect(existsSync(good)).toBe(false)
  writeFileSync(good, GOOD)
  writeFileSync(set.at('till', 'agent.json'), '{')
  expect(await enrol('HAR')).toMatchObject({ code: 1, err: expect.stringContaining('not JSON') })
  expect(existsSync(good)).toBe(true)
})

test('a real till whose agent.json was broken sells on, and till, doctor and hub say why', async () => {
  await using set = await hubAndTill()
  const asked = async (command: string) => {
    const { out } = await runHere('agent', [command, '--data', set.at('till'), '--json'])
    return out === '' ? null : (JSON.parse(out) as unknown)
  }
  {
    await using _ = set.agent()
    await expect
      .poll(() => asked('status'), { interval: 300 })
      .toMatchObject({ link: 'online', settingsProblem: null })
  }
  writeFileSync(set.at('till', 'agent.json'), '{\n  "till": { "port": 0 },\n}')
  await using agent = set.agent()
  const said = expect.stringContaining('not JSON from line 3, column 1')
  await expect
    .poll(() => asked('status'), { interval: 300 })
    .toMatchObject({ link: 'online', settingsProblem: said })
  expect(await asked('doctor')).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'settings', verdict: 'wrong', sentence: said }),
    ]),
  })
  await expect
    .poll(() => set.hub('fleet'), { interval: 300 })
    .toMatchObject({ tills: [{ findings: [{ kind: 'reads-no-sales', sentence: said }] }] })
  expect(agent.log()).toContain('goes on with the settings that worked last')
})

test('a real till says at once that its agent.json was broken, and takes up a changed one, without a restart of its process', async () => {
  await using set = await hubAndTill()
  const status = async () => {
    const { out } = await runHere('agent', ['status', '--data', set.at('till'), '--json'])
    return out === '' ? null : (JSON.parse(out) as unknown)
  }
  await using agent = set.agent()
  await expect.poll(status, { interval: 300 }).toMatchObject({ link: 'online', settingsProblem: null })
  writeFileSync(set.at('till', 'agent.json'), '{\n  "till": { "port": 0 },\n}')
  const said = expect.stringContaining('not JSON from line 3, column 1')
  await expect.poll(status, { interval: 300 }).toMatchObject({ link: 'online', settingsProblem: said })
  await expect
    .poll(() => set.hub('fleet'), { interval: 300 })
    .toMatchObject({ tills: [{ findings: [{ kind: 'reads-no-sales', sentence: said }] }] })
  set.configure({ sources: [{ source: 'pos', kind: 'csv', settings: {} }] })
  await expect
    .poll(status, { interval: 300 })
    .toMatchObject({ link: 'online', settingsProblem: expect.stringContaining('source pos') })
  set.configure({ pickups: { hideCustomersAfterHours: 9 } })
  await expect.poll(status, { interval: 300 }).toMatchObject({ link: 'online', settingsProblem: null })
  expect(agent.log()).toContain('agent.json was changed and is taken up')
})

test('a till whose new agent.json leaves a source unread goes back to the one that worked, if one did', async () => {
  const sources = [{ source: 'pos', kind: 'unicentre', settings: {} }]
  await using set = await hubAndTill({ sources })
  const status = async () => {
    const { out } = await runHere('agent', ['status', '--data', set.at('till'), '--json'])
    return out === '' ? null : (JSON.parse(out) as unknown)
  }
  const unread = { state: 'unavailable', problem: expect.stringContaining('unicentre') }
  {
    await using _ = set.agent()
    await expect
      .poll(status, { interval: 300 })
      .toMatchObject({ link: 'online', settingsProblem: null, sources: [unread] })
  }
  set.configure({ sources: [] })
  {
    await using _ = set.agent()
    await expect.poll(status, { interval: 300 }).toMatchObject({ link: 'online', sources: [] })
  }
  set.configure({ sources })
  await using _ = set.agent()
  const said = expect.stringMatching(/agent\.json can't be used: .*unicentre/)
  await expect
    .poll(status, { interval: 300 })
    .toMatchObject({ link: 'online', settingsProblem: said, sources: [] })
  const before = await status()
  expect(before).toMatchObject({ settingsProblem: expect.stringMatching(/^This till reads no sales/) })
})
