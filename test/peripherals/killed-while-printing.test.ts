import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startAgent } from '../../agent/agent.ts'
import { AgentConfig, agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { openJournalReader } from '../../agent/journal/reading.ts'
import { forkHost } from '../../agent/peripherals/host/fork-host.ts'
import type { HostLink } from '../../agent/peripherals/host/host-link.ts'
import { FromHost } from '../../agent/peripherals/host/protocol.ts'
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

/** What goes wrong between the device host and the agent. */
type Fault = 'the agent hears no print' | 'the host does not hear that prints were journalled'

function faulty(link: HostLink, fault: Fault | null): HostLink {
  return {
    ...link,
    send(message) {
      if (message.is !== 'took' || fault === null) link.send(message)
    },
    listen({ message, ended }) {
      link.listen({
        ended,
        message(raw) {
          const { data } = FromHost.safeParse(raw)
          const isPrint = data?.is === 'said' && data.what.is.startsWith('capture')
          if (!isPrint || fault !== 'the agent hears no print') message(raw)
        },
      })
    },
  }
}

/** A shop whose only source is its printer; its agent may be started and stopped, its device host killed. */
async function openShop() {
  const [store] = stores
  if (store === undefined) throw new Error('the catalogue has no store')
  const folder = temporaryFolder()
  await using opened = new AsyncDisposableStack()
  opened.defer(() => folder[Symbol.dispose]())
  const printer = opened.use(await openPretendPrinter(0))
  const pos = openPos(':memory:', store)
  opened.defer(() => pos.close())
  const port = await reservePort()
  const dates = { formats: ['YYYY-MM-DD'], times: ['HH:mm:ss'] }
  const { zone, posWarehouse: warehouse } = store
  const paper = {
    printer: 'counter',
    template: 'unicenta',
    dates,
    zone,
    currency: 'EUR',
    warehouse,
    till: 'T1',
  }
  const config = AgentConfig.parse({
    till: { port: 0 },
    sources: [{ source: 'paper', kind: 'receipts', settings: paper }],
    peripherals: [
      {
        peripheral: 'counter',
        kind: 'print-path',
        settings: { from: { by: 'tcp', port }, to: { by: 'tcp', host: '127.0.0.1', port: printer.port } },
      },
    ],
  })
  const world = nodeWorld({ log: quietLog })
  const paths = agentPaths(folder.path)
  writeDeviceFile(world.files, paths.device, {
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
  const spool = join(paths.printSpool, 'HAR')
  const all = opened.move()
  return {
    printer,
    port,
    spool,
    folder: folder.path,
    sell() {
      const { id } = pos.sell({ lines: [{ sku: 'LIN-SHIRT-S', units: 1 }], staff: 'Anke' })
      return { id, bytes: paperBytes(paperLines(pos, 'Harbour', id)) }
    },
    /** Starts the agent; `stop` ends its host with SIGKILL first. */
    async start(fault: Fault | null) {
      let pid = 0
      const agent = await startAgent(
        {
          folder: folder.path,
          settings: {
            config,
            own: { config, json: {}, text: '{}', problem: null, againMs: null, hasLost: false },
            runs: '',
            trial: null,
          },
          ...parts,
          launchHost() {
            const link = forkHost()
            pid = link.pid
            return faulty(link, fault)
          },
          dropFiles: nodeDropFiles,
          salesFiles: nodeSalesFiles,
        },
        world,
      )
      return {
        async stop() {
          process.kill(pid, 'SIGKILL')
          await agent[Symbol.asyncDispose]()
        },
      }
    },
    async print(bytes: Uint8Array): Promise<void> {
      await expect.poll(() => printOn(port, bytes).then(() => 'printed', String)).toBe('printed')
      await expect.poll(() => printer.jobs.some(job => job.equals(bytes))).toBe(true)
    },
    journalled(): AgentEvent[] {
      using reader = openJournalReader(world.files, paths.journal)
      return reader.next(10_000).map(({ body }) => AgentEvent.parse(body))
    },
    /** Prints in the spool; a file without a byte is made ahead for the next one. */
    spooled: () => readdirSync(spool).filter(name => sizeOf(join(spool, name)) > 0),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
const receiptsOf = (events: readonly AgentEvent[]) =>
  events.flatMap(event => (event.kind === 'sale.completed' ? [event.receipt] : []))

test.each<Fault>(['the agent hears no print', 'the host does not hear that prints were journalled'])(
  'receipts on paper are recorded once after a kill, though %s',
  async fault => {
    await using shop = await openShop()
    const sales = [shop.sell(), shop.sell(), shop.sell()]
    const first = await shop.start(fault)
    for (const { bytes } of sales) await shop.print(bytes)
    await expect.poll(() => shop.spooled().length).toBe(3)
    if (fault !== 'the agent hears no print')
      await expect.poll(() => receiptsOf(shop.journalled()).length).toBe(3)
    await first.stop()
    expect(receiptsOf(shop.journalled()).length).toBe(fault === 'the agent hears no print' ? 0 : 3)
    const kept = shop.spooled().map(name => readFileSync(join(shop.spool, name)))
    expect(kept.filter(file => /Receipt|Total|LIN-SHIRT|unicenta/i.test(file.toString('latin1')))).toEqual([])
    const second = await shop.start(null)
    const last = shop.sell()
    await shop.print(last.bytes)
    await expect.poll(() => shop.spooled()).toEqual([])
    await expect.poll(() => receiptsOf(shop.journalled()).length).toBe(4)
    await second.stop()
    expect(new Set(receiptsOf(shop.journalled())).size).toBe(4)
    expect(shop.journalled().map(({ kind }) => kind)).not.toContain('source.row-refused')
  },
)

test('a receipt that the kill cut off is named with what came of it, those before it are sales', async () => {
  await using shop = await openShop()
  const [whole, torn] = [shop.sell(), shop.sell()]
  const first = await shop.start('the agent hears no print')
  await shop.print(paperBytes([])) // until the print path is there
  const pos = connect(shop.port, '127.0.0.1')
  pos.on('error', () => {}) // the kill resets it
  await once(pos, 'connect')
  const sent = Buffer.concat([whole.bytes, torn.bytes.subarray(0, torn.bytes.length / 2)])
  pos.write(sent)
  // a receipt that is under way is on the printer's side only once its connection ends
  await expect.poll(() => shop.spooled().length).toBe(2)
  await expect
    .poll(() => shop.spooled().some(name => sizeOf(join(shop.spool, name)) > sent.length))
    .toBe(true)
  await first.stop()
  const second = await shop.start(null)
  await expect.poll(() => shop.journalled().map(({ kind }) => kind)).toContain('source.row-refused')
  await expect.poll(() => shop.spooled()).toEqual([])
  await expect.poll(() => receiptsOf(shop.journalled()).length).toBe(1)
  await second.stop()
  const refused = shop.journalled().filter(event => event.kind === 'source.row-refused')
  expect(refused).toMatchObject([{ code: 'PRINT_CUT_OFF', source: 'paper', what: 'receipt' }])
  expect(refused[0]?.payload).toContain('Harbour')
})
