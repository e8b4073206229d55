import { join } from 'node:path'
import type { DecodedReceipt } from '../../agent/codecs/printer-commands/decoded.ts'
import { AgentConfig } from '../../agent/config.ts'
import type { HostLinkHandlers } from '../../agent/peripherals/host/host-link.ts'
import { FromHost } from '../../agent/peripherals/host/protocol.ts'
import { startTillPeripherals } from '../../agent/till-peripherals.ts'
import { lightWorld, openTestJournal } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

/** Where a print path takes receipts from and passes them to. */
export const ends = { from: { by: 'tcp', port: 9100 }, to: { by: 'tcp', host: '192.168.1.50' } }

/** What a running agent reads when these bytes pass through a print path with these settings. */
export async function readThrough(reading: object, bytes: readonly number[]): Promise<readonly string[]> {
  using folder = temporaryFolder()
  const world = lightWorld()
  using opened = openTestJournal(world, join(folder.path, 'journal.db'))
  const settings = { ...ends, ...reading }
  const config = AgentConfig.parse({ peripherals: [{ peripheral: 'counter', kind: 'print-path', settings }] })
  const taken = Promise.withResolvers<DecodedReceipt>()
  let host: HostLinkHandlers | null = null
  await using _till = startTillPeripherals({
    world,
    config,
    journal: opened.journal,
    receipts: {
      take: async receipt => {
        taken.resolve(receipt)
        return true
      },
    },
    launch: () => ({
      send: message => {
        if (message.is === 'close') host?.ended('closed')
      },
      kill() {},
      listen: handlers => {
        host = handlers
      },
    }),
    changed() {},
  })
  const said = (n: number, what: object) =>
    host?.message(FromHost.parse({ is: 'said', n, peripheral: 'counter', what }))
  said(0, { is: 'captured', job: 1, towards: 'printer', bytes: Uint8Array.from(bytes) })
  said(1, { is: 'capture-ended', job: 1 })
  const { lines } = await taken.promise
  return lines.map(({ text }) => text)
}
