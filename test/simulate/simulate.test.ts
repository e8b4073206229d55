import { expect, test } from 'vitest'
import { z } from 'zod'
import { runSimulator } from './run-simulator.ts'

const Line = z.object({
  seed: z.string(),
  hash: z.string(),
  steps: z.number(),
  did: z.object({ sales: z.number(), orders: z.number(), handOvers: z.number() }),
  failures: z.array(z.unknown()),
  counts: z.record(z.string(), z.number()),
})

const simulate = async (...options: string[]) => z.array(Line).parse(await runSimulator(...options))

/** Three stores, five tills, two days, as everywhere; shorter days. */
const SHORT = ['--minutes', '4', '--sales', '5', '--orders', '2']

test('twelve seeds keep every promise, whatever goes wrong in them, and run the same way twice', async () => {
  const [first, second] = await Promise.all([
    simulate('--seeds', '6', ...SHORT),
    simulate('--from', '7', '--seeds', '12', ...SHORT),
  ])
  const runs = [...first, ...second]
  expect(runs.flatMap(({ seed, failures }) => failures.map(failure => ({ seed, failure })))).toEqual([])
  expect(runs.map(({ seed }) => Number(seed))).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
  for (const { did } of runs) expect(Math.min(did.sales, did.orders, did.handOvers)).toBeGreaterThan(0)
  // alone in a process of its own, to the byte
  expect(await simulate('--seed', '6', ...SHORT)).toEqual(first.slice(5))
  expect(new Set(runs.map(({ hash }) => hash)).size).toBe(12)
})
