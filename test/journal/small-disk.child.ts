import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { describeError } from '../../shared/errors.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { manualWorld, quietLog } from '../manual-world.ts'
import { DEVICE, readChain } from './test-journal.ts'

/** Runs on a disk of 24 MB: a journal whose disk fills, twice, and is cleared. Prints what it found as JSON. */
const folder = process.argv[2] ?? ''
const path = join(folder, 'journal.db')
const HOUR = 3_600_000
const warnings: string[] = []
const world = manualWorld({ log: { ...quietLog, warn: (_facts, message) => void warnings.push(message) } })
const failures: string[] = []
const journal = openAgentJournal({ path, device: DEVICE, world, failed: error => failures.push(error.code) })
const ballast = () => world.files.sizeOf(`${path}.ballast`)
const title = 'x'.repeat(400)
let recorded = 0

function fill(name: string): void {
  for (const bytes of [1_000_000, 100_000, 10_000, 1_000])
    for (let n = 0; n < 64; n += 1)
      try {
        writeFileSync(join(folder, `${name}-${bytes}-${n}`), new Uint8Array(bytes))
      } catch {
        break
      }
}
function clear(name: string): void {
  for (const bytes of [1_000_000, 100_000, 10_000, 1_000])
    for (let n = 0; n < 65; n += 1) world.files.remove(join(folder, `${name}-${bytes}-${n}`))
}
/** A sale of some 50 kB. */
async function sell(): Promise<string | null> {
  const line = { line: 0, sku: null, barcode: null, title, quantity: 1000, net: 0, warehouse: '0' }
  const lines = Array.from({ length: 100 }, (_, index) => ({ ...line, line: index }))
  try {
    await journal.record([sale(recorded + 1, 1, { lines })])
    recorded += 1
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : describeError(error).code
  }
}
async function sellUntilFull(): Promise<string> {
  for (let n = 0; n < 400; n += 1) {
    const failure = await sell()
    if (failure !== null) return failure
  }
  return 'never full'
}

await sell()
const atFirst = { ballast: ballast(), full: journal.diskFull() }
fill('first')
const failure = await sellUntilFull()
const whenFull = {
  full: journal.diskFull(),
  ballast: ballast(),
  readable: (await readChain(journal)).length === recorded,
}
const afterRelease = await sell()
fill('second')
const again = await sellUntilFull()
await world.advance(HOUR) // the hourly pruning meets the full disk
const stillReadable = (await readChain(journal)).length === recorded
clear('first')
clear('second')
await world.advance(HOUR)
const cleared = { full: journal.diskFull(), ballast: ballast(), sells: await sell() }
const chain = (await readChain(journal)).length === recorded
process.stdout.write(
  JSON.stringify({
    atFirst,
    failure,
    whenFull,
    afterRelease,
    again,
    stillReadable,
    cleared,
    chain,
    failures,
  }),
)
journal[Symbol.dispose]()
