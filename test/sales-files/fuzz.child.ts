import { fuzz } from './fuzz.ts'

/** By hand: `npx node test/sales-files/fuzz.child.ts [documents of each format] [first seed]`. */
const count = Number(process.argv[2] ?? 350_000)
const first = Number(process.argv[3] ?? 1)
const memory = process.memoryUsage().rss
const start = performance.now()
const { slowestMs, read } = fuzz(first, count)
const seconds = Math.round((performance.now() - start) / 1_000)
const [before, after] = [memory, process.memoryUsage().rss].map(bytes => Math.round(bytes / 2 ** 20))
console.log(
  `${3 * count} documents from seed ${first}, ${read} records read, in ${seconds} s; the slowest took ${slowestMs.toFixed(1)} ms; memory ${before} → ${after} MiB`,
)
