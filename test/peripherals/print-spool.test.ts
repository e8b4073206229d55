import { expect, test } from 'vitest'
import type { PeripheralSays } from '../../agent/peripherals/driver.ts'
import { tellLeftPrints } from '../../agent/peripherals/spool/left-prints.ts'
import { MOST_SPOOLED, openPrintSpool } from '../../agent/peripherals/spool/print-spool.ts'
import type { SpoolFiles } from '../../agent/peripherals/spool/spool-files.ts'
import { openSpoolKeys } from '../../agent/peripherals/spool/spool-keys.ts'
import { manualWorld } from '../manual-world.ts'
import { peripheralName } from './real-till.ts'

const counter = peripheralName('counter')
const key = new Uint8Array(32).fill(7)

/** A disk in memory, which may be full or not answer. */
function memoryDisk() {
  const files = new Map<string, Buffer>()
  const state = { isFull: false, isHung: false, open: 0 }
  const demand = async (): Promise<void> => {
    if (state.isHung) await new Promise(() => {})
    if (state.isFull) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
  }
  const disk: SpoolFiles = {
    list: async () => [...files].map(([name, bytes]) => ({ name, size: bytes.length })),
    read: async name => files.get(name) ?? Buffer.alloc(0),
    async create(name) {
      await demand()
      files.set(name, Buffer.alloc(0))
      state.open += 1
      return {
        async append(bytes) {
          await demand()
          files.set(name, Buffer.concat([files.get(name) ?? Buffer.alloc(0), bytes]))
        },
        sync: demand,
        async close() {
          state.open -= 1
        },
      }
    },
    remove: async name => void files.delete(name),
    empty: async name => void files.set(name, (files.get(name) ?? Buffer.alloc(0)).subarray(0, 1)),
  }
  return { disk, files, state }
}

function spoolOn(disk: SpoolFiles) {
  let at = 1_000
  const drawn: string[] = []
  const problems: unknown[] = []
  const spool = openPrintSpool({
    files: disk,
    key,
    clock: {
      now() {
        at += 1
        return at
      },
    },
    drawId() {
      drawn.push('')
      return drawn.length.toString(16).padStart(32, '0')
    },
    failed: problem => void problems.push(problem),
  })
  const print = (bytes: Uint8Array, ends = true) => {
    const begun = spool.begin(counter)
    begun.add(bytes)
    if (ends) begun.end()
    return begun.id
  }
  return { spool, problems, print }
}

/** What the next host tells of the spool; the agent keeps all or nothing of it. */
async function toldFrom(disk: SpoolFiles, options: { isKept?: boolean; keys?: Uint8Array[] } = {}) {
  const told: string[] = []
  const say = (_of: unknown, what: PeripheralSays): void => {
    if (what.is === 'captured') told.push(`${what.at} ${Buffer.from(what.bytes).toString()}`)
    else if (what.is === 'capture-ended') told.push(`${what.end}`)
    else told.push(what.is)
  }
  const { isKept = true, keys = [key] } = options
  const isEmpty = await tellLeftPrints({
    files: disk,
    keys,
    say,
    isOwn: () => false,
    taken: async () => isKept,
  })
  return { told, isEmpty }
}

test('what the agent has is removed; the rest is told at the next start, in order, until it is kept', async () => {
  const { disk, files, state } = memoryDisk()
  const { spool, print } = spoolOn(disk)
  spool.prepare(counter)
  await Promise.resolve()
  const first = print(Buffer.from('one'))
  print(Buffer.from('two'))
  print(Buffer.from('three'), false)
  spool.remove(first)
  await spool.flush()
  expect(await toldFrom(disk, { isKept: false })).toMatchObject({ isEmpty: false })
  const { told, isEmpty } = await toldFrom(disk)
  expect(told.map(each => each.replace(/^\d+ /, ''))).toEqual(['two', 'whole', 'three', 'cut'])
  expect(isEmpty).toBe(true)
  expect(files.size).toBe(0)
  expect(state.open).toBeLessThanOrEqual(2) // the one that has not ended, and the one made ahead
})

