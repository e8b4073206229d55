import { fuzz } from './fuzz.ts'

/** `npx node test/scan-codes/fuzz.child.ts 1000000 17`: so many mutated scans, from this seed. */
const [, , count = '1000000', seed = '17'] = process.argv
const before = performance.now()
const { slowestMs, problems } = fuzz(Number(seed), Number(count))
const seconds = (performance.now() - before) / 1_000
console.log(
  JSON.stringify({
    count: Number(count),
    seed: Number(seed),
    problems,
    seconds: Math.round(seconds),
    slowestMs: Math.round(slowestMs),
    rssMb: Math.round(process.memoryUsage.rss() / 1e6),
  }),
)
