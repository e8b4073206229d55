/**
 * The light stores as one process: each has the agent's own journal and uplink, and sells without a POS or a till page.
 * `node test/sandbox/light/main.ts --folder F --stores N --seconds-between-sales S [--quiet]`; the tills are enrolled already.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openAgentJournal } from '../../../agent/agent-journal.ts'
import { agentPaths } from '../../../agent/config.ts'
import { readDeviceFile } from '../../../agent/enrolment/device-file.ts'
import { startUplink } from '../../../agent/uplink/uplink.ts'
import { jsonLog, nodeWorld } from '../../../shared/node-world.ts'
import type { World } from '../../../shared/world.ts'
import type { CatalogueStore } from '../catalogue.ts'
import { lightSale, lightStores } from './stores.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    stores: { type: 'string' },
    'seconds-between-sales': { type: 'string', default: '8' },
    quiet: { type: 'boolean', default: false },
  },
})
const folder = values.folder
if (folder === undefined) throw new Error('--folder is missing')

const real = nodeWorld({ log: jsonLog('warn', { part: 'light stores' }) })
/** No ballast: sixteen megabytes a store would be a lot of disk for a try. */
const world: World = { ...real, files: { ...real.files, reserve: () => true } }

/** How many of the light stores together sell as often as so many stores with a POS. */
const AS_MANY_AS = 4

/** Opens a store's till, and waits until the hub has welcomed it. */
async function openTill(store: CatalogueStore, meanMs: number): Promise<Disposable> {
  const paths = agentPaths(join(folder ?? '', store.code))
  const device = readDeviceFile(world.files, paths.device)
  if (device === null) throw new Error(`${store.code} is not enrolled`)
  using opening = new DisposableStack()
  const journal = opening.use(
    openAgentJournal({
      path: paths.journal,
      device: device.device,
      world,
      failed(error) {
        throw error
      },
    }),
  )
  const uplink = opening.use(
    startUplink({ world, device, version: 'light', journal, sources: () => [], writeBacks: () => [] }),
  )
  await new Promise<void>(resolve => {
    const look = () => {
      if (uplink.state().link === 'online') resolve()
      else world.timers.after(50, look)
    }
    look()
  })
  let sales = 0
  const run = world.clock.now().toString(36)
  let cancel = () => {}
  function sellLater(): void {
    cancel = world.timers.after(-Math.log(1 - world.random.fraction()) * meanMs, () => {
      sales += 1
      const sale = lightSale(store, `${run}-${sales}`, world.clock.now(), world.random.fraction)
      journal.record([sale]).catch((error: unknown) => world.log.error({ error }, 'a sale was not recorded'))
      sellLater()
    })
  }
  if (!values.quiet) sellLater()
  opening.defer(() => cancel())
  return opening.move()
}

const stores = lightStores(Number(values.stores))
const meanMs = Number(values['seconds-between-sales']) * 1_000 * Math.max(1, stores.length / AS_MANY_AS)
const tills = new DisposableStack()
const stop = new Promise<void>(resolve => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
})
for (const store of stores) tills.use(await openTill(store, meanMs)) // in turn: the hub admits few handshakes an address
console.log(JSON.stringify({ stores: stores.length }))
await stop
tills.dispose()
