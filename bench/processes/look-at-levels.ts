import { z } from 'zod'
import { openHubDb } from '../../hub/db/db.ts'
import { openShopifyClient } from '../../hub/shopify/api/client.ts'
import { shopDefaults } from '../../hub/shopify/shop-settings.ts'
import { lookAtAll } from '../../hub/shopify/stock/look-at-all.ts'
import { quietWorld } from '../data/quiet-world.ts'
import { answerQuestions } from './answer-questions.ts'

const Look = z.object({ file: z.string(), domain: z.string() })

/** What the work took, and the most that the process ever held, in bytes. */
async function measured(work: () => Promise<void>) {
  const start = performance.now()
  await work()
  return { ms: performance.now() - start, peak: process.resourceUsage().maxRSS * 1024 }
}

answerQuestions({
  /** Through the hub's own client into its database. */
  look: input =>
    measured(async () => {
      const { file, domain } = Look.parse(input)
      const world = quietWorld()
      const db = await openHubDb(world.files, file)
      const settings = {
        ...shopDefaults,
        domain,
        access: { token: () => 'shpat_bench' },
        webhookSecrets: () => ['bench'],
      }
      using client = openShopifyClient({ settings, world, onChange: () => undefined })
      await lookAtAll({ db, client, now: world.clock.now }, world.clock.now())
      await db.destroy()
    }),
  /** The file read and each line parsed: what it costs at the least. */
  parse: input =>
    measured(async () => {
      const text = new TextDecoder()
      let rest = ''
      for await (const chunk of (await fetch(z.string().parse(input))).body ?? []) {
        const lines = (rest + text.decode(chunk, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) JSON.parse(line)
      }
    }),
})
