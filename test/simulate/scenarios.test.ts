import { expect, test } from 'vitest'
import { z } from 'zod'
import { runSimulator } from './run-simulator.ts'
import { scenarios } from './scenarios.ts'

const Acted = z.object({ says: z.string(), found: z.string().nullable() })

test('each scenario ends well', async () => {
  const acted = z.array(Acted).parse(await runSimulator('--scenarios'))
  expect(acted.filter(({ found }) => found !== null)).toEqual([])
  expect(acted.map(({ says }) => says)).toEqual(scenarios.map(({ says }) => says))
})
