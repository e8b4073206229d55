import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Scenario } from '../scenarios.ts'
import { fileOf, scene } from '../scene.ts'
import { sellOneByOne, whileAgentIsOff } from '../steps.ts'

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
        sellOneByOne(world, 120)
        await world.minutes(5)
        await whileAgentIsOff(world, () => void ruinPages(fileOf(till.machine, 'journal.db')))
        world.universe.network.line(till.machine.name).state = 'good'
        await world.minutes(20)
        if ((await world.exceptions()).some(text => /damage|journal|disk/i.test(text))) return null
        return world.broken('receipt-once')
      }),
  },
]
