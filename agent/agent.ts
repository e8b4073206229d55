import { defineError, type TillbridgeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { type AgentConfig, agentPaths } from './config.ts'
import { readDeviceFile } from './enrolment/device-file.ts'
import { adoptJournal } from './journal/adopt.ts'
import { openJournal } from './journal/journal.ts'
import { openPickups } from './pickups/pickups.ts'
import { openPosInlet } from './sources/http/http-source.ts'
import { sourceKinds } from './sources/index.ts'
import { startSources } from './sources/runner.ts'
import { drawLinkCode } from './till/access.ts'
import { posToken } from './till/pos-door.ts'
import { serveTill } from './till/server.ts'
import { tillState } from './till/till-state.ts'
import { startUplink } from './uplink/uplink.ts'

export const notEnrolled = defineError(
  'NOT_ENROLLED',
  (f: { folder: string }) =>
    `This till is not enrolled yet (${f.folder}). Ask head office for a code, then run: tillbridge-agent enrol --hub URL.`,
)

export interface Agent extends AsyncDisposable {
  readonly till: { readonly url: string; readonly link: string }
}

/**
 * Composes the agent: journal, sources, uplink, till.
 * @param failed called when the journal can't be trusted any more; the caller disposes the agent and starts it anew
 * @throws NOT_ENROLLED, and what its parts throw; a failed start leaves nothing open
 */
export async function startAgent(
  options: {
    folder: string
    config: AgentConfig
    version: string
    pages: string
    /** Reads the whole journal first: its disk has failed before. */
    verify: boolean
    failed(error: TillbridgeError): void
  },
  world: World,
): Promise<Agent> {
  const { folder, config } = options
  const paths = agentPaths(folder)
  const device = readDeviceFile(world.files, paths.device)
  if (device === null) throw notEnrolled({ folder })
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }

  await using building = new AsyncDisposableStack()
  await adoptJournal(world, { path: paths.journal, device: device.device, verify: options.verify })
  const journal = building.use(
    openJournal({ path: paths.journal, device: device.device, world, failed: options.failed }),
  )
  journal.onChange(changed)
  const pos = openPosInlet()
  const sources = building.use(
    startSources(config.sources, {
      world,
      memoryFor: journal.memoryOf,
      onState: changed,
      kinds: [...sourceKinds, pos.kind],
    }),
  )
  const uplink = building.use(
    startUplink({ world, device, version: options.version, journal, sources: () => sourceViews() }),
  )
  uplink.onChange(changed)
  const sourceViews = () => sources.states().map(({ source, state, problem }) => ({ source, state, problem }))
  const pickups = openPickups(journal, world.clock, () => journal.store()?.till ?? device.till)
  const till = building.use(
    await serveTill({
      world,
      port: config.till.port,
      linkCode: linkCodeOf(config, world),
      pages: options.pages,
      pickups,
      pos: { inlet: pos.inlet, token: posToken(world, paths.posToken) },
      state: () => tillState({ device, journal, link: uplink.state(), sources: sourceViews() }),
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }),
  )
  world.files.writePrivate(paths.link, `${till.link}\n`)
  building.defer(() => world.files.remove(paths.link))
  const parts = building.move()
  return { till: { url: till.url, link: till.link }, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

function linkCodeOf(config: AgentConfig, world: Pick<World, 'files' | 'random'>): string {
  const given =
    config.till.codeFile === undefined ? '' : (world.files.readText(config.till.codeFile) ?? '').trim()
  return given.length >= 32 ? given : drawLinkCode(world.random)
}
