import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PeripheralSays } from '../../agent/peripherals/driver.ts'
import {
  nothingSaid,
  type PeripheralMemory,
  remembered,
  stateOf,
} from '../../agent/peripherals/peripheral-state.ts'
import { tellStates } from '../../agent/peripherals/state-reporter.ts'
import { PeripheralChanged } from '../../shared/events.ts'
import { manualWorld } from '../manual-world.ts'
import { peripheralName } from './real-till.ts'

const counter = peripheralName('counter')
const connected: PeripheralSays = { is: 'connected' }
const gone: PeripheralSays = { is: 'gone', code: 'SERIAL_MISSING', sentence: 'Plug it in.' }

const stateAfter = (what: 'printer' | 'scanner', said: readonly PeripheralSays[]) =>
  stateOf(
    counter,
    what,
    said.reduce<PeripheralMemory>((memory, says) => remembered(memory, says, what), nothingSaid),
  )
const after = (...said: readonly PeripheralSays[]) => stateAfter('printer', said)

test('what a till shows of a peripheral', () => {
  expect(after()).toMatchObject({
    connected: false,
    sentence: 'The printer is being looked for.',
    code: null,
  })
  expect(after(connected)).toMatchObject({
    connected: true,
    sentence: 'The printer is connected.',
    conditions: [],
  })
  const low: PeripheralSays = { is: 'conditions', conditions: ['paper-low', 'cover-open', 'paper-low'] }
  expect(after(connected, low)).toMatchObject({
    conditions: ['cover-open', 'paper-low'],
    sentence: 'The printer is connected, and its cover is open and its paper is low.',
  })
  expect(after(connected, low, gone)).toMatchObject({
    connected: false,
    conditions: [],
    code: 'SERIAL_MISSING',
    sentence: 'Plug it in.',
  })
  expect(after(connected, low, gone, connected)).toMatchObject({ conditions: [], code: null })
  expect(after({ ...low, sentence: 'Its own words.' }, connected).sentence).toBe('Its own words.')
})

test("a scanner tee's conditions are of its POS side, and outlast the loss of the scanner", () => {
  const noPos: PeripheralSays = { is: 'conditions', conditions: ['offline'] }
  expect(stateAfter('scanner', [connected, noPos, gone, connected])).toMatchObject({
    conditions: ['offline'],
    code: null,
  })
})

function told() {
  const world = manualWorld()
  const events: PeripheralChanged[] = []
  let isRefused = false
  const teller = tellStates(world, async ([event]) => {
    if (isRefused) throw new Error('disk full')
    events.push(PeripheralChanged.parse(event))
  })
  return {
    world,
    events,
    refuse(is: boolean) {
      isRefused = is
    },
    says: (...said: readonly PeripheralSays[]) => teller.changed(after(...said)),
    close: () => teller.close(),
  }
}

test('a change is told at once, a second within two seconds together with what follows', async () => {
  const one = told()
  one.says(connected)
  one.says(connected, gone)
  one.says(connected)
  one.says(connected, gone)
  await one.world.advance(1_999)
  expect(one.events.map(event => event.connected)).toEqual([true])
  await one.world.advance(1)
  expect(one.events.map(event => event.connected)).toEqual([true, false])
  await one.world.advance(60_000)
  expect(one.events).toHaveLength(2)
})

test('what could not be recorded is told later', async () => {
  const one = told()
  one.refuse(true)
  one.says(connected)
  await one.world.advance(7_000)
  one.refuse(false)
  await one.world.advance(2_000)
  expect(one.events.map(event => event.connected)).toEqual([true])
})

test('however a plug flaps: at most one event in two seconds, no two alike, and the last state told', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.nat(1_500)), { minLength: 1, maxLength: 40 }),
      async flaps => {
        const one = told()
        const at: number[] = []
        const start = one.world.clock.now()
        for (const [isThere, ms] of flaps) {
          one.says(...(isThere ? [connected] : [connected, gone]))
          await one.world.advance(ms)
        }
        await one.world.advance(2_000)
        for (const event of one.events) at.push(event.at - start)
        expect(one.events.at(-1)?.connected).toBe(flaps.at(-1)?.[0])
        expect(at.every((ms, i) => i === 0 || ms - (at[i - 1] ?? 0) >= 2_000)).toBe(true)
        expect(one.events.every((event, i) => event.connected !== one.events[i - 1]?.connected)).toBe(true)
      },
    ),
    { numRuns: 60 },
  ))