test('a print without its key, and one of which nothing was written, are told as lost', async () => {
  const { disk } = memoryDisk()
  const { spool, print } = spoolOn(disk)
  print(Buffer.from('one'))
  await spool.flush()
  const { told } = await toldFrom(disk, { keys: [new Uint8Array(32)] })
  expect(told).toEqual(['capture-lost', 'cut'])
})

test('a full disk holds nothing up, is told once, and later prints are kept again', async () => {
  const { disk, state } = memoryDisk()
  const { spool, problems, print } = spoolOn(disk)
  state.isFull = true
  for (let i = 0; i < 5; i += 1) {
    print(Buffer.from('lost'))
    await spool.flush()
  }
  expect(problems).toHaveLength(1)
  state.isFull = false
  print(Buffer.from('kept'))
  await spool.flush()
  const { told } = await toldFrom(disk)
  expect(told.map(each => each.replace(/^\d+ /, ''))).toEqual(['kept', 'whole'])
})

test('a disk that fills up in the middle of a print leaves what was written before', async () => {
  const { disk, state } = memoryDisk()
  const { spool } = spoolOn(disk)
  const begun = spool.begin(counter)
  begun.add(Buffer.from('first '))
  await spool.flush()
  state.isFull = true
  begun.add(Buffer.from('second'))
  await spool.flush()
  state.isFull = false
  begun.add(Buffer.from('third')) // never behind a hole
  begun.end()
  await spool.flush()
  expect((await toldFrom(disk)).told.map(each => each.replace(/^\d+ /, ''))).toEqual(['first ', 'cut'])
})

test('a disk that does not answer is given at most a megabyte of a print to hold', () => {
  const { disk, state } = memoryDisk()
  state.isHung = true
  const { spool } = spoolOn(disk)
  const begun = spool.begin(counter)
  for (let i = 0; i < 100; i += 1) begun.add(new Uint8Array(65_536))
  begun.end()
  expect(state.open).toBe(0)
})

test('beyond its bound the oldest whole prints are emptied, and told as lost unless the agent has them', async () => {
  const { disk, files } = memoryDisk()
  const { spool, print } = spoolOn(disk)
  const bytes = new Uint8Array(900_000)
  const ids = Array.from({ length: 20 }, () => print(bytes))
  await spool.flush()
  const held = [...files.values()].reduce((sum, file) => sum + file.length, 0)
  expect(held).toBeLessThanOrEqual(MOST_SPOOLED)
  const [oldest] = ids
  if (oldest !== undefined) spool.remove(oldest)
  await spool.flush()
  const { told } = await toldFrom(disk)
  expect(told.filter(each => each === 'capture-lost')).toHaveLength(1)
  expect(told.filter(each => each === 'whole')).toHaveLength(18)
})

test('a key is drawn at each start, and the former one kept until nothing is sealed with it', () => {
  const texts = new Map<string, string>()
  const world = manualWorld()
  const files = {
    ...world.files,
    readText: (path: string) => texts.get(path) ?? null,
    writePrivate: (path: string, text: string) => void texts.set(path, text),
  }
  const start = () => openSpoolKeys({ files, random: world.random }, 'key')
  const first = start()
  expect(first.keys).toHaveLength(1)
  const second = start()
  expect(second.keys).toHaveLength(2)
  expect(second.keys[1]).toEqual(Buffer.from(first.keys[0] ?? []))
  const third = start() // the spool was not emptied yet: no key may be pushed out
  expect(third.keys.map(each => Buffer.from(each))).toEqual(second.keys.map(each => Buffer.from(each)))
  third.forgetFormer()
  const fourth = start()
  expect(fourth.keys[1]).toEqual(Buffer.from(second.keys[0] ?? []))
  texts.set('key', 'damaged\n')
  expect(start().keys).toHaveLength(1)
})
