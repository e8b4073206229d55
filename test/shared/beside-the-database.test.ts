import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hidesCustomers } from '../../agent/pickups/last-contact.ts'
import { HubConfig } from '../../hub/config.ts'
import { startHub } from '../../hub/hub.ts'
import { holdInstance } from '../../shared/instance-lock.ts'
import { lightWorld } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

test('a second hub on one database is refused, also when it names the file by another path', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  const file = join(folder.path, 'hub.db')
  const options = (path: string) => ({
    database: { file: path },
    config: HubConfig.parse({ port: 0 }),
    pages: folder.path,
    releases: join(folder.path, 'releases'),
    pid: 1,
  })
  await using _hub = await startHub(options(file), world)
  const link = join(folder.path, 'same.db')
  symlinkSync(file, link)
  const second = await startHub(options(link), world).catch((error: unknown) => error)
  if (!(second instanceof Error)) await (second as AsyncDisposable)[Symbol.asyncDispose]()
  expect(second).toMatchObject({ code: 'HUB_ALREADY_RUNNING' })
})

test('a till that does not know when it last had contact shows nothing of customers', () => {
  expect(hidesCustomers(null, Date.parse('2026-11-29T12:00:00Z'), 72 * 3_600_000)).toBe(true)
})

const memory = existsSync('/dev/shm') ? '/dev/shm' : undefined
const PAGE = 4_096

test('one bad page of the record beside the database keeps no hub from starting', async () => {
  using folder = temporaryFolder(memory)
  const world = lightWorld()
  const file = join(folder.path, 'hub.db')
  const options = {
    database: { file },
    config: HubConfig.parse({ port: 0 }),
    pages: folder.path,
    releases: join(folder.path, 'releases'),
    pid: 1,
  }
  const start = async () => {
    await using _hub = await startHub(options, world)
  }
  await start()
  const record = `${file}.record`
  const whole = readFileSync(record)
  const failed: string[] = []
  for (let page = 1; page <= whole.length / PAGE; page += 1) {
    const bytes = Buffer.from(whole)
    bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)
    world.files.removeDatabase(record)
    world.files.removeDatabase(`${record}.damaged`)
    writeFileSync(record, bytes)
    await start().catch((error: unknown) => failed.push(`page ${page}: ${String(error)}`))
  }
  expect(failed).toEqual([])
})

test.each([
  ['is rubbish', (path: string) => writeFileSync(path, Buffer.alloc(2 * PAGE, 0xa5))],
  [
    'has a bad page',
    (path: string) => {
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.fill(0xa5, PAGE, 2 * PAGE))
    },
  ],
])('a lock’s file that %s keeps no program from starting', (_what, damage) => {
  using folder = temporaryFolder(memory)
  const { files } = lightWorld()
  const path = join(folder.path, 'agent.lock')
  const options = { path, pid: 1, refusal: () => new Error('held by another') }
  holdInstance(files, options)[Symbol.dispose]()
  damage(path)
  expect(() => holdInstance(files, options)[Symbol.dispose]()).not.toThrow()
})
