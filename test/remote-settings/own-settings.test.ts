import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { followOwnSettings } from '../../agent/follow-own-settings.ts'
import {
  demandOwnSettings,
  hasOtherSettings,
  keepOwnSettings,
  type OwnSettings,
  readOwnSettings,
  type Shown,
  shownSettings,
} from '../../agent/own-settings.ts'
import { settingsBefore } from '../../agent/remote-settings/start-with-settings.ts'
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
function followed(text: string, own?: Partial<OwnSettings>, before: { text?: string; shown?: Shown } = {}) {
  const till = ranWell()
  if (before.text !== undefined) till.write(before.text)
  keepOwnSettings(till.parts, readOwnSettings(till.parts), before.shown)
  till.write(text)
  const one = running(till, own)
  return {
    ...one,
    /** The agent, started again. */
    again(before: Pick<ReturnType<typeof running>, 'of'> = one) {
      before.of[Symbol.dispose]()
      return running(till, {}, one.world)
    },
    [Symbol.dispose]() {
      one.of[Symbol.dispose]()
      till[Symbol.dispose]()
    },
  }
}

function running(till: ReturnType<typeof ranWell>, own?: Partial<OwnSettings>, manual = manualWorld()) {
  const world = { ...till.parts.world, timers: manual.timers, clock: manual.clock }
  const now = {
    lastRecordedMs: Number.NEGATIVE_INFINITY,
    isTrying: false,
    isGood: true,
    restarts: 0,
    isOnline: true,
    read: [] as string[],
    told: [] as string[],
    changes: 0,
    /** With settings that are not in use. */
    would: { reachHub: false, read: [] as string[] | null },
    asked: 0,
  }
  const parts = { world, folder: till.parts.folder }
  const read = { ...readOwnSettings(parts), ...own }
  const of = followOwnSettings({
    ...parts,
    own: read,
    config: read.config,
    former: settingsBefore(parts, read),
    well: {
      isOnline: () => now.isOnline,
      readSources: () => now.read,
      toldSources: () => now.told,
      lastRecordedMs: () => now.lastRecordedMs,
    },
    probe: {
      reachesHub: async () => {
        now.asked += 1
        return now.would.reachHub
      },
      reads: async ({ source }) => {
        now.asked += 1
        return now.would.read?.includes(source) ?? null
      },
    },
    isTrying: () => now.isTrying,
    isUsable: () => now.isGood,
    isUsableAlone: ({ sources }) => sources.every(({ kind }) => kind !== 'unicento'),
    wanted: () => demandOwnSettings(parts).config,
    restart: () => {
      now.restarts += 1
    },
    changed: () => {
      now.changes += 1
    },
  })
  const next = () => readOwnSettings(parts)
  const kept = () => readFileSync(join(till.parts.folder, 'agent.last-good.json'), 'utf8')
  return {
    of,
    now,
    kept,
    next,
    write: till.write,
    parts: till.parts,
    world: manual,
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

test('a changed file counts as what worked once the till has been well with it for its time, and not during a trial', async () => {
  using till = followed(OTHER)
  till.now.isTrying = true
  await till.world.advance(3_600_000)
  expect(till.kept()).toBe(GOOD)
  till.now.isTrying = false
  till.now.isGood = false
  await till.world.advance(3_600_000)
  expect(till.kept()).toBe(GOOD)
  till.now.isGood = true
  await till.world.advance(20_000)
  expect(till.kept()).toBe(OTHER)
})

const FILES = (folder: string, more = '') =>
  `{ "sources": [{ "source": "pos", "kind": "csv", "settings": { "folder": "${folder}" } }]${more} }`
const PROXY = (port: number) => `{ "network": { "proxy": { "url": "http://10.0.0.1:${port}" } } }`
const MINUTES = 60_000

test('a changed file that loses the hub is left again where the former one reaches it, until it is another', async () => {
  using till = followed(PROXY(2), {}, { text: PROXY(1), shown: { online: true, read: [] } })
  till.now.isOnline = false
  till.now.would.reachHub = true
  await till.world.advance(29 * MINUTES)
  expect(till.now).toMatchObject({ restarts: 0, asked: 0 })
  await till.world.advance(3 * MINUTES)
  expect(till.now).toMatchObject({ restarts: 1, asked: 2 })
  expect(till.next()).toMatchObject({
    hasLost: true,
    config: { network: { proxy: { url: expect.stringContaining(':1') } } },
    problem: expect.stringMatching(/does not reach the hub; with the settings before it does/),
  })
  till.write(PROXY(3))
  expect(till.next()).toMatchObject({ hasLost: false, problem: null })
})

test('a line that is down proves nothing: the changed file stays, and is judged once the former one would reach the hub', async () => {
  using till = followed(PROXY(2), {}, { text: PROXY(1), shown: { online: true, read: [] } })
  till.now.isOnline = false
  await till.world.advance(24 * 60 * MINUTES)
  expect(till.now.restarts).toBe(0)
  expect(till.kept()).toBe(PROXY(1))
  till.now.would.reachHub = true
  await till.world.advance(3 * MINUTES)
  expect(till.now.restarts).toBe(1)
})

test('a hub that comes back, or one that was never reached, is not the file’s fault', async () => {
  using back = followed(PROXY(2), {}, { text: PROXY(1), shown: { online: true, read: [] } })
  back.now.isOnline = false
  await back.world.advance(31 * MINUTES)
  back.now.isOnline = true
  back.now.would.reachHub = true
  await back.world.advance(11 * MINUTES)
  expect(back.now.restarts).toBe(0)
  expect(back.kept()).toBe(PROXY(2))
  using never = followed(PROXY(2), {}, { text: PROXY(1) })
  never.now.isOnline = false
  never.now.would.reachHub = true
  await never.world.advance(11 * MINUTES)
  expect(never.kept()).toBe(PROXY(2))
})

test('what a change has nothing to do with is not asked for', async () => {
  using till = followed(
    FILES('/a', ', "till": { "port": 7009 }'),
    {},
    {
      text: FILES('/a'),
      shown: { online: true, read: ['pos'] },
    },
  )
  till.now.isOnline = false
  till.now.would = { reachHub: true, read: ['pos'] }
  await till.world.advance(24 * 60 * MINUTES)
  expect(till.now).toMatchObject({ restarts: 0, asked: 0 })
})

test.each([
  ['another folder', FILES('/b')],
  ['another name', FILES('/b').replace('"pos"', '"till"')],
])(
  'a changed file with %s that loses a source is left again where the former one reads it',
  async (_, text) => {
    using till = followed(text, {}, { text: FILES('/a'), shown: { online: true, read: ['pos'] } })
    await till.world.advance(60 * MINUTES)
    expect(till.now.restarts).toBe(0) // the share is away: neither reads it
    expect(till.kept()).toBe(FILES('/a'))
    till.now.would.read = ['pos']
    await till.world.advance(3 * MINUTES)
    expect(till.now.restarts).toBe(1)
    expect(till.next()).toMatchObject({
      hasLost: true,
      problem: expect.stringMatching(/does not read pos; with the settings before it does/),
      config: { sources: [{ settings: { folder: '/a' } }] },
    })
  },
)

test('a source that was taken out, and one that is new, are not asked for', async () => {
  const two = FILES('/a').replace('[{', '[{ "source": "more", "kind": "csv", "settings": {} }, {')
  for (const [before, after] of [
    [two, FILES('/a')],
    [FILES('/a'), two],
  ] as const) {
    const read = before === two ? ['pos', 'more'] : ['pos']
    using till = followed(after, {}, { text: before, shown: { online: true, read } })
    till.now.read = ['pos']
    till.now.would.read = ['pos', 'more']
    await till.world.advance(11 * MINUTES)
    expect(till.kept()).toBe(after)
  }
})

type One = readonly [source: string, kind: string, folder: string]
const POS: One = ['pos', 'csv', '/pos']
const BAR: One = ['bar', 'csv', '/bar']
const file = (sources: readonly One[], more: object = {}) =>
  JSON.stringify({
    sources: sources.map(([source, kind, folder]) => ({
      source,
      kind,
      settings: kind === 'http' ? {} : { folder },
    })),
    ...more,
  })
const RENAMED: One = ['pos2', 'csv', '/pos']
const LOST: One = ['pos2', 'csv', '/nowhere']
const SCALE: One = ['scale', 'csv', '/scale']

/** Read with the changed file, read by name with the settings before, sales since: and whether it is kept, left, or in use on trial. */
test.each<
  [
    what: string,
    before: readonly One[],
    after: readonly One[],
    of: { read: string[]; would?: string[]; told?: string[]; takenOut?: string[]; only?: string[] },
    end: 'kept' | 'refused' | RegExp | { unread?: string[]; unsold?: string[]; forgotten?: string[] },
  ]
>([
  ['renamed', [POS], [RENAMED], { read: ['pos'] }, 'refused'],
  ['renamed, the former name given up', [POS], [RENAMED], { read: ['pos'], takenOut: ['pos'] }, 'refused'],
  [
    'renamed, the folder written in another way',
    [POS],
    [['pos2', 'csv', '/x/../pos/']],
    { read: ['pos'] },
    'refused',
  ],
  ['renamed, and a new one away', [POS], [RENAMED, SCALE], { read: ['pos'] }, 'refused'],
  [
    'renamed to a wrong folder',
    [POS],
    [LOST],
    { read: [], would: ['pos'] },
    /does not read pos;.*"takenOut": \["pos"\]/,
  ],
  [
    'renamed to a wrong folder, and a new one is read',
    [POS],
    [LOST, SCALE],
    { read: ['scale'], would: ['pos'], told: ['scale'] },
    /not read pos;/,
  ],
  [
    'renamed to another folder, and both are there',
    [POS],
    [LOST],
    { read: ['pos2'], would: ['pos'], told: ['pos2'] },
    /not read pos;/,
  ],
  ['renamed and moved', [POS], [LOST], { read: ['pos2'], told: ['pos2'] }, 'kept'],
  ['renamed and moved, and nothing comes', [POS], [LOST], { read: ['pos2'] }, { unsold: ['pos2'] }],
  ['neither is read', [POS], [LOST, SCALE], { read: ['scale'], told: ['scale'] }, { unread: ['pos'] }],
  ['two renamed', [POS, BAR], [RENAMED, ['bar2', 'csv', '/bar']], { read: ['pos', 'bar'] }, 'refused'],
  [
    'two renamed, one wrong',
    [POS, BAR],
    [RENAMED, ['bar2', 'csv', '/b']],
    { read: ['pos', 'bar'] },
    'refused',
  ],
  ['two made one', [POS, BAR], [RENAMED], { read: ['pos', 'bar'] }, 'refused'],
  [
    'names swapped',
    [POS, BAR],
    [
      ['pos', 'csv', '/bar'],
      ['bar', 'csv', '/pos'],
    ],
    { read: ['pos', 'bar'] },
    'refused',
  ],
  [
    'replaced by another',
    [POS],
    [SCALE],
    { read: ['scale'], would: ['pos'], told: ['scale'] },
    /does not read pos;/,
  ],
  [
    'replaced by another, and given up',
    [POS],
    [SCALE],
    { read: ['scale'], would: ['pos'], takenOut: ['pos'] },
    'kept',
  ],
  [
    'another kind, and sales come',
    [POS],
    [['pos', 'poslog', '/new']],
    { read: ['pos'], would: ['pos'], told: ['pos'] },
    'kept',
  ],
  [
    'another kind, and nothing comes',
    [POS],
    [['pos', 'poslog', '/new']],
    { read: ['pos'], would: ['pos'] },
    { unsold: ['pos'] },
  ],
  [
    'another kind that is not read',
    [POS],
    [['pos', 'poslog', '/new']],
    { read: [], would: ['pos'] },
    /does not read pos;/,
  ],
  [
    'posted from now on, and nothing is',
    [POS],
    [['pos', 'http', '']],
    { read: ['pos'], would: ['pos'] },
    { unsold: ['pos'] },
  ],
  [
    'posted from now on',
    [POS],
    [['pos', 'http', '']],
    { read: ['pos'], would: ['pos'], told: ['pos'] },
    'kept',
  ],
  [
    'posted, renamed, and nothing is posted',
    [['in', 'http', '']],
    [['in2', 'http', '']],
    { read: ['in2'] },
    { unsold: ['in2'] },
  ],
  ['posted, renamed', [['in', 'http', '']], [['in2', 'http', '']], { read: ['in2'], told: ['in2'] }, 'kept'],
  [
    'posted before, another is read now',
    [['in', 'http', '']],
    [POS],
    { read: ['pos'], told: ['pos'] },
    { unread: ['in'] },
  ],
  ['one taken out', [POS, BAR], [POS], { read: ['pos'], would: ['pos', 'bar'] }, 'kept'],
  [
    'one taken out, the other was never read',
    [POS, BAR],
    [BAR],
    { read: [], would: ['pos'], only: ['pos'] },
    /does not read pos;/,
  ],
  ['one added that is away', [POS], [POS, SCALE], { read: ['pos'], would: ['pos'] }, 'kept'],
  ['all taken out', [POS, BAR], [], { read: [], would: ['pos', 'bar'] }, { forgotten: ['pos', 'bar'] }],
  ['all given up', [POS, BAR], [], { read: [], takenOut: ['pos', 'bar'] }, 'kept'],
  ['none was ever read', [POS], [], { read: [], only: [] }, 'kept'],
])('sources, %s', async (_, before, after, { read, would = [], told = [], takenOut, only }, end) => {
  const [was, is] = [file(before), file(after, takenOut === undefined ? {} : { takenOut })]
  using till = followed(
    is,
    {},
    { text: was, shown: { online: true, read: only ?? before.map(([name]) => name) } },
  )
  till.now.read = read
  till.now.told = told
  till.now.would.read = before.some(([, kind]) => kind === 'http') ? null : would
  await till.world.advance(60 * MINUTES)
  expect(till.now.restarts).toBe(end instanceof RegExp ? 1 : 0)
  expect(till.kept()).toBe(end === 'kept' ? is : was)
  if (end === 'kept') expect(till.of.trial()).toBeNull()
  else if (end === 'refused')
    expect(till.next().problem).toMatch(/ as \w+ what was read as \w+.*"countsAgain"/)
  else if (end instanceof RegExp) expect(till.next().problem).toMatch(end)
  else expect(till.of.trial()).toMatchObject(end)
})

test('a file with no source is in use and said as wrong, until a source comes back or is given up', async () => {
  using till = followed(file([]), {}, { text: file([POS]), shown: { online: true, read: ['pos'] } })
  await till.world.advance(24 * 60 * MINUTES)
  expect(till.of.problem()).toMatch(
    /reads no sales: its agent\.json names no source.*read pos.*"takenOut": \["pos"\]/,
  )
  expect(till.of.onTrial()).toMatch(/on trial since .*Z: no source is read/)
  expect(till.of.isOnTrial()).toBe(false) // the hub's settings need not wait for ever
  expect(till.kept()).toBe(file([POS]))
  till.write(file([], { takenOut: ['pos'] }))
  const next = till.again()
  expect(next.of.problem()).toBeNull()
  await next.world.advance(11 * MINUTES)
  expect(till.kept()).toContain('takenOut')
  next.of[Symbol.dispose]()
})

test('a restart does not begin a trial again, and forgets nothing of it', async () => {
  using first = followed(
    file([['pos', 'csv', '/b']]),
    {},
    { text: file([POS]), shown: { online: true, read: ['pos'] } },
  )
  first.now.would.read = ['pos']
  const begun = first.of.trial()?.since
  let till: ReturnType<typeof running> = first
  for (let restarts = 0; restarts < 4; restarts += 1) {
    await till.world.advance(7 * MINUTES)
    till = first.again(till)
    till.now.would.read = ['pos']
  }
  expect(till.of.trial()?.since).toBe(begun)
  expect(till.now.restarts).toBe(0)
  await till.world.advance(4 * MINUTES)
  expect(till.now.restarts).toBe(1)
  till.of[Symbol.dispose]()
  using sold = followed(
    file([['pos', 'http', '']]),
    {},
    { text: file([POS]), shown: { online: true, read: ['pos'] } },
  )
  sold.now.read = ['pos']
  sold.now.told = ['pos']
  await sold.world.advance(1 * MINUTES)
  const later = sold.again()
  later.now.read = ['pos']
  await later.world.advance(11 * MINUTES)
  expect(later.kept()).toBe(file([['pos', 'http', '']]))
  later.of[Symbol.dispose]()
})

test('a file that is well after a start is not left for what was missing before it', async () => {
  using first = followed(
    file([['pos', 'csv', '/b']]),
    {},
    { text: file([POS]), shown: { online: true, read: ['pos'] } },
  )
  await first.world.advance(60 * MINUTES)
  const till = first.again()
  till.now.would.read = ['pos']
  await till.world.advance(1 * MINUTES) // its first reading takes a while
  till.now.read = ['pos']
  till.now.told = ['pos']
  await till.world.advance(11 * MINUTES)
  expect(till.now.restarts).toBe(0)
  expect(till.kept()).toBe(file([['pos', 'csv', '/b']]))
  till.of[Symbol.dispose]()
})

test('a file that says nothing of sources, where they were read, does not end the reading of sales', () => {
  using till = followed(FILES('/a'), {}, { text: FILES('/a'), shown: { online: true, read: ['pos'] } })
  for (const text of ['{}', '{ "till": { "port": 7421 } }']) {
    till.write(text)
    expect(till.next()).toMatchObject({
      problem: expect.stringMatching(/no longer names pos, nor any other source.*"takenOut": \["pos"\]/),
      config: { sources: [{ settings: { folder: '/a' } }] },
    })
  }
  for (const text of ['{ "sources": [] }', '{ "takenOut": ["pos"] }']) {
    till.write(text)
    expect(till.next()).toMatchObject({ problem: null, config: { sources: [] } })
  }
})

test('what the settings that worked reach and read later is asked of the next ones', async () => {
  using till = followed(FILES('/a'), {}, { text: FILES('/a') })
  till.now.read = ['pos']
  await till.world.advance(1 * MINUTES)
  using next = followed(FILES('/b'), {}, { text: FILES('/a'), shown: shownSettings(till.parts) })
  next.now.would.read = ['pos']
  await next.world.advance(33 * MINUTES)
  expect(next.now.restarts).toBe(1)
})

test('a file that is broken before the one in use has proven itself goes back to what worked', async () => {
  using till = followed(FILES('/b'), {}, { text: FILES('/a'), shown: { online: true, read: ['pos'] } })
  till.write('{')
  await till.world.advance(20_000)
  expect(till.now.restarts).toBe(1)
  expect(till.next()).toMatchObject({ config: { sources: [{ settings: { folder: '/a' } }] } })
})

test('a changed file that loses what worked is corrected at once, also while sales go on', async () => {
  using till = followed(PROXY(2), {}, { text: PROXY(1), shown: { online: true, read: [] } })
  till.now.lastRecordedMs = till.world.clock.monotonicMs() + 24 * 60 * MINUTES
  till.now.isOnline = false
  till.write(PROXY(3))
  await till.world.advance(20_000)
  expect(till.now.restarts).toBe(1)
})

test('a file that was left is taken up after all once it has what worked', async () => {
  using left = followed(PROXY(2), {}, { text: PROXY(1), shown: { online: true, read: [] } })
  left.now.isOnline = false
  left.now.would.reachHub = true
  await left.world.advance(33 * MINUTES)
  const till = left.again()
  till.now.would.reachHub = false
  await till.world.advance(3 * 60 * MINUTES)
  expect(till.now).toMatchObject({ restarts: 0, asked: 3 })
  till.now.would.reachHub = true
  await till.world.advance(61 * MINUTES)
  expect(till.now.restarts).toBe(1)
  expect(left.next()).toMatchObject({ hasLost: false, problem: null })
  till.of[Symbol.dispose]()
})

test('a file that was left is taken up after all, though a source of it can’t be tried', async () => {
  const FILE = (proxy: number, folder: string) =>
    JSON.stringify({ ...JSON.parse(PROXY(proxy)), ...JSON.parse(FILES(folder)) })
  using left = followed(FILE(2, '/b'), {}, { text: FILE(1, '/a'), shown: { online: true, read: ['pos'] } })
  left.now.read = ['pos']
  left.now.isOnline = false
  left.now.would.reachHub = true
  await left.world.advance(33 * MINUTES)
  const till = left.again()
  till.now.would = { reachHub: true, read: null }
  await till.world.advance(61 * MINUTES)
  expect(till.now.restarts).toBe(1)
  till.of[Symbol.dispose]()
})

test('a file that was left for one source is not asked about those that it has as before', async () => {
  const calls = (text: string) =>
    text.replace('}]', '}, { "source": "calls", "kind": "http", "settings": {} }]')
  const shown = { online: false, read: ['pos', 'calls'] }
  using left = followed(calls(FILES('/b')), {}, { text: calls(FILES('/a')), shown })
  left.now.read = ['calls']
  left.now.would.read = ['pos']
  await left.world.advance(33 * MINUTES)
  expect(left.now.restarts).toBe(1)
  const till = left.again()
  till.now.would.read = ['pos'] // the folder is there by now
  await till.world.advance(61 * MINUTES)
  expect(till.now.restarts).toBe(1)
  till.of[Symbol.dispose]()
})

test('a file that works only under settings of the hub is not kept instead of one that works without', async () => {
  const wrong = FILES('/a').replace('csv', 'unicento')
  using till = followed(wrong, {}, { text: FILES('/a'), shown: { online: true, read: ['pos'] } })
  till.now.read = ['pos']
  await till.world.advance(60 * MINUTES)
  expect(till.kept()).toBe(FILES('/a'))
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

test('a real till whose changed agent.json loses its POS goes back in its time, and takes up a corrected one', async () => {
  const updates = { quietMinutes: 0, confirmMinutes: 0.02, giveUpMinutes: 0.1 }
  await using set = await hubAndTill({ updates })
  const reads = (folder: string) => ({
    sources: [
      { source: 'pos', kind: 'poslog', settings: { folder, currency: 'EUR', zone: 'Europe/Berlin' } },
    ],
  })
  const status = async () => {
    const { out } = await runHere('agent', ['status', '--data', set.at('till'), '--json'])
    return out === '' ? null : (JSON.parse(out) as unknown)
  }
  const proof = () => {
    const path = set.at('till', 'own-settings.json')
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : null
  }
  mkdirSync(set.at('pos'))
  set.configure(reads(set.at('pos')))
  await using _ = set.agent()
  await expect.poll(proof, { interval: 300 }).toMatchObject({ online: true, read: ['pos'], refused: null })
  set.configure(reads(set.at('nowhere')))
  const said = expect.stringMatching(/does not read pos; with the settings before it does/)
  await expect
    .poll(status, { interval: 300 })
    .toMatchObject({ link: 'online', settingsProblem: said, sources: [{ state: 'reading' }] })
  await expect
    .poll(() => set.hub('fleet'), { interval: 300 })
    .toMatchObject({
      tills: [
        {
          findings: expect.arrayContaining([
            expect.objectContaining({ kind: 'own-settings-broken', sentence: said }),
          ]),
        },
      ],
    })
  mkdirSync(set.at('nowhere'))
  set.configure({ ...reads(set.at('nowhere')), pickups: { hideCustomersAfterHours: 9 } })
  await expect
    .poll(status, { interval: 300 })
    .toMatchObject({ link: 'online', settingsProblem: null, sources: [{ state: 'reading' }] })
})

test('a real till whose agent.json names no source is wrong at the hub until the source is given up, and keeps the file before', async () => {
  const updates = { quietMinutes: 0, confirmMinutes: 0.02, giveUpMinutes: 0.1 }
  await using set = await hubAndTill({ updates })
  const settings = { folder: set.at('pos'), currency: 'EUR', zone: 'Europe/Berlin' }
  const pos = { sources: [{ source: 'pos', kind: 'poslog', settings }] }
  const text = (name: string) =>
    existsSync(set.at('till', name)) ? readFileSync(set.at('till', name), 'utf8') : ''
  const fleet = () => set.hub('fleet')
  mkdirSync(set.at('pos'))
  set.configure(pos)
  await using _ = set.agent()
  await expect.poll(() => text('own-settings.json'), { interval: 300 }).toContain('"read":["pos"]')
  set.configure({ sources: [] })
  const sentence = expect.stringMatching(/names no source, and with the settings before it read pos/)
  const wrong = expect.objectContaining({ kind: 'reads-no-sales', sentence })
  await expect
    .poll(fleet, { interval: 300 })
    .toMatchObject({ tills: [{ findings: expect.arrayContaining([wrong]) }] })
  expect(text('agent.last-good.json')).toContain('"pos"')
  set.configure({ sources: [], takenOut: ['pos'] })
  await expect.poll(() => text('agent.last-good.json'), { interval: 300 }).toContain('takenOut')
  await expect
    .poll(fleet, { interval: 300 })
    .toMatchObject({ tills: [{ findings: expect.not.arrayContaining([wrong]) }] })
})

test('a real till does not read what it has read under another name, however it finds it', async () => {
  const updates = { quietMinutes: 0, confirmMinutes: 0.1, giveUpMinutes: 0.5 }
  await using set = await hubAndTill({ updates })
  const columns = {
    receipt: 'No',
    date: 'Date',
    sku: 'SKU',
    title: 'Item',
    quantity: 'Qty',
    amount: 'Amount',
  }
  const settings = {
    ...{ currency: 'EUR', zone: 'Europe/Berlin', warehouse: 'HAR', decimal: '.', date: 'YYYY-MM-DD' },
    ...{ rows: 'line', taxIncluded: true, refunds: 'signed', quietSeconds: 1, columns },
  }
  const reads = (source: string, folder: string) => ({
    source,
    kind: 'csv',
    settings: { folder: set.at(folder), ...settings },
  })
  const proof = () => {
    const path = set.at('till', 'own-settings.json')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  const status = async () => {
    const { out } = await runHere('agent', ['status', '--data', set.at('till'), '--json'])
    return out === '' ? null : (JSON.parse(out) as unknown)
  }
  const sales = () => {
    const database = new SQLite(set.at('hub', 'hub.db'), { readonly: true })
    try {
      return database.prepare('SELECT count(*) FROM sale').pluck().get()
    } finally {
      database.close()
    }
  }
  for (const folder of ['pos', 'bar']) mkdirSync(set.at(folder))
  writeFileSync(
    set.at('pos', 'a.csv'),
    'No,Date,SKU,Item,Qty,Amount\n1,2026-11-20,MUG,Mug,1,9.90\n2,2026-11-21,TEE,Tee,1,19.90\n',
  )
  set.configure({ sources: [reads('pos', 'pos'), reads('bar', 'bar')] })
  await using _ = set.agent()
  await expect.poll(proof, { interval: 300 }).toContain('"read":["pos","bar"]')
  set.configure({ sources: [reads('bar', 'bar')], takenOut: ['pos'] })
  await expect.poll(proof, { interval: 300 }).toContain('"read":["bar"]')
  renameSync(set.at('pos'), set.at('moved'))
  set.configure({ sources: [reads('bar', 'bar'), reads('pos2', 'moved')], takenOut: ['pos'] })
  const refused = {
    source: 'pos2',
    state: 'unavailable',
    problem: expect.stringContaining('read as pos already'),
  }
  await expect
    .poll(status, { interval: 300 })
    .toMatchObject({ link: 'online', sources: expect.arrayContaining([expect.objectContaining(refused)]) })
  set.configure({ sources: [reads('bar', 'bar'), reads('pos', 'moved')] })
  await expect.poll(status, { interval: 300 }).toMatchObject({
    sources: [
      { source: 'bar', state: 'reading' },
      { source: 'pos', state: 'reading' },
    ],
    unsent: 0,
  })
  await expect.poll(sales, { interval: 300 }).toBe(2)
})
