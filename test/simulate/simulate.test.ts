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

test('ten seeds keep every promise, whatever goes wrong in them', async () => {
  const runs = await simulate('--seeds', '10')
  expect(runs.flatMap(({ seed, failures }) => failures.map(failure => ({ seed, failure })))).toEqual([])
  expect(runs).toHaveLength(10)
  for (const { did } of runs) expect(Math.min(did.sales, did.orders, did.handOvers)).toBeGreaterThan(0)
})

test('a seed runs the same way twice, to the byte', async () => {
  const [first, second, other] = await Promise.all([
    simulate('--days', '1', '--seed', '7'),
    simulate('--days', '1', '--seed', '7'),
    simulate('--days', '1', '--seed', '8'),
  ])
  expect(first).toEqual(second)
  expect(first[0]?.hash).not.toBe(other[0]?.hash)
})
