import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeQR } from 'qr/decode.js'
import { expect, test } from 'vitest'
import { readEnrolLink } from '../../agent/enrolment/enrol-link.ts'
import { openHubDb, transaction } from '../../hub/db/db.ts'
import { createCodes, readTillList } from '../../hub/fleet/bulk-codes.ts'
import { createEnrolCode } from '../../hub/fleet/enrolment.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { runHere } from '../cli/command.ts'
import { startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const DAY_MS = 24 * 3_600_000

test.each([
  ['commas', 'store,till\nHAR,Till 1\nMIL,\n'],
  [
    'semicolons, a byte order mark and Windows line ends',
    '\uFEFFStore;Till;Note\r\nHAR;Till 1;x\r\nMIL;;\r\n',
  ],
  ['tabs and empty lines', 'till\tstore\n\nTill 1\tHAR\n\tMIL\n\n'],
])('a list with %s is read', (_, text) => {
  expect(readTillList(text).map(({ store, till }) => [store, till])).toEqual([
    ['HAR', 'Till 1'],
    ['MIL', null],
  ])
})

test.each([
  ['no column for the store', 'shop,till\nHAR,Till 1', 'no column "store"'],
  ['no till', 'store,till\n', 'no till'],
  ['a line without a store', 'store,till\nHAR,Till 1\n,Till 2', 'line 3: the store is missing'],
  ['a till twice', 'store,till\nHAR,Till 1\nHAR,till  1', 'lines 2, 3: HAR Till 1 is listed twice'],
  ['quotes that do not end', 'store,till\n"HAR,Till 1', 'Quote'],
])('a list with %s is refused, and what is wrong is named', (_, text, says) => {
  expect(() => readTillList(text)).toThrow(says)
})

async function twoStores() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  await transaction(hub.db, tx =>
    putStore(tx, { code: 'MIL', name: 'Mill', zone: 'Europe/Berlin', currency: 'EUR' }, world.clock.now()),
  )
  const open = () =>
    hub.db
      .selectFrom('enrol_code')
      .select(['store', 'till', 'expires_at'])
      .orderBy('store')
      .orderBy('till')
      .execute()
  return {
    world,
    db: hub.db,
    open,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('each till gets a code of its own; those without a name get the next free ones', async () => {
  await using hub = await twoStores()
  const list = readTillList('store,till\nHAR,\nHAR,Till 1\nHAR,\nMIL,Front')
  const made = await transaction(hub.db, tx =>
    createCodes(tx, hub.world, list, { validMs: 7 * DAY_MS, endsOpen: false }),
  )
  expect(new Set(made.map(({ code }) => code)).size).toBe(4)
  expect(made.map(({ store, till }) => `${store} ${till}`)).toEqual([
    ...['HAR Till 2', 'HAR Till 1', 'HAR Till 3', 'MIL Front'],
  ])
  const now = hub.world.clock.now()
  expect(await hub.open()).toEqual(
    [
      ['HAR', 'Till 1'],
      ['HAR', 'Till 2'],
      ['HAR', 'Till 3'],
      ['MIL', 'Front'],
    ].map(([store, till]) => ({ store, till, expires_at: now + 7 * DAY_MS })),
  )
})

test('one mistake in the list, and no code is made', async () => {
  await using hub = await twoStores()
  const list = readTillList('store,till\nHAR,Till 1\nNONE,Till 1\nMIL,')
  await expect(
    transaction(hub.db, tx => createCodes(tx, hub.world, list, { validMs: DAY_MS, endsOpen: false })),
  ).rejects.toMatchObject({
    code: 'TILL_LIST_INVALID',
    message: expect.stringContaining('line 3'),
  })
  expect(await hub.open()).toEqual([])
})

test('no code is valid for longer than thirty days, so that one made while the clock was ahead ends', async () => {
  await using hub = await twoStores()
  await transaction(hub.db, tx => createEnrolCode(tx, hub.world, 'HAR', 'Till 1', null, 400 * DAY_MS))
  expect((await hub.open())[0]?.expires_at).toBe(hub.world.clock.now() + 30 * DAY_MS)
})

const SCALE = 4

/** Column and row of each dark square of a drawing that moves from one to the next. */
function* squaresOf(path: string): Generator<readonly [number, number]> {
  let [column, row] = [0, 0]
  for (const [, move, x, y] of path.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)/g)) {
    const isFromHere = move === 'm'
    column = Number(x) + (isFromHere ? column : 0)
    row = Number(y) + (isFromHere ? row : 0)
    yield [column, row]
  }
}

