import { expect, test } from 'vitest'
import { z } from 'zod'
import { allFaults } from './faults/index.ts'
import { switchedOff } from './faults/switched-off.ts'
import { runSimulator } from './run-simulator.ts'

const Tried = z.object({ name: z.string(), came: z.number() })

test('each fault comes about when it strikes', async () => {
  const tried = z.array(Tried).parse(await runSimulator('--try-faults', '--all-faults'))
  expect(tried.filter(({ came }) => came === 0)).toEqual([])
  expect(tried.map(({ name }) => name)).toEqual(allFaults.map(({ name }) => name))
})

test('each fault that is switched off is one', () => {
  const names = new Set(allFaults.map(({ name }) => name))
  expect(Object.keys(switchedOff).filter(name => !names.has(name))).toEqual([])
})
