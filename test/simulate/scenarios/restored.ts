import type { Scenario } from '../scenarios.ts'
import { copyDatabase, fileOf, type Scene, scene } from '../scene.ts'

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

export const restoredScenarios: readonly Scenario[] = [
  {
    says: 'A till PC that is put back to one image again and again goes on',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        const [file, image] = [fileOf(till.machine, 'journal.db'), `${world.folder}/image.db`]
        sell(world, 2)
        await world.minutes(1)
        await whileAgentIsOff(world, () => copyDatabase(file, image))
        for (let day = 0; day < 3; day += 1) {
          sell(world, 2)
          await world.minutes(2)
          await whileAgentIsOff(world, () => copyDatabase(image, file))
        }
        sell(world, 1)
        await world.minutes(12)
        return world.broken('receipt-once', 'queues-empty')
      }),
  },
]
