import { join } from 'node:path'
import { memoryOf, openAgentJournal } from '../../agent/agent-journal.ts'
import { readDeviceFile } from '../../agent/enrolment/device-file.ts'
import { startUplink } from '../../agent/uplink/uplink.ts'
import { runHub } from '../../hub/commands/run-hub.ts'
import { HubConfig, hubPaths } from '../../hub/config.ts'
import { SaleCompleted } from '../../shared/events.ts'
import type { World } from '../../shared/world.ts'
import { quickened, SALES, type Script, waitMs } from './script.ts'

/** Runs the whole hub, and beside it a till on a disk of its own that sends one sale after the other. */
export const hubScript: Script = async (folder, { world, tell }) => {
  const { database } = hubPaths(folder)
  const stop = Promise.withResolvers<void>()
  const sides = connected(quickened(world))

  function tellHeld(): void {
    const db = world.files.database(database, { readOnly: true })
    tell(`held ${Number(db.prepare('SELECT COUNT(*) FROM sale').pluck().get())}`)
    db.close()
  }

  async function sell(): Promise<void> {
    using till = openTill(join(folder, 'till'), sides.till)
    const memory = memoryOf(till.journal)('pos')
    for (let number = 1; number <= SALES; number += 1) {
      if (number > Number(memory.mark() ?? 0))
        await memory.commit({ events: [shirtSale(number)], known: [], mark: String(number) })
      while (till.journal.unsent().events > 0) await waitMs(world, 5)
      tell(`acked ${number}`)
    }
  }

  await runHub({
    options: {
      database: { file: database },
      config: HubConfig.parse({ port: 0 }),
      pages: folder,
      releases: folder,
      pid: process.pid,
    },
    world: sides.hub,
    stop: stop.promise,
    ready() {
      tell('ready')
      tellHeld()
      void sell().then(stop.resolve)
    },
  })
}

/** Two worlds: the till's finds the hub's port, which is another after each restart. */
function connected(world: World): { hub: World; till: World } {
  let port = 0
  const { sockets } = world
  return {
    hub: {
      ...world,
      sockets: {
        ...sockets,
        async listen(options) {
          const listening = await sockets.listen(options)
          port = listening.port
          return listening
        },
      },
    },
    till: {
      ...world,
      sockets: {
        ...sockets,
        connect(url, options) {
          const there = new URL(url)
          there.port = String(port)
          return sockets.connect(there.href, options)
        },
      },
    },
  }
}

function openTill(folder: string, world: World) {
  const device = readDeviceFile(world.files, join(folder, 'device.json'))
  if (device === null) throw new Error('the till is not enrolled')
  const journal = openAgentJournal({
    path: join(folder, 'journal.db'),
    device: device.device,
    world,
    failed(error) {
      throw error
    },
  })
  const uplink = startUplink({
    world,
    device,
    version: 'test',
    journal,
    sources: () => [],
    writeBacks: () => [],
  })
  return {
    journal,
    [Symbol.dispose]() {
      uplink[Symbol.dispose]()
      journal[Symbol.dispose]()
    },
  }
}

/** A shirt at 10.00 with 19 % included, paid in cash. */
function shirtSale(number: number): SaleCompleted {
  return SaleCompleted.parse({
    kind: 'sale.completed',
    at: 1_700_000_000_000 + number,
    source: 'pos',
    receipt: `r-${number}`,
    receiptNumber: String(number),
    fingerprint: `fingerprint-of-${number}`,
    till: 'till-1',
    staff: null,
    businessDate: '2026-11-25',
    soldAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
    currency: 'EUR',
    lines: [
      { line: 0, sku: 'SHIRT-M', barcode: null, title: 'Shirt', quantity: 1000, net: 840, warehouse: '0' },
    ],
    taxes: [{ name: 'VAT', rate: 190_000, base: 840, amount: 160 }],
    tenders: [{ kind: 'cash', name: 'cash', amount: 1000 }],
    rounding: 0,
    unexplained: 0,
  })
}
