import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startAgent } from '../../agent/agent.ts'
import { AgentConfig, agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { openJournalReader } from '../../agent/journal/reading.ts'
import { forkHost } from '../../agent/peripherals/host/fork-host.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { AgentEvent } from '../../shared/events.ts'
import { DeviceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { reservePort } from '../reserved-port.ts'
import { stores } from '../sandbox/catalogue.ts'
import { paperBytes, paperLines, printOn } from '../sandbox/pos/paper.ts'
import { openPos } from '../sandbox/pos/pos.ts'
import { openPretendPrinter } from '../sandbox/printer/printer.ts'

const store = firstOf(stores)
function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('the catalogue has no store')
  return first
}
const { zone, posWarehouse: warehouse } = store
const currency = 'EUR'

/** A whole agent, its device host a process, between a pretend POS and a pretend printer; its hub is away. */
async function openShop() {
  const folder = temporaryFolder()
  await using opened = new AsyncDisposableStack()
  opened.defer(() => folder[Symbol.dispose]())
  const printer = opened.use(await openPretendPrinter(0))
  const file = join(folder.path, 'pos.db')
  const pos = openPos(file, store)
  opened.defer(() => pos.close())
  const port = await reservePort()
  const settings = { file, warehouse, currency, zone, startFrom: 'all' }
  const dates = { formats: ['YYYY-MM-DD'], times: ['HH:mm:ss'] }
  const paper = { printer: 'counter', template: 'unicenta', dates, zone, currency, warehouse, till: 'Till 1' }
  const config = AgentConfig.parse({
    till: { port: 0 },
    sources: [
      { source: 'pos', kind: 'unicenta', settings },
      { source: 'paper', kind: 'receipts', witnessOf: 'pos', settings: paper },
    ],
    peripherals: [
      {
        peripheral: 'counter',
        kind: 'print-path',
        settings: { from: { by: 'tcp', port }, to: { by: 'tcp', host: '127.0.0.1', port: printer.port } },
      },
    ],
  })
  const real = nodeWorld({ log: quietLog })
  let ahead = 0
  const world = {
    ...real,
    clock: { now: () => real.clock.now() + ahead, monotonicMs: real.clock.monotonicMs },
    // what waits for minutes comes at once; what it decides by is the clock above
    timers: {
      ...real.timers,
      after: (ms: number, run: () => void) => real.timers.after(Math.min(ms, 100), run),
    },
  }
  writeDeviceFile(world.files, agentPaths(folder.path).device, {
    device: DeviceId.parse('dev_0123456789abcdefghij'),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone,
    privateKey: newSigningKey(world.random).privateKey,
  })
  const parts = {
    version: 'test',
    pages: folder.path,
    desk: null,
    verify: false,
    failed: () => {},
    restartWithSettings: () => {},
  }
  const hosts = { launchHost: () => forkHost(), dropFiles: nodeDropFiles, salesFiles: nodeSalesFiles }
  opened.use(
    await startAgent(
      {
        folder: folder.path,
        settings: {
          config,
          own: { config, json: {}, text: '{}', problem: null, againMs: null, hasLost: false },
          runs: '',
          trial: null,
        },
        ...parts,
        ...hosts,
      },
      world,
    ),
  )
  const all = opened.move()
  return {
    pos,
    printer,
    pass: (ms: number) => {
      ahead += ms
    },
    /** Prints as a till does; again while the print path is not there yet. */
    async print(bytes: Uint8Array): Promise<void> {
      await expect.poll(() => printOn(port, bytes).then(() => 'printed', String)).toBe('printed')
    },
    journalled(): AgentEvent[] {
      using reader = openJournalReader(real.files, agentPaths(folder.path).journal)
      return reader.next(10_000).map(({ body }) => AgentEvent.parse(body))
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
const soon = { interval: 50 }
const kindsOf = (events: readonly AgentEvent[]) => events.map(({ kind }) => kind)

test('every byte reaches the printer as sent; the database and the paper tell one sale', async () => {
  await using shop = await openShop()
  const sold = shop.pos.sell({ lines: [{ sku: 'LIN-SHIRT-S', units: 2 }], staff: 'Anke' })
  const bytes = paperBytes(paperLines(shop.pos, 'Harbour', sold.id))
  await shop.print(bytes)
  await expect.poll(() => shop.printer.jobs.some(job => job.equals(bytes)), soon).toBe(true)
  await expect.poll(() => kindsOf(shop.journalled()), soon).toContain('sale.completed')
  shop.pass(60 * 60_000)
  const second = shop.pos.sell({ lines: [{ sku: 'LIN-SHIRT-M', units: 1 }], staff: 'Anke' })
  await expect
    .poll(() => shop.journalled().filter(({ kind }) => kind === 'sale.completed').length, soon)
    .toBe(2)
  const events = shop.journalled()
  expect(events.flatMap(event => (event.kind === 'sale.completed' ? [event.receipt] : []))).toEqual([
    sold.id,
    second.id,
  ])
  expect(kindsOf(events)).not.toContain('sale.unposted')
})

test('a receipt that was printed and is not in the database is missed after a quarter of an hour', async () => {
  await using shop = await openShop()
  using elsewhere = {
    pos: openPos(':memory:', store),
    [Symbol.dispose]() {
      this.pos.close()
    },
  }
  const lost = elsewhere.pos.sell({ lines: [{ sku: 'LIN-SHIRT-L', units: 1 }], staff: 'Anke' })
  await shop.print(paperBytes(paperLines(elsewhere.pos, 'Harbour', lost.id)))
  const torn = elsewhere.pos.sell({ lines: [{ sku: 'LIN-SHIRT-M', units: 1 }], staff: 'Anke' })
  const unread = paperLines(elsewhere.pos, 'Harbour', torn.id).slice(0, 7)
  await shop.print(paperBytes([...unread, 'LIN-SHIRT-M card 4111 1111 1111 1111 12.9']))
  await expect.poll(() => kindsOf(shop.journalled()), soon).toContain('source.row-refused')
  expect(kindsOf(shop.journalled())).not.toContain('sale.unposted')
  shop.pass(16 * 60_000)
  await expect.poll(() => kindsOf(shop.journalled()), soon).toContain('sale.unposted')
  const events = shop.journalled()
  expect(events.find(({ kind }) => kind === 'sale.unposted')).toMatchObject({
    source: 'paper',
    expected: 'pos',
    receiptNumber: String(lost.number),
    total: lost.totalMinor,
  })
  expect(events.find(({ kind }) => kind === 'source.row-refused')).toMatchObject({ what: 'receipt' })
  expect(JSON.stringify(events)).not.toContain('4111 1111')
  expect(kindsOf(events)).not.toContain('sale.completed')
})
