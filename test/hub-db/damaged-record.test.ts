import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { HubConfig } from '../../hub/config.ts'
import { openHubDatabase, transaction } from '../../hub/db/db.ts'
import { openLastingRecord } from '../../hub/generation/lasting-record.ts'
import { startHub } from '../../hub/hub.ts'
import { hashPassword, openSession, putAccount } from '../../hub/web/accounts.ts'
import { lightWorld } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

const memory = existsSync('/dev/shm') ? '/dev/shm' : undefined
const PAGE = 4_096
const options = (folder: string, file = join(folder, 'hub.db')) => ({
  database: { file },
  config: HubConfig.parse({ port: 0 }),
  pages: folder,
  releases: join(folder, 'releases'),
  pid: 1,
})

function spoil(file: string, page: number): void {
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE))
}

test('one bad page of the record beside the database keeps no hub from starting, and is named', async () => {
  using folder = temporaryFolder(memory)
  const world = lightWorld()
  const start = async () => {
    await using _hub = await startHub(options(folder.path), world)
  }
  await start()
  const record = join(folder.path, 'hub.db.record')
  const whole = readFileSync(record)
  const failed: string[] = []
  for (let page = 1; page <= whole.length / PAGE; page += 1) {
    world.files.removeDatabase(record)
    world.files.removeDatabase(`${record}.damaged`)
    writeFileSync(record, whole)
    spoil(record, page)
    await start().catch((error: unknown) => failed.push(`page ${page}: ${String(error)}`))
    if (!existsSync(`${record}.damaged`)) failed.push(`page ${page}: not set aside`)
  }
  expect(failed).toEqual([])
  const db = await openHubDatabase(world, { file: join(folder.path, 'hub.db') })
  const named = (await listExceptions(db)).map(({ code }) => code)
  await db.destroy()
  expect(named).toContain('database-damaged.record')
})

test('a hub whose database was put back ends every session of its pages', async () => {
  using folder = temporaryFolder(memory)
  const world = lightWorld()
  const file = join(folder.path, 'hub.db')
  const sessions = async () => {
    const db = await openHubDatabase(world, { file })
    const found = await db.selectFrom('session').select('account').execute()
    await db.destroy()
    return found.length
  }
  const start = async () => {
    await using _hub = await startHub(options(folder.path), world)
  }
  await start()
  {
    const db = await openHubDatabase(world, { file })
    const now = world.clock.now()
    const hash = await hashPassword(world.random, 'correct horse battery')
    await transaction(db, tx => putAccount(tx, 'kim', hash, now))
    await openSession(db, world.random, 'kim', 'correct horse battery', now)
    await db.destroy()
  }
  const backup = readFileSync(file)
  await start()
  expect(await sessions()).toBe(1)
  world.files.removeDatabase(file)
  writeFileSync(file, backup)
  await start()
  expect(await sessions()).toBe(0)
})

test('a record that is damaged while the hub runs is set aside, and the request in hand is noted in a new one', () => {
  using folder = temporaryFolder(memory)
  const { files } = lightWorld()
  const path = join(folder.path, 'hub.db.record')
  const generation = { hub: 'hub_1', number: 3, sends: 40, instance: 'life_1', at: 1 }
  const device = {
    device: 'dev_1',
    store: 'HAR',
    till: 'Till 1',
    publicKey: 'k',
    state: 'active',
    reason: null,
    enrolledAt: 1,
  } as const
  const request = (send: number) => ({
    send,
    key: `key-${send}`,
    store: 'HAR',
    subject: 's',
    request: 'x'.repeat(8_000),
    movements: [],
    at: 1,
  })
  const asides: string[] = []
  {
    using record = openLastingRecord(files, path, aside => asides.push(aside))
    for (let send = 1; send <= 40; send += 1) record.keepSend(request(send))
    record.keepGeneration(generation)
    record.keepFleet({ devices: [device], ends: [] })
  }
  using record = openLastingRecord(files, path, aside => asides.push(aside))
  record.keepGeneration(generation)
  record.keepFleet({ devices: [device], ends: [] })
  for (let page = 2; page <= readFileSync(path).length / PAGE; page += 1) spoil(path, page)
  // a commit from elsewhere makes SQLite read again what it holds in memory
  const other = files.database(path, { readOnly: false })
  other.pragma(`user_version = ${Number(other.pragma('user_version', { simple: true }))}`)
  other.close()
  record.keepSend(request(41))
  expect(asides).toEqual([`${path}.damaged`])
  expect(record.sendsAfter(0, new Set()).map(({ send }) => send)).toEqual([41])
  expect(record.generation()).toEqual({ ...generation, sends: 41 })
  expect(record.fleet().devices).toEqual([device])
})

test('a second hub on one database is refused, also when it names the file by another path', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  await using _hub = await startHub(options(folder.path), world)
  const link = join(folder.path, 'same.db')
  symlinkSync(join(folder.path, 'hub.db'), link)
  await expect(startHub(options(folder.path, link), world)).rejects.toMatchObject({
    code: 'HUB_ALREADY_RUNNING',
  })
})

test('a link to a database that does not exist yet names the same file as its target', () => {
  using folder = temporaryFolder()
  const { files } = lightWorld()
  const link = join(folder.path, 'same.db')
  symlinkSync(join(folder.path, 'hub.db'), link)
  expect(files.realPath(link)).toBe(files.realPath(join(folder.path, 'hub.db')))
})
