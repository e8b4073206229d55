import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { copyDatabase } from '../copy-database.ts'
import { fileOf } from '../scene.ts'
import type { Counter, World } from '../world.ts'
import { count, type FaultKind, SECOND_MS } from './kind.ts'

/** Disks that go back to what they were: backups of the hub, images of tills. */
export const restoreFaults: readonly FaultKind[] = [
  {
    name: 'hub-restored',
    weight: 1,
    strike(world, chance, counts) {
      const backup = `hub-${world.universe.time.steps()}`
      const ms = chance.between(20, 120) * SECOND_MS
      world.errand(this.name, async () => {
        await world.hub.database.backUp(backup)
        await world.wait(ms)
        await putHubBack(world, backup)
        count(counts, this.name, 1)
      })
      return `The hub will be put back to its backup of now in ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'till-restored',
    weight: 2,
    strike(world, chance, counts) {
      const counter = chance.pick(world.counters)
      const image = imageOf(world, counter)
      const ms = chance.between(20, 120) * SECOND_MS
      world.errand(this.name, async () => {
        await world.wait(ms)
        if (await putTillBack(world, counter, image)) count(counts, this.name, 1)
        rmSync(image, { force: true })
      })
      return `${counter.till.machine.name} will be put back to its image of now in ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'hub-and-till-restored',
    weight: 1,
    strike(world, chance, counts) {
      const counter = chance.pick(world.counters)
      const image = imageOf(world, counter)
      const backup = `hub-${world.universe.time.steps()}`
      world.errand(this.name, async () => {
        await world.hub.database.backUp(backup)
        await world.wait(chance.between(20, 60) * SECOND_MS)
        if (await putTillBack(world, counter, image)) count(counts, this.name, 1)
        await putHubBack(world, backup)
      })
      return `The hub and ${counter.till.machine.name} will be put back to how they are now`
    },
  },
  {
    name: 'till-restored-again',
    weight: 1,
    strike(world, chance, counts) {
      const counter = chance.pick(world.counters)
      const image = imageOf(world, counter)
      world.errand(this.name, async () => {
        let times = 0
        for (let day = 0; day < 3; day += 1) {
          await world.wait(chance.between(20, 60) * SECOND_MS)
          if (await putTillBack(world, counter, image)) times += 1
        }
        if (times > 1) count(counts, this.name, 1)
      })
      return `${counter.till.machine.name} will be put back to its image of now three times`
    },
  },
]

/** A copy of a till's journal as it is now. */
function imageOf(world: World, { till }: Counter): string {
  const image = join(world.folder, `${till.machine.name}-${world.universe.time.steps()}.backup`)
  copyDatabase(fileOf(till.machine, 'journal.db'), image)
  return image
}

async function putHubBack(world: World, backup: string): Promise<void> {
  world.hub.halt()
  world.truth.putHubBack()
  await world.hub.database.putBack(backup)
  await world.wait(5 * SECOND_MS)
  world.hub.start()
}

/**
 * Puts a till's journal back. Nothing that only the journal holds is lost: the shop closes this till first and waits
 * until the hub has everything. @returns whether that came about
 */
async function putTillBack(world: World, counter: Counter, image: string): Promise<boolean> {
  const { till } = counter
  return closedAndSent(world, counter, async () => {
    till.halt()
    world.truth.loseJournal(till.source, till.store)
    copyDatabase(image, fileOf(till.machine, 'journal.db'))
    const line = world.universe.network.line(till.machine.name)
    line.state = 'cut' // it sells before it reaches the hub, so that its new epoch begins with what it owes
    world.universe.time.after(40 * SECOND_MS, () => {
      line.state = 'good'
    })
    till.start()
  })
}

/** Does something to a till while the shop keeps it closed and the hub has all that it holds; not at all when that takes long. */
export async function closedAndSent(
  world: World,
  { till, pos, unsent }: Counter,
  work: () => Promise<void>,
): Promise<boolean> {
  // A PC that has moved and then loses its journal can't know that the receipt of a void is the former store's: decision 0020.
  pos.closeFormerStores()
  for (let look = 0; look < 24 && pos.waiting() > 0; look += 1) await world.wait(5 * SECOND_MS)
  if (till.isClosed || pos.waiting() > 0) return false
  till.isClosed = true
  try {
    for (let look = 0; look < 24; look += 1) {
      await world.wait(11 * SECOND_MS) // the last answers that a POS or a page still waits for
      if ((await unsent()) > 0) continue
      await work()
      return true
    }
    return false
  } finally {
    till.isClosed = false
  }
}
