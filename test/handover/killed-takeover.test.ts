import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { type AgentJournal, adoptAgentJournal, memoryOf } from '../../agent/agent-journal.ts'
import type { DeviceFile } from '../../agent/enrolment/device-file.ts'
import { bringHome } from '../../agent/handover/bring-home.ts'
import { isHomeOf } from '../../agent/handover/former-devices.ts'
import { formerDevices } from '../../agent/handover/former-stores.ts'
import { inheritMemory } from '../../agent/handover/inherit-memory.ts'
import { inheritWork } from '../../agent/handover/inherit-work.ts'
import { EpochMs, SourceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { Files } from '../../shared/world.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { frozenRules, slip } from '../journal/frozen/content.ts'
import { lightWorld, PICKUP, put, readChain, receiveCommands } from '../journal/test-journal.ts'
import { type ManualWorld, temporaryFolder } from '../manual-world.ts'

const [FIRST, SECOND, THIRD] = [
  'dev_first00000000000000',
  'dev_second0000000000000',
  'dev_third00000000000000',
]
const body = { lines: ['TOTAL 19,90'], codes: [], images: [], cut: false }
const http = { source: 'pos', kind: 'http' }

type Stay = readonly [device: string, store: string]

/** The device file of a PC that was enrolled in these stores, one after the other. */
function deviceFile(stays: readonly Stay[]): DeviceFile {
  const { privateKey } = newSigningKey(lightWorld().random)
  const identities = stays.map(([device, store]) => ({
    ...{ storeName: 'Store', till: 'Till 1', zone: 'Europe/Berlin', privateKey, store },
    device: device as DeviceFile['device'],
    hub: { id: 'hub_test', url: 'http://127.0.0.1:1', key: 'key' },
  }))
  const present = identities.at(-1)
  if (present === undefined) throw new RangeError('it was never enrolled')
  return { ...present, former: identities.slice(0, -1) }
}

/** What an agent does with the journals of its folder at each start, see agent.ts. */
async function start(world: ManualWorld, folder: string, device: DeviceFile): Promise<AgentJournal> {
  const path = join(folder, 'journal.db')
  const journal = await adoptAgentJournal({
    ...{ path, device: device.device, world, verify: false, ...frozenRules },
    isHome: owner => isHomeOf(device, owner),
    failed: error => expect.unreachable(error.message),
  })
  await bringHome(world, device, path, journal)
  const former = formerDevices(world, device, path)
  await inheritWork(world, journal, { former, store: device.store, path })
  const { sources } = journal.parts
  await inheritMemory(world, sources, { former, store: device.store, path, sources: [http] })
  return journal
}

/** Unfinished work of every kind. @param n tells it from that of other devices */
async function leaveWork(journal: AgentJournal, device: string, n: number): Promise<void> {
  const { parts } = journal
  await receiveCommands(
    journal,
    [
      {
        kind: 'store.described',
        at: 1,
        store: 'HAR',
        name: 'Harbour',
        till: 'Till 1',
        zone: 'Europe/Berlin',
      },
      ...(n === 1 ? [put()] : []),
    ],
    device,
  )
  await memoryOf(journal)('pos').commit({
    events: [sale(n)],
    known: [
      {
        key: `k-${n}`,
        fingerprint: 'f',
        state: 'sold',
        since: 1,
        told: 'sale',
        soldAt: '2026-11-25T10:00:00 k',
      },
    ],
    mark: { row: n },
  })
  const { captured, printing } = parts
  await captured.of('receipts').add({ printer: 'bar', at: n, print: `print${n}/0`, body })
  await printing.write(() => printing.jobs.add({ ...slip, job: `print_${n}` }))
  const move = { kind: 'pickup.moved', pickup: PICKUP, staff: 'Mia', till: 'Till 1', reason: null } as const
  if (n === 1) await parts.pickups.move(() => ({ ...move, at: EpochMs.parse(1), move: 'accept' }))
}

/** All that an agent has of two former devices, each once, and nothing else. */
async function expectAll(journal: AgentJournal, device: string): Promise<void> {
  const { parts } = journal
  const told = (await readChain(journal, device)).map(text => JSON.parse(text))
  expect(told.map(({ kind, receipt }) => receipt ?? kind).sort()).toEqual(['pickup.moved', 'r-1', 'r-2'])
  const receipts = parts.captured.of('receipts')
  for (const n of [1, 2]) await receipts.add({ printer: 'bar', at: n, print: `print${n}/0`, body })
  expect(receipts.unread('any', 9).map(({ at }) => at)).toEqual(expect.arrayContaining([1, 2]))
  expect(receipts.unread('any', 9)).toHaveLength(2)
  expect(
    parts.printing.jobs
      .newest(9)
      .map(({ job, state }) => `${job} ${state}`)
      .sort(),
  ).toEqual(['print_1 queued', 'print_2 queued'])
  expect(parts.writeBacks.take(SourceId.parse('pos'))).toMatchObject({ order: '#1001' })
  expect(parts.writeBacks.waiting()).toMatchObject([{ planned: 1, givenUp: 0 }])
  await receiveCommands(journal, [put()], device)
  expect(parts.pickups.get(PICKUP)?.moves).toMatchObject([{ move: 'accept', staff: 'Mia' }])
  expect(memoryOf(journal)('pos').known(['k-1', 'k-2']).size).toBe(2)
  expect(memoryOf(journal)('pos').mark()).toEqual({ row: 2 })
}

/**
 * A world that copies the folder, as a kill would leave it, before every SQL statement and around every change of a
 * file; equal ones once.
 */
function recordingWorld(folder: string, copies: string): { world: ManualWorld; left: Map<string, string> } {
  const left = new Map<string, string>()
  const snap = () => {
    const names = readdirSync(folder).filter(name => !name.endsWith('-shm'))
    const hash = createHash('sha1')
    for (const name of names.sort()) hash.update(`${name}\n`).update(readFileSync(join(folder, name)))
    const print = hash.digest('hex')
    if (left.has(print)) return
    const copy = join(copies, String(left.size))
    mkdirSync(copy)
    for (const name of names) cpSync(join(folder, name), join(copy, name))
    left.set(print, copy)
  }
  const real = lightWorld()
  const around =
    <Of extends readonly unknown[], T>(work: (...of: Of) => T) =>
    (...of: Of): T => {
      snap()
      const value = work(...of)
      snap()
      return value
    }
  const files: Files = {
    ...real.files,
    database: path =>
      new SQLite(path, {
        // opening a file writes four times what no one reads
        verbose: sql => (String(sql).includes('durable_check') ? undefined : snap()),
      }),
    move: around(real.files.move),
    remove: around(real.files.remove),
    removeDatabase: around(real.files.removeDatabase),
    writePrivate: around(real.files.writePrivate),
  }
  return { world: { ...real, files }, left }
}

const home: readonly Stay[] = [
  [FIRST, 'HAR'],
  [SECOND, 'HAR'],
  [THIRD, 'HAR'],
]
const away: readonly Stay[] = [
  [FIRST, 'HAR'],
  [SECOND, 'HAR'],
  ['dev_away000000000000000', 'OLD'],
  [THIRD, 'HAR'],
]

test.each([
  ['at the same store', home],
  ['after a stay at another store', away],
])(
  'a start that is killed while it takes over former devices’ journals %s is finished by the next',
  async (_, stays) => {
    using folder = temporaryFolder()
    using copies = temporaryFolder()
    for (const [n, [device]] of stays.slice(0, -1).entries()) {
      using journal = await start(lightWorld(), folder.path, deviceFile(stays.slice(0, n + 1)))
      if (n < 2) await leaveWork(journal, device, n + 1)
      else journal.parts.home.note('hub_test')
    }
    const device = deviceFile(stays)
    const { world, left } = recordingWorld(folder.path, copies.path)
    {
      using journal = await start(world, folder.path, device)
      await expectAll(journal, THIRD)
    }
    expect(left.size).toBeGreaterThan(20)
    for (const copy of left.values()) {
      using journal = await start(lightWorld(), copy, device)
      await expectAll(journal, THIRD)
    }
  },
)
