import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { lastResort } from '../../shared/last-resort.ts'
import { manualWorld, quietLog, turns } from '../manual-world.ts'

function setUp() {
  const faults = new EventEmitter()
  const { clock, timers, advance } = manualWorld()
  const said: string[] = []
  let ends = 0
  const log = { ...quietLog, error: (_facts: object, message: string) => void said.push(message) }
  const exit = () => {
    ends += 1
  }
  const { given } = lastResort({ faults, log, timers, clock, exit })
  let why: string | null = null
  void given.then(reason => {
    why = reason
  })
  return { faults, said, advance, ends: () => ends, why: () => why }
}

test('rejected promises without a handler are logged and end nothing, until there are many in a minute', async () => {
  const { faults, said, advance, why } = setUp()
  for (let minute = 0; minute < 3; minute += 1) {
    for (let n = 0; n < 10; n += 1) faults.emit('unhandledRejection', new Error('no listener'))
    await advance(60_000)
  }
  expect([said.length, why()]).toEqual([30, null])
  for (let n = 0; n < 11; n += 1) faults.emit('unhandledRejection', new Error('no listener'))
  await turns()
  expect(why()).toBe('too many failures that no part has caught')
})

test('an exception in a callback ends the process in order, and hard when that hangs', async () => {
  const { faults, advance, ends, why } = setUp()
  faults.emit('uncaughtException', new Error('no listener'))
  faults.emit('uncaughtException', new Error('no listener'))
  await turns()
  expect([why(), ends()]).toEqual(['a failure that no part has caught', 0])
  await advance(15_000)
  expect(ends()).toBe(1)
})
