import { createReadStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { SaxesParser } from 'saxes'
import { z } from 'zod'
import { memoryOf, openAgentJournal } from '../../agent/agent-journal.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { poslog } from '../../agent/sources/sales-files/poslog/poslog.ts'
import type { SourceMemory } from '../../agent/sources/source.ts'
import { SourceId } from '../../shared/ids.ts'
import { quietWorld } from '../data/quiet-world.ts'
import { answerQuestions } from './answer-questions.ts'

const Input = z.object({ file: z.string(), journal: z.string() })

/** One way through the file; `peak` is the most that the process ever held, in bytes. */
async function measured(read: () => Promise<{ sales: number; minor: number }>) {
  const start = performance.now()
  const found = await read()
  return { ...found, ms: performance.now() - start, peak: process.resourceUsage().maxRSS * 1024 }
}

answerQuestions({
  /** Through the source into a journal on disk, until it has nothing more to do. */
  source: input =>
    measured(async () => {
      const { file, journal: path } = Input.parse(input)
      const world = quietWorld()
      using journal = openAgentJournal({
        path,
        device: 'dev_bench00000000000000',
        world,
        failed(error) {
          throw error
        },
      })
      const own = memoryOf(journal)('poslog')
      const count = { sales: 0, minor: 0 }
      const memory: SourceMemory = {
        mark: () => own.mark(),
        known: keys => own.known(keys),
        knownBetween: (from, to, limit) => own.knownBetween(from, to, limit),
        formerStoreAt: own.formerStoreAt,
        async commit(reading) {
          for (const event of reading.events) {
            if (event.kind !== 'sale.completed') throw new Error(JSON.stringify(event))
            count.sales += 1
            count.minor += event.tenders.reduce((sum, tender) => sum + tender.amount, 0)
          }
          await own.commit(reading)
        },
      }
      const source = SourceId.parse('poslog')
      const settings = { folder: dirname(file), currency: 'EUR', zone: 'Europe/Berlin', watch: 'poll' }
      const open = await poslog(nodeSalesFiles).configure(settings)({
        source,
        memory,
        clock: world.clock,
        log: world.log,
        openReadOnly: name => world.files.database(name, { readOnly: true }),
        identity: name => world.files.identity(name),
        readText: name => world.files.readText(name),
      })
      while ((await open.read()) === 'more');
      open.close()
      return count
    }),
  /** The bare parser over the same bytes: what reading POSLog as XML costs at the least. */
  saxes: input =>
    measured(async () => {
      const parser = new SaxesParser()
      let sales = 0
      parser.on('closetag', tag => {
        if (tag.name === 'RetailTransaction') sales += 1
      })
      const { file } = Input.parse(input)
      for await (const chunk of createReadStream(join(file), { encoding: 'utf8', highWaterMark: 262_144 }))
        parser.write(String(chunk))
      parser.close()
      return { sales, minor: 0 }
    }),
  raw: input =>
    measured(async () => {
      let sales = 0
      for await (const chunk of createReadStream(Input.parse(input).file, { highWaterMark: 262_144 }))
        sales += Number(chunk.length > 0)
      return { sales, minor: 0 }
    }),
})
