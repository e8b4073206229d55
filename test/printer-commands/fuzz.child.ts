import { parseArgs } from 'node:util'
import { checkInput } from './check-input.ts'
import { chance, mutated } from './mutate.ts'

/**
 * Many hostile inputs through the decoder: `npx node test/printer-commands/fuzz.child.ts --count 1000000`. Prints its seed first; `--seed`
 * repeats a run. Ends with 1 at the first input that breaks a promise, which it prints.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
})
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed)
const count = Number(values.count)
console.log(`seed ${seed}, ${count} inputs`)
const pick = chance(seed)
const start = performance.now()
let slowest = 0
let total = 0
for (let index = 0; index < count; index += 1) {
  const input = mutated(pick)
  total += input.length
  try {
    slowest = Math.max(slowest, checkInput(input, pick, index % 10 === 0))
  } catch (error) {
    console.log(`input ${index}: ${input.toString('hex')}`)
    console.log(error)
    process.exit(1)
  }
}
const seconds = (performance.now() - start) / 1000
const rss = Math.round(process.memoryUsage.rss() / 2 ** 20)
console.log(
  `${count} inputs, ${total} bytes, ${seconds.toFixed(0)} s, slowest ${slowest.toFixed(1)} ms, ${rss} MiB resident`,
)
