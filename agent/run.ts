import { pause } from '../shared/back-off.ts'
import { giveBallast } from '../shared/ballast.ts'
import { sqliteCodeOf } from '../shared/durable-sqlite.ts'
import { firstCause, type TillbridgeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { type Agent, startAgent } from './agent.ts'
import { agentPaths } from './config.ts'
import type { SupportHost } from './doctor/answer-hub.ts'
import type { MachineHost } from './doctor/machine-figures.ts'
import { holdAsAgent } from './hold-folder.ts'
import { followProxy } from './hub-proxy.ts'
import { judgeStarts } from './judge-starts.ts'
import type { LaunchHost } from './peripherals/host/host-link.ts'
import { forgetStartWithSettings, startWithSettings } from './remote-settings/start-with-settings.ts'
import type { SalesFiles } from './sources/sales-files/sales-files.ts'
import { serveStopped } from './till/stopped-page.ts'
import { isOnTrial, type UpdateHost } from './updates/updates.ts'
import type { DropFiles } from './write-back/drop-files.ts'

const RESTART_MS = 5_000

/**
 * Runs an agent until `stop` resolves. When its journal can't be trusted any more (a failed fsync, a file replaced
 * beneath it) everything is closed and reopened, which checks the file. A failed fsync is never retried in place.
 * @throws AGENT_ALREADY_RUNNING, and what keeps a first start from working
 */
export async function runAgent(options: {
  folder: string
  /** This process's, for another that is started on the same folder. */
  pid: number
  version: string
  pages: string
  /** Where the desktop app of this till finds the way in; null: it is not told. */
  desk: string | null
  launchHost: LaunchHost
  dropFiles: DropFiles
  salesFiles: SalesFiles
  /** Left out: this agent installs no updates. */
  updates?: UpdateHost | null
  /** How it examines its till when head office asks for it; left out: it can't. */
  support?: SupportHost | null
  /** What it says of its PC; left out: nothing. */
  machine?: MachineHost | null
  world: World
  stop: Promise<unknown>
  ready(till: Agent['till']): void
}): Promise<void> {
  const { world, folder, version, updates = null } = options
  using _lock = holdAsAgent(world, folder, options.pid)
  const stopped = options.stop.then(() => 'stopped' as const)
  let isReady = false
  const starts = judgeStarts({ world, folder, version })
  for (let first = true; ; first = false) {
    const own = { world, folder, version: options.version }
    const settings = startWithSettings({ ...own, ...starts.next() })
    using _proxy = followProxy(world, settings.config)
    const others = Promise.withResolvers<'settings'>()
    const failure = Promise.withResolvers<TillbridgeError>()
    let end: 'stopped' | 'settings' | TillbridgeError | undefined
    try {
      await using agent = await startAgent(
        {
          folder,
          settings,
          version: options.version,
          pages: options.pages,
          desk: options.desk,
          launchHost: options.launchHost,
          dropFiles: options.dropFiles,
          salesFiles: options.salesFiles,
          updates,
          support: options.support ?? null,
          machine: options.machine ?? null,
          verify: !first || settings.trial !== null || isOnTrial(world, folder, version),
          failed: failure.resolve,
          restartWithSettings: () => others.resolve('settings'),
        },
        world,
      )
      const wrong = agent.wrongSettings
      if (wrong === null ? starts.worked(settings) : starts.leftUnread(settings, wrong)) continue
      if (!isReady) options.ready(agent.till)
      isReady = true
      end = await Promise.race([stopped, failure.promise, others.promise])
    } catch (thrown) {
      const error = firstCause(thrown)
      if (giveBallast(world, agentPaths(folder).journal, error)) continue
      if (!waitsForDisk(error) && starts.failed(settings, error)) continue
      if (!isReady && !waitsForDisk(error)) throw error
      world.log.error({ error }, 'the agent could not start; it tries once more')
      await using _page = await serveStopped(world, settings.config.till.port, error)
      end = await Promise.race([stopped, pause(world, RESTART_MS).then(() => undefined)])
    }
    if (end === 'stopped') return forgetStartWithSettings(own)
    if (end === 'settings') {
      starts.again()
      continue
    }
    if (end !== undefined) world.log.error({ code: end.code }, end.message)
    if ((await Promise.race([stopped, pause(world, RESTART_MS).then(() => undefined)])) === 'stopped')
      return forgetStartWithSettings(own)
  }
}

/** A disk that is full or fails may be put right while the agent waits; the till page says so meanwhile. */
function waitsForDisk(error: unknown): boolean {
  return /^(SQLITE_(FULL|IOERR|BUSY|LOCKED)|ENOSPC$|EIO$)/.test(sqliteCodeOf(error))
}
