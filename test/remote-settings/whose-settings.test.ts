import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingsInUse, startWithSettings } from '../../agent/remote-settings/start-with-settings.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const settings = { pickups: { hideCustomersAfterHours: 5 } }

/** A till with what it keeps of head office's settings. */
function setUp(kept: object) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const at = (name: string) => join(folder.path, name)
  const { privateKey } = newSigningKey(world.random)
  const enrol = (over: object) =>
    writeFileSync(
      at('device.json'),
      JSON.stringify({
        ...{
          device: 'dev_0123456789abcdefghij',
          hub: { id: 'hub_1', url: 'http://127.0.0.1:1' },
          store: 'HAR',
        },
        ...{ storeName: 'Harbour', till: 'Till 1', zone: 'Europe/Berlin', privateKey },
        ...over,
      }),
    )
  writeFileSync(at('remote-settings.json'), JSON.stringify({ hub: 'hub_1', ...kept }))
  const parts = { world, folder: folder.path }
  return {
    enrol,
    runs: () => settingsInUse(parts).runs,
    start: () => startWithSettings({ ...parts, version: '1.0.0' }),
    kept: (): unknown => JSON.parse(readFileSync(at('remote-settings.json'), 'utf8')),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

const ofTill = { device: 'dev_0123456789abcdefghij', store: 'HAR', kept: [{ name: '1-a', settings }] }

test.each([
  ['another store', { store: 'MAL' }],
  ['another device', { device: 'dev_0123456789abcdefghik' }],
  ['another hub', { hub: { id: 'hub_2', url: 'http://127.0.0.1:1' } }],
])('a till that became %s runs its own agent.json, until the hub says something', (_, over) => {
  using one = setUp(ofTill)
  one.enrol({})
  expect(one.runs()).toBe('1-a')
  one.enrol(over)
  expect(one.runs()).toBe('')
  expect(one.start()).toMatchObject({ runs: '', trial: null })
})

test('settings that were on trial when the till moved are not tried in the other store', () => {
  using one = setUp({ ...ofTill, trial: { name: '2-b', settings, starts: 0, worked: [] } })
  one.enrol({ store: 'MAL' })
  expect(one.start()).toMatchObject({ runs: '', trial: null })
})

test('what an older version kept goes on, and is this till’s from the first start on', () => {
  using one = setUp({ kept: [{ name: '1-a', settings }] })
  one.enrol({})
  expect(one.start().runs).toBe('1-a')
  expect(one.kept()).toMatchObject({ device: 'dev_0123456789abcdefghij', store: 'HAR' })
  one.enrol({ store: 'MAL' })
  expect(one.runs()).toBe('')
})
