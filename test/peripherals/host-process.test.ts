import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { eventually } from './eventually.ts'
import { hasSocat, needsSocat, ptyPair } from './pty-pair.ts'
import { peripheralConfig, peripheralName, realTill } from './real-till.ts'

const troublemaker = peripheralName('trouble')

test.skipIf(!hasSocat).each(['SIGKILL', 'SIGSEGV'] as const)(
  `a host killed by %s is restarted and scans continue${needsSocat}`,
  async signal => {
    using folder = temporaryFolder()
    await using cable = await ptyPair(folder.path, 'scanner')
    await using till = realTill([peripheralConfig('counter', 'serial-scanner', { path: cable.a })])
    await till.is('counter', true)
    await writeFile(cable.b, 'first\r')
    await till.scanned('first')
    till.killHost(signal)
    await till.is('counter', false)
    expect(till.peripherals.states()[0]).toMatchObject({
      code: 'DEVICE_HOST_ENDED',
      sentence: expect.stringContaining(signal),
    })
    await till.hostRestarts()
    await till.is('counter', true)
    await appendFile(cable.b, 'second\r')
    await till.scanned('second')
    expect(till.scans).toEqual(['first', 'second'])
    expect(till.pids).toHaveLength(2)
  },
)

test.each(['abort', 'segv', 'hang'] as const)(
  'a driver that ends in %s loses no scan that was told, and its print job may be on paper',
  async how => {
    await using till = realTill([peripheralConfig('trouble', 'trouble', { how })])
    const captured: string[] = []
    till.peripherals.onCapture(({ what }) => void captured.push(`${what.is} ${what.job}`))
    await till.is('trouble', true)
    const printed = till.peripherals.print(troublemaker, 'job-1', Uint8Array.of(1))
    till.peripherals.askConditions(troublemaker)
    await till.scanned(`before ${how}`)
    if (how === 'hang') await till.hostStaysSilent()
    expect(await printed).toMatchObject({ outcome: 'maybe', sentence: expect.stringContaining('stopped (') })
    await eventually('the captured job told as broken', () => captured.length === 3)
    expect(captured).toEqual(['captured 1', 'capture-lost 1', 'capture-ended 1'])
    await till.hostRestarts()
    await till.is('trouble', true)
    expect(till.pids).toHaveLength(2)
    till.peripherals.askConditions(troublemaker)
    await eventually('the next host at work, its jobs told apart', () => captured.includes('captured 2'))
    till.killHost('SIGKILL') // it hangs as the first one did, and would not close
  },
)

test.each(['throw', 'reject'] as const)(
  'a driver whose code ends in %s leaves the other peripherals alone',
  async how => {
    await using till = realTill([
      peripheralConfig('trouble', 'trouble', { how }),
      peripheralConfig('other', 'trouble', { how: 'reject' }),
    ])
    await till.is('trouble', true)
    await till.is('other', true)
    till.peripherals.askConditions(troublemaker)
    await till.scanned(`before ${how}`)
    if (how === 'throw') {
      await till.is('trouble', false)
      expect(till.peripherals.states()[0]).toMatchObject({ code: 'PERIPHERAL_DRIVER_FAILED' })
      await till.is('trouble', true)
    }
    till.peripherals.askConditions(peripheralName('other'))
    await till.scanned('before reject')
    expect(till.pids).toHaveLength(1)
    expect(till.peripherals.states().map(({ connected }) => connected)).toEqual([true, true])
  },
)

test('an agent that takes nothing holds no peripheral up; it is told what was lost', async () => {
  const pieces = 400
  const bytes = 32_768
  await using till = realTill([peripheralConfig('path', 'fountain', { pieces, bytes })])
  let letGo = (): void => {}
  const held = new Promise<void>(resolve => {
    letGo = resolve
  })
  let taken = 0
  let lost = 0
  const order: string[] = []
  till.peripherals.onCapture(async ({ what }) => {
    if (what.is === 'captured') taken += what.bytes.length
    if (what.is === 'capture-lost') lost += what.bytes
    if (what.is !== order.at(-1)) order.push(what.is)
    await held
  })
  // said by the driver once all its bytes are through: nothing was taken yet
  await till.scanned(`passed ${pieces * bytes}`)
  expect(taken).toBeLessThanOrEqual(262_144 + 65_536)
  letGo()
  await eventually('the end of the capture', () => order.at(-1) === 'capture-ended')
  expect(order).toEqual(['captured', 'capture-lost', 'capture-ended'])
  expect(taken + lost).toBe(pieces * bytes)
  expect(taken).toBeGreaterThan(3_900_000)
  expect(taken).toBeLessThanOrEqual(4_194_304)
})

test('a host whose agent is killed ends, though no one tells it to', async () => {
  const parent = spawn(process.execPath, ['test/peripherals/host-parent.child.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [first] = await once(parent.stdout, 'data')
  expect(String(first)).toBe('up\n')
  parent.stderr.resume()
  parent.kill('SIGKILL')
  await once(parent.stderr, 'close') // the host holds its other end too, and only by ending lets go of it
})