/** What a scanner reads from the square code of a page, whose squares are one unit wide. */
function scanned(page: string): string {
  const { side, path } = /viewBox="0 0 (?<side>\d+) \d+".*?<path d="(?<path>[^"]+)"/s.exec(page)?.groups ?? {}
  const width = Number(side) * SCALE
  const data = new Uint8Array(width * width * 3).fill(255)
  for (const [column, row] of squaresOf(path ?? ''))
    for (let y = row * SCALE; y < (row + 1) * SCALE; y += 1)
      data.fill(0, (y * width + column * SCALE) * 3, (y * width + (column + 1) * SCALE) * 3)
  return decodeQR({ width, height: width, data })
}

test('the command writes the codes where only their user reads them, and a page in which names are text', async () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const data = ['--data', at('hub'), '--json']
  await runHere('hub', [
    'store',
    'add',
    'HAR',
    '--name',
    'Harbour',
    '--zone',
    'Europe/Berlin',
    '--currency',
    'EUR',
    ...data,
  ])
  writeFileSync(at('tills.csv'), 'store,till\nHAR,"=1+1 <b>"\n')
  writeFileSync(at('hub/hub.json'), '{"publicUrl":"https://hub.example.com"}')
  const { code, out } = await runHere('hub', [
    'device',
    'codes',
    at('tills.csv'),
    '--out',
    at('codes.csv'),
    '--sheet',
    at('codes.html'),
    ...data,
  ])
  expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, made: 1 })
  expect(out).not.toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}-/)
  expect(readFileSync(at('codes.csv'), 'utf8')).toMatch(
    /^store,till,code,until\nHAR,'=1\+1 <b>,([0-9A-Z]{4}-){3}[0-9A-Z]{4},\d{4}-\d\d-\d\d \d\d:\d\d UTC\n$/,
  )
  expect(statSync(at('codes.csv')).mode & 0o077).toBe(0)
  const sheet = readFileSync(at('codes.html'), 'utf8')
  expect(sheet).toContain('=1+1 &#60;b&#62;')
  const made = /([0-9A-Z]{4}-){3}[0-9A-Z]{4}/.exec(sheet)?.[0] ?? ''
  expect(readEnrolLink(scanned(sheet))).toEqual({ hub: 'https://hub.example.com', code: made })
  const [, link = ''] = /<p class="link">([^<]*)</.exec(sheet) ?? []
  expect(readEnrolLink(link.replaceAll('&#38;', '&'))).toEqual({ hub: 'https://hub.example.com', code: made })
  const db = await openHubDb(manualWorld().files, at('hub/hub.db'))
  const [row] = await db.selectFrom('enrol_code').select('code_hash').execute()
  await db.destroy()
  expect(readFileSync(at('codes.csv'), 'utf8')).not.toContain(row?.code_hash)
})

test('codes that were handed out are not overwritten: nothing is made', async () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const data = ['--data', at('hub'), '--json']
  const place = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await runHere('hub', ['store', 'add', 'HAR', ...place, ...data])
  writeFileSync(at('tills.csv'), 'store,till\nHAR,Till 1\n')
  writeFileSync(at('sheet.html'), 'the slips of last week')
  const files = ['--out', at('codes.csv'), '--sheet', at('sheet.html')]
  const { code, out, err } = await runHere('hub', ['device', 'codes', at('tills.csv'), ...files, ...data])
  expect(code).toBe(1)
  expect(out + err).toContain('CODES_FILE_EXISTS')
  expect(readFileSync(at('sheet.html'), 'utf8')).toBe('the slips of last week')
  const db = await openHubDb(manualWorld().files, at('hub/hub.db'))
  expect(await db.selectFrom('enrol_code').selectAll().execute()).toEqual([])
  await db.destroy()
})

test('a code that can’t be written to a file is not made, and one file can’t be both', async () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const data = ['--data', at('hub'), '--json']
  const place = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await runHere('hub', ['store', 'add', 'HAR', ...place, ...data])
  writeFileSync(at('tills.csv'), 'store,till\nHAR,\n')
  const codes = (...files: string[]) =>
    runHere('hub', ['device', 'codes', at('tills.csv'), ...files, ...data])
  symlinkSync(folder.path, at('link'))
  for (const [files, wrong] of [
    [['--out', at('codes.csv'), '--sheet', at('link/codes.csv')], 'CODES_FILES_SAME'],
    [['--out', at('none/codes.csv')], 'FILE_UNWRITABLE'],
    [['--out', at('codes.csv'), '--sheet', at('none/sheet.html')], 'FILE_UNWRITABLE'],
    [['--out', at('codes.csv'), '--sheet', join(at('.'), 'codes.csv')], 'CODES_FILES_SAME'],
  ] as const) {
    const { code, out, err } = await codes(...files)
    expect(code).toBe(1)
    expect(out + err).toContain(wrong)
    expect(existsSync(at('codes.csv'))).toBe(false)
  }
  const db = await openHubDb(manualWorld().files, at('hub/hub.db'))
  expect(await db.selectFrom('enrol_code').selectAll().execute()).toEqual([])
  await db.destroy()
})

