import { z } from 'zod'
import { describeError } from '../../../shared/errors.ts'
import { lastResort } from '../../../shared/last-resort.ts'
import { jsonLog, nodeWorld } from '../../../shared/node-world.ts'
import { supportHost } from '../../commands/support-host.ts'
import { nodeMachine } from '../../doctor/node-machine.ts'
import { runAgent } from '../../run.ts'
import { nodeSalesFiles } from '../../sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../../write-back/node-drop-files.ts'
import { hostsOfApp } from './hosts-of-app.ts'
import type { FromAgent } from './process-messages.ts'
import { ToAgent } from './process-messages.ts'

/** The standalone agent's process: a composition root, started by the app with its settings as the one argument. */
const Settings = z.object({ folder: z.string(), pages: z.string(), version: z.string(), log: z.string() })

process.umask(0o077) // only the agent's own user may read its files
const settings = Settings.parse(JSON.parse(process.argv[2] ?? '{}'))
const world = nodeWorld({ log: jsonLog(settings.log, { part: 'agent' }) })
const app = process.parentPort
const tell = (message: FromAgent) => app.postMessage(message)
const asked = Promise.withResolvers<number>()
app.on('message', ({ data }) => {
  if (ToAgent.parse(data).kind === 'stop') asked.resolve(0)
})
const { given } = lastResort({
  faults: process,
  log: world.log,
  clock: world.clock,
  timers: world.timers,
  exit: () => process.exit(1),
})
const stop = Promise.race([asked.promise, given.then(() => 1)])

const launchHost = hostsOfApp(app)

try {
  world.files.ensureFolder(settings.folder)
  await runAgent({
    folder: settings.folder,
    pid: process.pid,
    version: settings.version,
    pages: settings.pages,
    desk: settings.folder,
    launchHost,
    support: supportHost(world, settings.folder, launchHost),
    machine: nodeMachine,
    dropFiles: nodeDropFiles,
    salesFiles: nodeSalesFiles,
    world,
    stop,
    ready: ({ url }) => tell({ kind: 'ready', url }),
  })
  process.exit(await stop)
} catch (error) {
  world.log.error({ error }, 'the agent could not start')
  tell({ kind: 'failed', ...describeError(error) })
  world.timers.after(200, () => process.exit(1)) // the message is on its way
}
