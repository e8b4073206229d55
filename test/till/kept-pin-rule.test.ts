import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keptPinRule, type PinRule } from '../../agent/staff/kept-pin-rule.ts'
import { manualWorld, quietLog, temporaryFolder } from '../manual-world.ts'

const required: PinRule = { staffPin: 'required', pinIdleMinutes: 3 }

/** One start of the agent at store HAR, or another; `told` is what its journal knows. */
function started(path: string, told: PinRule | null, store = 'HAR') {
  const world = { ...manualWorld(), log: quietLog }
  return keptPinRule(world, path, { store, told: () => told })()
}

test('a till whose journal has lost what the store agreed on asks for PINs as before, until the hub says otherwise', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'pin-rule.json')
  expect(started(path, null)).toBeNull()
  expect(started(path, required)).toEqual(required)
  expect(started(path, null)).toMatchObject(required)
  expect(started(path, { staffPin: 'off' })).toEqual({ staffPin: 'off' })
  expect(started(path, null)).toMatchObject({ staffPin: 'off' })
})

test('the rule of a former store does not count, nor does a file that can’t be read', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'pin-rule.json')
  const world = manualWorld()
  started(path, required)
  expect(started(path, null, 'MKT')).toBeNull()
  world.files.writePrivate(path, '{"store":')
  expect(started(path, null)).toBeNull()
  expect(started(path, required)).toEqual(required)
})

test('a store without PINs leaves no file', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'pin-rule.json')
  expect(started(path, { staffPin: 'off' })).toEqual({ staffPin: 'off' })
  expect(manualWorld().files.readText(path)).toBeNull()
})
