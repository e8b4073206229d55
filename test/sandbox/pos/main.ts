import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { stores } from '../catalogue.ts'
import { paperBytes, paperLines, printOn } from './paper.ts'
import { openPos } from './pos.ts'
import { seeded, trade } from './trade.ts'

/** A pretend POS in a process of its own: opens or continues its database and sells until SIGTERM. */
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'HAR' },
    file: { type: 'string' },
    'seconds-between-sales': { type: 'string', default: '10' },
    seed: { type: 'string' },
    'printer-port': { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
})
const store = stores.find(each => each.code === values.store)
const seconds = Number(values['seconds-between-sales'])
if (store === undefined || values.file === undefined || !(seconds >= 0)) {
  console.error(
    `Usage: main.ts --store ${stores.map(each => each.code).join('|')} --file FILE [--seconds-between-sales S] [--seed N] [--printer-port PORT] [--quiet]`,
  )
  process.exit(2)
}

const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort())

const pos = openPos(values.file, store)
const sales = Number(pos.db.prepare('SELECT COUNT(*) FROM receipts').pluck().get())
// A second start with the same seed goes on from where the first stopped, rather than selling the same again.
const chance = seeded(Number(values.seed ?? Date.now()) + sales)
const say = (text: string) => {
  if (!values.quiet) console.log(`${store.code}  ${text}`)
}
const printerPort = values['printer-port'] === undefined ? null : Number(values['printer-port'])
/** As on a real till: if the printer accepts nothing, the cashier has to look after it, and the sale is still valid. */
async function print(receipt: string): Promise<void> {
  if (printerPort === null) return
  try {
    await printOn(printerPort, paperBytes(paperLines(pos, store?.name ?? '', receipt)))
  } catch (error) {
    say(`not printed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
say(`till open, ${sales} receipts so far`)
try {
  while (!stopping.signal.aborted) {
    const { said, receipt } = trade(pos, chance)
    say(said)
    if (receipt !== null) await print(receipt)
    // Customers come irregularly: anything from at once to twice the mean.
    await wait(seconds * 2_000 * chance(), undefined, { signal: stopping.signal, ref: true })
  }
} catch (error) {
  if (!stopping.signal.aborted) throw error
} finally {
  pos.close()
}
say('till closed')
