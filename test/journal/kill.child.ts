import { writeSync } from 'node:fs'
import { memoryOf, openAgentJournal } from '../../agent/agent-journal.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { quietLog } from '../manual-world.ts'
import { DEVICE } from './test-journal.ts'

/** Journals readings from wherever the last start got to, and says each number once it is told that it is durable. */
const [path = '', most = '1000000'] = process.argv.slice(2)
const real = nodeWorld({ log: quietLog })
const world = { ...real, files: { ...real.files, reserve: () => true } }
const journal = openAgentJournal({ path, device: DEVICE, world, failed: error => writeSync(2, error.code) })
const memory = memoryOf(journal)('pos')

async function read(n: number): Promise<void> {
  const row = {
    key: `r-${n}`,
    fingerprint: `f-${n}`,
    state: 'sold',
    soldAt: `${n}`,
    since: n,
    told: null,
  } as const
  await memory.commit({ events: [sale(n)], known: [row], mark: n })
  writeSync(1, `${n}\n`)
}

let n = Number(memory.mark() ?? 0)
while (n < Number(most)) {
  const group = 1 + (n % 4)
  await Promise.all(Array.from({ length: group }, () => read(++n)))
}
