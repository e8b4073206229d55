import { copyDatabase } from '../copy-database.ts'
import type { Scenario } from '../scenarios.ts'
import { fileOf, scene } from '../scene.ts'
import { sellOneByOne, whileAgentIsOff } from '../steps.ts'

export const restoredScenarios: readonly Scenario[] = [
  {
    says: 'A till PC that is put back to one image again and again goes on',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        const [file, image] = [fileOf(till.machine, 'journal.db'), `${world.folder}/image.db`]
        sellOneByOne(world, 2)
        await world.minutes(1)
        await whileAgentIsOff(world, () => copyDatabase(file, image))
        for (let day = 0; day < 3; day += 1) {
          sellOneByOne(world, 2)
          await world.minutes(2)
          await whileAgentIsOff(world, () => copyDatabase(image, file))
        }
        sellOneByOne(world, 1)
        await world.minutes(12)
        return world.broken('receipt-once', 'queues-empty')
      }),
  },
]
