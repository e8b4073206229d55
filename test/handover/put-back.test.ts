import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AgentJournal, adoptAgentJournal } from '../../agent/agent-journal.ts'
import type { DeviceFile } from '../../agent/enrolment/device-file.ts'
import { bringHome } from '../../agent/handover/bring-home.ts'
import { isHomeOf } from '../../agent/handover/former-devices.ts'
import { gatherCopies } from '../../agent/handover/gather-copies.ts'
import { keptAsidePath } from '../../agent/journal/other-store.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { frozenRules } from '../journal/frozen/content.ts'
import { lightWorld, openTestJournal, readChain, receiveCommands } from '../journal/test-journal.ts'
import { type ManualWorld, temporaryFolder } from '../manual-world.ts'

const [FIRST, SECOND, THIRD] = [
  'dev_first00000000000000',
  'dev_second0000000000000',
  'dev_third00000000000000',
]
type Stay = readonly [device: string, store: string]

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
async function start(world: ManualWorld, folder: string, stays: readonly Stay[]): Promise<AgentJournal> {
  const path = join(folder, 'journal.db')
  const device = deviceFile(stays)
  const journal = await adoptAgentJournal({
    ...{ path, device: device.device, world, verify: false, ...frozenRules },
    isHome: owner => isHomeOf(device, owner),
    failed: error => expect.unreachable(error.message),
  })
  await bringHome(world, device, path, journal)
  await gatherCopies(world, device, path, journal)
  return journal
}

async function sell(folder: string, [device, store]: Stay, ...numbers: number[]): Promise<void> {
  using opened = openTestJournal(lightWorld(), join(folder, 'journal.db'), device)
  const { journal } = opened
  if (journal.parts.store() === null)
    await receiveCommands(
      journal,
      [{ kind: 'store.described', at: 1, store, name: store, till: 'Till 1', zone: 'Europe/Berlin' }],
      device,
    )
  await journal.record(numbers.map(number => sale(number)))
}

async function unsentIn(journal: AgentJournal, device: string): Promise<string[]> {
  const told = (await readChain(journal, device)).map(text => JSON.parse(text))
  return told.flatMap(({ receipt }) => receipt ?? []).sort()
}

async function unsentAside(folder: string, device: string): Promise<string[]> {
  using aside = openTestJournal(lightWorld(), keptAsidePath(join(folder, 'journal.db'), device), device)
  return await unsentIn(aside.journal, device)
}

/** A world whose nth change of a name of a file, and all later ones, fail. */
function brokenAt(n: number): ManualWorld {
  const world = lightWorld()
  let moves = 0
  const move = (from: string, to: string) => {
    moves += 1
    if (moves > n) throw new Error('killed')
    world.files.move(from, to)
  }
  return { ...world, files: { ...world.files, move } }
}

const away: readonly Stay[] = [
  [FIRST, 'OLD'],
  [SECOND, 'HAR'],
]
const backHome: readonly Stay[] = [...away, [THIRD, 'OLD']]
const stayed: readonly Stay[] = [
  [FIRST, 'OLD'],
  [THIRD, 'OLD'],
]

/** FIRST sold 1 and 2 before the PC became another device. An image from after 1 comes back; `more` is sold with it. */
async function putBack(folder: string, stays: readonly Stay[], more: readonly number[]): Promise<void> {
  const path = join(folder, 'journal.db')
  const image = join(folder, 'image.db')
  await sell(folder, [FIRST, 'OLD'], 1)
  copyFileSync(path, image)
  await sell(folder, [FIRST, 'OLD'], 2)
  ;(await start(lightWorld(), folder, stays))[Symbol.dispose]()
  lightWorld().files.removeDatabase(path)
  copyFileSync(image, path)
  await sell(folder, [FIRST, 'OLD'], ...more)
}

/** An older image, and two with which the former device went on; each start is killed at another move of a file. */
const cases = [[], [3, 4], [3], [], [3, 4]].map((more, moves) => ({ more, moves }))

test('an image that is put back replaces nothing of what was kept for another store', async () => {
  for (const { more, moves } of cases.slice(0, 4)) {
    using folder = temporaryFolder()
    await putBack(folder.path, away, more)
    const killed = await start(brokenAt(moves), folder.path, away).catch(() => null)
    killed?.[Symbol.dispose]()
    for (let starts = 0; starts < 2; starts += 1) {
      using journal = await start(lightWorld(), folder.path, away)
      expect(await unsentIn(journal, SECOND)).toEqual([])
    }
    expect(await unsentAside(folder.path, FIRST)).toEqual(['r-1', 'r-2', ...more.map(n => `r-${n}`)])
  }
})

test.each([
  ['back in the store that it left', backHome, away],
  ['in the same store', stayed, stayed],
])(
  'an image of a former device put %s loses no record of either, and brings none twice',
  async (_, stays, before) => {
    for (const { more, moves } of cases) {
      using folder = temporaryFolder()
      await putBack(folder.path, before, more)
      const killed = await start(brokenAt(moves), folder.path, stays).catch(() => null)
      killed?.[Symbol.dispose]()
      ;(await start(lightWorld(), folder.path, stays))[Symbol.dispose]()
      using journal = await start(lightWorld(), folder.path, stays)
      expect(await unsentIn(journal, THIRD)).toEqual(['r-1', 'r-2', ...more.map(n => `r-${n}`)])
    }
  },
)
