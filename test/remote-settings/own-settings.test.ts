import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  demandOwnSettings,
  hasOtherSettings,
  keepOwnSettings,
  readOwnSettings,
  watchOwnSettings,
} from '../../agent/own-settings.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { runHere } from '../cli/command.ts'
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
  const refused = { text: tried.text, error: new Error('The agent may not use port 80.') }
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

test('a corrected file is noticed, and one that is being written is waited for', async () => {
  const world = manualWorld()
  using till = ranWell(nodeWorld({ log: quietLog }))
  till.write('{')
  const parts = {
    world: { ...nodeWorld({ log: quietLog }), timers: world.timers },
    folder: till.parts.folder,
  }
  let taken = 0
  using _ = watchOwnSettings(parts, readOwnSettings(parts), () => {
    taken += 1
  })
  await world.advance(60_000)
  expect(taken).toBe(0)
  till.write('{ "till"')
  await world.advance(10_000)
  till.write(GOOD)
  await world.advance(10_000)
  expect(taken).toBe(0)
  await world.advance(10_000)
  expect(taken).toBe(1)
  await world.advance(60_000)
  expect(taken).toBe(1)
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
    .toMatchObject({ tills: [{ findings: [{ kind: 'own-settings-broken', sentence: said }] }] })
  expect(agent.log()).toContain('goes on with the settings that worked last')
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
})