test('a till has one code that works, however its name is written; a new one ends it only when that is asked for', async () => {
  await using hub = await twoStores()
  const make = (till: string, endsOpen: boolean) =>
    transaction(hub.db, tx =>
      createCodes(tx, hub.world, [{ line: 2, store: 'HAR', till }], { validMs: DAY_MS, endsOpen }),
    )
  await make('Till 21', false)
  await expect(make('till 21', false)).rejects.toThrow(/has a code for "Till 21" that works until/)
  await make('till 21', true)
  const open = await hub.db
    .selectFrom('enrol_code')
    .select('till')
    .where('expires_at', '>', hub.world.clock.now())
    .execute()
  expect(open).toEqual([{ till: 'till 21' }])
})

test('a list that is run again makes no second till of a row without a name', async () => {
  await using hub = await twoStores()
  const make = (text: string, endsOpen = false) =>
    transaction(hub.db, tx =>
      createCodes(tx, hub.world, readTillList(`store,till\n${text}`), { validMs: DAY_MS, endsOpen }),
    )
  await make('HAR,\nMIL,Front')
  for (const endsOpen of [false, true])
    await expect(make('HAR,Bar\nHAR,', endsOpen)).rejects.toThrow(
      /line 3: This row names no till, and store HAR has a code for "Till 1"/,
    )
  const again = await make('HAR,till 1\nHAR,\nMIL,', true)
  expect(again.map(({ store, till }) => `${store} ${till}`)).toEqual([
    'HAR till 1',
    'HAR Till 2',
    'MIL Till 1',
  ])
})

test('enrol-code refuses a till that has a code which works, or ends that code', async () => {
  using folder = temporaryFolder()
  const data = ['--data', folder.path, '--json']
  const place = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await runHere('hub', ['store', 'add', 'HAR', ...place, ...data])
  const make = (...more: string[]) => runHere('hub', ['enrol-code', 'HAR', ...more, ...data])
  expect(await make('--till', 'Till 90')).toMatchObject({ code: 0 })
  for (const more of [[], ['--replace']]) {
    const { code, out, err } = await make('--till', 'till  90', ...more)
    expect(code).toBe(1)
    expect(out + err).toContain('TILL_HAS_CODE')
  }
  expect(await make('--till', 'till 90', '--replace-codes')).toMatchObject({ code: 0 })
  expect(await make()).toMatchObject({ code: 0 })
  expect(await make()).toMatchObject({ code: 0 }) // another PC each
  const db = await openHubDb(manualWorld().files, join(folder.path, 'hub.db'))
  const rows = await db.selectFrom('enrol_code').select(['till', 'expires_at']).execute()
  await db.destroy()
  const endsOf = (till: string) => rows.filter(row => row.till === till).map(({ expires_at }) => expires_at)
  expect(rows.map(({ till }) => till).toSorted()).toEqual(['Till 1', 'Till 2', 'Till 90', 'till 90'])
  expect(endsOf('till 90')[0]).toBeGreaterThan((endsOf('Till 90')[0] ?? 0) + DAY_MS / 2) // the first was ended at once
})

test('the sample for group policy finds the code of its own computer in what the command writes', async () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  const data = ['--data', at('hub'), '--json']
  const place = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await runHere('hub', ['store', 'add', 'PC-7', ...place, ...data]) // a store named as a computer is
  writeFileSync(at('tills.csv'), 'store,till\nPC-7,PC-70\nPC-7,PC-7\nPC-7,XPC-7\n')
  await runHere('hub', ['device', 'codes', at('tills.csv'), '--out', at('codes.csv'), ...data])
  const lines = readFileSync(at('codes.csv'), 'utf8').split('\n')
  const sample = readFileSync('docs/install-guide.md', 'utf8')
  const [, token = '', wanted = ''] =
    /for \/f "tokens=(\d) delims=," %%c in \('findstr \/i \/c:"([^"]*)"/.exec(sample) ?? []
  const found = lines.filter(line =>
    line.toLowerCase().includes(wanted.replace('%COMPUTERNAME%', 'pc-7').toLowerCase()),
  )
  const codes = found.map(line => line.split(/,+/)[Number(token) - 1])
  expect(codes).toEqual([lines.find(line => line.startsWith('PC-7,PC-7,'))?.split(',')[2]])
  expect(codes[0]).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/)
})
