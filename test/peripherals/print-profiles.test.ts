import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AgentConfig } from '../../agent/config.ts'
import { peripheralKinds } from '../../agent/peripherals/index.ts'
import { checkPeripheral } from '../../agent/peripherals/print-profiles.ts'
import { startTillPeripherals } from '../../agent/till-peripherals.ts'
import { lightWorld, openTestJournal } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { ends, readThrough } from './read-through.ts'
import { peripheralConfig, peripheralName } from './real-till.ts'

const start = [0x1b, 0x40]
const page = (number: number) => [...start, 0x1b, 0x74, number]
const end = [0x0a]
/** "Итого" in windows-1251. */
const totalInCp1251 = [0xc8, 0xf2, 0xee, 0xe3, 0xee]

describe('each print path reads its receipts by its own profile', () => {
  test.each<[string, object, readonly number[], string]>([
    ['none: an Epson', {}, [...page(17), 0x88, 0xe2, 0xae, 0xa3, 0xae], 'Итого'],
    ['a Bixolon', { profile: 'bixolon' }, [...page(28), ...totalInCp1251], 'Итого'],
    [
      'a Japanese printer',
      { profile: 'epson-japanese' },
      [...start, 0x1c, 0x26, 0x8b, 0x8d, 0x93, 0xfb],
      '牛乳',
    ],
    ['a clone', { codePages: { 17: 'cp1251' } }, [...page(17), ...totalInCp1251], 'Итого'],
    ['a clone', { profile: 'bixolon', codePages: { 3: 'cp1251' } }, [...page(3), ...totalInCp1251], 'Итого'],
  ])('%s %j', async (_what, reading, bytes, text) => {
    expect(await readThrough(reading, [...bytes, ...end])).toEqual([text])
  })

  test('without its profile the same bytes are read as something else', async () => {
    expect(await readThrough({}, [...page(28), ...totalInCp1251, ...end])).not.toEqual(['Итого'])
  })
})

describe('an unusable profile is named', () => {
  test.each([
    [
      'with those there are',
      { profile: 'bixolonn' },
      /counter.*profile: must be one of .*epson-japanese.*bixolon/,
    ],
    ['with the code page', { codePages: { 17: 'cp1252x' } }, /counter.*codePages\.17: .*cp1252x/],
  ])('%s', (_how, reading, sentence) => {
    const config = peripheralConfig('counter', 'print-path', { ...ends, ...reading })
    expect(() => checkPeripheral(config, peripheralKinds)).toThrow(sentence)
  })

  test('while the agent runs, at its printer', async () => {
    using folder = temporaryFolder()
    const world = lightWorld()
    using opened = openTestJournal(world, join(folder.path, 'journal.db'))
    const settings = { ...ends, profile: 'bixolonn' }
    const config = AgentConfig.parse({
      peripherals: [{ peripheral: 'counter', kind: 'print-path', settings }],
    })
    await using till = startTillPeripherals({
      world,
      config,
      journal: opened.journal,
      receipts: { take: async () => false },
      launch: () => {
        throw new Error('this till has no usable peripheral')
      },
      changed() {},
    })
    expect(till.states()).toMatchObject([
      { peripheral: peripheralName('counter'), connected: false, sentence: expect.stringMatching(/bixolon/) },
    ])
  })
})
