import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openPretendPrinter } from './printer.ts'

/** A pretend receipt printer in a process of its own: what is printed becomes a file, `tillbridge-agent receipts decode` reads it. */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, paper: { type: 'string' } },
})
if (values.paper === undefined) {
  console.error('Usage: main.ts --paper FOLDER [--port PORT]')
  process.exit(2)
}
const folder = values.paper
mkdirSync(folder, { recursive: true })
const kept = 50
const numbers = Array.from({ length: kept }, (_, n) => String(n).padStart(2, '0'))
let count = 0
await using printer = await openPretendPrinter(Number(values.port), job => {
  if (job.length === 0) return
  writeFileSync(join(folder, `${numbers[count % kept]}.bin`), job) // the oldest gives way
  count += 1
})
console.log(JSON.stringify({ url: `tcp://127.0.0.1:${printer.port}` }))
await new Promise<void>(resolve => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
})
