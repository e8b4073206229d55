import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Scenario } from '../scenarios.ts'
import { fileOf, type Scene, scene } from '../scene.ts'

const TEE = { sku: 'TEE-1', price: 490 }

function sell(world: Scene, count: number, till = 1): void {
  for (let sale = 0; sale < count; sale += 1) world.counter('S1', till).pos.sell([{ ...TEE, units: 1 }])
}

/** Ends the agent, runs `off`, and starts it again. */
async function whileAgentIsOff(world: Scene, off: () => void | Promise<void>, till = 1): Promise<void> {
  const { till: agent } = world.counter('S1', till)
  await world.settle(agent.stop())
  await off()
  agent.start()
  await world.pass(10_000)
}

const PAGE = 4096

/** Writes rubbish over every third page that holds sales. @returns how many */
function ruinPages(file: string): number {
  const bytes = readFileSync(file)
  const handle = openSync(file, 'r+')
  let ruined = 0
  let seen = 0
  for (let at = PAGE; at + PAGE <= bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE)
    if (page[0] !== 13 || !page.includes('"kind":"sale.completed"')) continue
    seen += 1
    if (seen % 3 !== 0) continue
    writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, at)
    ruined += 1
  }
  closeSync(handle)
  return ruined
}

export const damagedScenarios: readonly Scenario[] = [
  {
    says: 'Damaged pages of a journal keep no other sale from the hub, or the hub is told',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        world.universe.network.cut(till.machine.name)
        world.universe.network.line(till.machine.name).state = 'cut'
        sell(world, 120)
        await world.minutes(5)
        await whileAgentIsOff(world, () => void ruinPages(fileOf(till.machine, 'journal.db')))
        world.universe.network.line(till.machine.name).state = 'good'
        await world.minutes(20)
        if ((await world.exceptions()).some(text => /damage|journal|disk/i.test(text))) return null
        return world.broken('receipt-once')
      }),
  },
]
