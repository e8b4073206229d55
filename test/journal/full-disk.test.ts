import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { newPrinterMemory } from '../../agent/codecs/printer-commands/macro.ts'
import { PrinterProfile } from '../../agent/codecs/printer-commands/profiles.ts'
import { captureReceipts } from '../../agent/peripherals/capture-receipts.ts'
import { serveStopped } from '../../agent/till/stopped-page.ts'
import { openWithBallast } from '../../shared/ballast.ts'
import { PeripheralName } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { manualWorld, quietLog, temporaryFolder, turns } from '../manual-world.ts'
import { openTestJournal } from './test-journal.ts'

const full = () => new SQLite.SqliteError('database or disk is full', 'SQLITE_FULL')

test('a start on a full disk gives the ballast back and tries once more', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const { files, log } = manualWorld()
  openTestJournal(manualWorld(), path)[Symbol.dispose]()
  expect(files.sizeOf(`${path}.ballast`)).toBe(16 * 1024 * 1024)
  let tries = 0
  const fullFiles: typeof files = {
    ...files,
    database(file, options) {
      tries += 1
      if (files.sizeOf(`${path}.ballast`) !== null) throw full()
      return files.database(file, options)
    },
  }
  openWithBallast({ files: fullFiles, log }, path).close()
  expect(tries).toBe(2)
  expect(files.sizeOf(`${path}.ballast`)).toBeNull()
  const never: typeof files = {
    ...files,
    database() {
      throw full()
    },
  }
  expect(() => openWithBallast({ files: never, log }, path)).toThrow(
    expect.objectContaining({ code: 'DATABASE_UNUSABLE' }),
  )
})

test('the ballast is taken again only when more than that is free', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = manualWorld()
  let free = 18
  const files: typeof world.files = {
    ...world.files,
    reserve: (_file, bytes) => {
      if (bytes > free * 1024 * 1024) return false
      free -= bytes / 1024 / 1024
      return true
    },
    remove(file) {
      if (file.endsWith('.room')) free += 4
      world.files.remove(file)
    },
  }
  using opened = openTestJournal({ ...world, files }, path)
  expect(opened.journal.diskFull()).toBe(true)
})

test('while the agent can’t start, the page says why, in words that are not markup', async () => {
  const world = nodeWorld({ log: quietLog })
  await using page = await serveStopped(world, 0, new Error('no <room>'))
  const url = 'url' in page ? String(page.url) : ''
  const shown = await fetch(url, { headers: { accept: 'text/html' } })
  expect(shown.status).toBe(503)
  expect(await shown.text()).toContain('no &lt;room&gt;')
  expect(await (await fetch(`${url}/api/state`)).json()).toEqual({
    code: 'UNEXPECTED',
    sentence: 'no <room>',
  })
})

const counter = PeripheralName.parse('counter')
const receipt = new TextEncoder().encode('\x1b@Coffee 2.50\n\x1dV\x00')

function capturing(take: () => Promise<void>) {
  const world = manualWorld()
  const stopping = new AbortController()
  const named: (number | string)[] = []
  const captured = captureReceipts({
    profileOf: () => PrinterProfile.parse({}),
    memories: { of: () => newPrinterMemory(), keep: async () => undefined },
    take,
    lost: async (_peripheral, what) => void named.push(what),
    timers: world.timers,
    stopping: stopping.signal,
    log: quietLog,
  })
  return {
    world,
    stopping,
    named,
    async print() {
      await captured(counter, { is: 'captured', job: 1, towards: 'printer', bytes: receipt })
      await captured(counter, { is: 'capture-ended', job: 1 })
    },
  }
}

test('a printed receipt waits while the disk is full, and is kept once there is room', async () => {
  let [isFull, kept] = [true, 0]
  const { world, named, print } = capturing(async () => {
    if (isFull) throw full()
    kept += 1
  })
  let isTaken = false
  const printed = print().then(() => {
    isTaken = true
  })
  await world.advance(60_000)
  expect({ isTaken, kept }).toEqual({ isTaken: false, kept: 0 })
  isFull = false
  await world.advance(10_000)
  await printed
  expect({ isTaken, kept, named }).toEqual({ isTaken: true, kept: 1, named: [] })
})

test('a receipt that the program itself can’t keep is named, and holds no other up', async () => {
  const { named, print } = capturing(async () => {
    throw new TypeError('a fault')
  })
  await print()
  expect(named).toEqual(['a fault in this program'])
})

test('an agent that stops leaves a receipt that waits to the device host', async () => {
  const { world, stopping, print } = capturing(async () => {
    throw full()
  })
  const printed = print().catch((error: unknown) => error)
  await turns()
  stopping.abort()
  await world.advance(10_000)
  expect(await printed).toMatchObject({ code: 'SQLITE_FULL' })
})
