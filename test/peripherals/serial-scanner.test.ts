import { appendFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { eventually } from './eventually.ts'
import { hasSocat, needsSocat, ptyPair } from './pty-pair.ts'
import { peripheralConfig, realTill } from './real-till.ts'

test.skipIf(!hasSocat)(
  `a scan arrives from a real serial port through a real device host${needsSocat}`,
  async () => {
    using folder = temporaryFolder()
    await using cable = await ptyPair(folder.path, 'scanner')
    await using till = realTill([peripheralConfig('counter', 'serial-scanner', { path: cable.a })])
    await till.is('counter', true)
    await writeFile(cable.b, '4006381333931\r\n')
    await till.scanned('4006381333931')
    await appendFile(cable.b, ']C10104006381333931\r')
    await till.scanned(']C10104006381333931')
    expect(till.scans).toEqual(['4006381333931', ']C10104006381333931'])
  },
)

test.skipIf(!hasSocat)(`a scanner is unplugged and plugged in without a restart${needsSocat}`, async () => {
  using folder = temporaryFolder()
  await using cable = await ptyPair(folder.path, 'scanner')
  await using till = realTill([peripheralConfig('counter', 'serial-scanner', { path: cable.a })])
  await till.is('counter', true)
  await cable.unplug()
  await till.is('counter', false)
  const [state] = till.peripherals.states()
  expect(state?.sentence).toMatch(/unplug|no serial port/i)
  await till.nextReport()
  await eventually('the event of its loss', () => till.events.at(-1)?.connected === false)
  await cable.plug()
  await till.is('counter', true)
  await writeFile(cable.b, '12345670\n')
  await till.scanned('12345670')
  expect(till.pids).toHaveLength(1)
  await till.nextReport()
  await eventually('the event of its return', () => till.events.at(-1)?.connected === true)
  expect(till.events.map(({ connected }) => connected)).toEqual([true, false, true])
})
