import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { PrinterProfile } from '../../agent/codecs/printer-commands/profiles.ts'
import { captureReceipts } from '../../agent/peripherals/capture-receipts.ts'
import type { PrinterMemories } from '../../agent/sources/paper/printer-memories.ts'
import { PeripheralName } from '../../shared/ids.ts'
import { lightWorld, openTestJournal } from '../journal/test-journal.ts'
import { manualWorld, quietLog, temporaryFolder } from '../manual-world.ts'

const [define, run, cut] = ['\x1d:', '\x1d^\x01\x00\x00', '\x1dV\x00']

/** Prints through an agent that starts now. */
function agent(memories: PrinterMemories) {
  const kept: { peripheral: string; lines: string[]; notSeen: number }[] = []
  const captured = captureReceipts({
    profileOf: () => PrinterProfile.parse({}),
    memories,
    take: async ({ lines, notSeen }, { peripheral }) =>
      void kept.push({ peripheral, lines: lines.map(({ text }) => text), notSeen: notSeen.length }),
    lost: async () => undefined,
    timers: manualWorld().timers,
    stopping: new AbortController().signal,
    log: quietLog,
  })
  let job = 0
  return {
    kept,
    async print(name: string, text: string): Promise<void> {
      const peripheral = PeripheralName.parse(name)
      job += 1
      const bytes = Buffer.from(text, 'latin1')
      await captured(peripheral, { is: 'captured', job, towards: 'printer', bytes })
      await captured(peripheral, { is: 'capture-ended', job })
    },
  }
}

test('a macro is remembered for its own printer over jobs and restarts, and for no other', async () => {
  using folder = temporaryFolder()
  const path = `${folder.path}/journal.db`
  {
    using opened = openTestJournal(lightWorld(), path)
    const morning = agent(opened.journal.parts.printers)
    await morning.print('counter', `\x1b@${define}TRAINING\n${define}`)
    await morning.print('counter', `\x1b@Tea 2.50\n${run}${cut}`)
    expect(morning.kept[1]).toEqual({ peripheral: 'counter', lines: ['Tea 2.50', 'TRAINING'], notSeen: 0 })
  }
  using opened = openTestJournal(lightWorld(), path)
  const noon = agent(opened.journal.parts.printers)
  await noon.print('counter', `\x1b@Tea 2.50\n${run}${cut}`)
  await noon.print('kitchen', `\x1b@Tea 2.50\n${run}${cut}`)
  expect(noon.kept).toEqual([
    { peripheral: 'counter', lines: ['Tea 2.50', 'TRAINING'], notSeen: 0 },
    { peripheral: 'kitchen', lines: ['Tea 2.50'], notSeen: 1 },
  ])
})

test('a macro with a card number is not stored; one that was cleared is gone', async () => {
  using folder = temporaryFolder()
  const path = `${folder.path}/journal.db`
  using opened = openTestJournal(lightWorld(), path)
  const { print } = agent(opened.journal.parts.printers)
  using reads = { db: new Database(path, { readonly: true }), [Symbol.dispose]: () => void reads.db.close() }
  const stored = () => reads.db.prepare('SELECT printer FROM printer_macro').all()
  await print('counter', `${define}Thank you\n${define}`)
  expect(stored()).toEqual([{ printer: 'counter' }])
  await print('counter', `${define}4111 1111 1111 1111\n${define}`)
  expect(stored()).toEqual([])
})
