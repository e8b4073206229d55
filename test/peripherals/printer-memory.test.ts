import { expect, test } from 'vitest'
import { PrinterProfile } from '../../agent/codecs/printer-commands/profiles.ts'
import { captureReceipts } from '../../agent/peripherals/capture-receipts.ts'
import { PeripheralName } from '../../shared/ids.ts'
import { manualWorld, quietLog } from '../manual-world.ts'

test('a macro is remembered for its own printer over jobs, and for no other', async () => {
  const kept: { peripheral: string; lines: string[]; notSeen: number }[] = []
  const captured = captureReceipts({
    profileOf: () => PrinterProfile.parse({}),
    take: async ({ lines, notSeen }, { peripheral }) =>
      void kept.push({ peripheral, lines: lines.map(({ text }) => text), notSeen: notSeen.length }),
    lost: async () => undefined,
    timers: manualWorld().timers,
    stopping: new AbortController().signal,
    log: quietLog,
  })
  let job = 0
  async function print(name: string, text: string): Promise<void> {
    const peripheral = PeripheralName.parse(name)
    job += 1
    await captured(peripheral, {
      is: 'captured',
      job,
      towards: 'printer',
      bytes: Buffer.from(text, 'latin1'),
    })
    await captured(peripheral, { is: 'capture-ended', job })
  }
  const [define, run, cut] = ['\x1d:', '\x1d^\x01\x00\x00', '\x1dV\x00']
  await print('counter', `\x1b@${define}TRAINING\n${define}`)
  await print('counter', `\x1b@Tea 2.50\n${run}${cut}`)
  await print('kitchen', `\x1b@Tea 2.50\n${run}${cut}`)
  expect(kept.slice(1)).toEqual([
    { peripheral: 'counter', lines: ['Tea 2.50', 'TRAINING'], notSeen: 0 },
    { peripheral: 'kitchen', lines: ['Tea 2.50'], notSeen: 1 },
  ])
})
