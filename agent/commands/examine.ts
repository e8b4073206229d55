import { connect } from 'node:net'
import { homedir, networkInterfaces } from 'node:os'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { type AgentConfig, agentPaths } from '../config.ts'
import { codePageFindings } from '../doctor/code-page-check.ts'
import type { Finding } from '../doctor/finding.ts'
import { checkMachine } from '../doctor/machine-checks.ts'
import { nodeMachine } from '../doctor/node-machine.ts'
import { hardwareFindings, peripheralFindings, printerFindings } from '../doctor/peripheral-checks.ts'
import { searchPos } from '../doctor/pos-search.ts'
import { checkFiles, checkHub, checkJournal, checkProxy, checkSources } from '../doctor/till-checks.ts'
import { leaveByProxy } from '../hub-proxy.ts'
import { tcpChannels } from '../peripherals/channels/tcp.ts'
import { findThroughHost } from '../peripherals/host/find-through-host.ts'
import { forkHost } from '../peripherals/host/fork-host.ts'
import type { LaunchHost } from '../peripherals/host/host-link.ts'
import { startPeripherals } from '../peripherals/peripherals.ts'
import { neighbours, scanForPrinters } from '../peripherals/printers/find.ts'
import type { CapturedReceipt } from '../sources/paper/captured-receipts.ts'
import { capturedReceiptsOf } from '../sources/paper/captured-samples.ts'
import type { TillState } from '../till/api-schema.ts'
import type { CommandParts } from './command-parts.ts'
import { askAgent } from './running-agent.ts'
import { kindsToLookAt } from './source-kinds.ts'

interface Examined {
  readonly folder: string
  readonly scanNetwork: boolean
  /** The running agent itself looks, for head office: it opens nothing that it holds open, and reads no receipt. */
  readonly inAgent?: { readonly launchHost: LaunchHost } | null
}

/**
 * Looks at all that a till needs, one thing after another; `say` gets each finding at once.
 * @returns `running`: what the running agent says of itself; null: none runs
 */
export async function examine(
  { world }: Pick<CommandParts, 'world'>,
  { folder, scanNetwork, inAgent = null }: Examined,
  say: (finding: Finding) => void,
): Promise<{ findings: readonly Finding[]; running: TillState | null }> {
  const all: Finding[] = []
  const add = (findings: readonly Finding[]) => {
    for (const finding of findings) say(finding)
    all.push(...findings)
  }
  const asking = askAgent(world, folder).then(answer => answer.state)
  const running = await asking.catch(() => null) // the journal's finding says why
  const { findings, config } = checkFiles(world, folder, running)
  add(findings)
  if (config !== null && inAgent === null) leaveByProxy(world, config)
  add(await checkJournal(world, folder, asking))
  add(checkProxy(world))
  add(await checkHub(world, folder))
  add(await checkMachine(world, nodeMachine, folder))
  if (config !== null) add(await checkSources(world, config, kindsToLookAt(world, folder)))
  if (config !== null && inAgent === null)
    add(codePageFindings(capturedIn(world, folder), config.peripherals))
  add(await searchPos({ files: world.files, homes: [homedir()], listens: port => listens(world, port) }))
  add(
    hardwareFindings(
      await findThroughHost(inAgent?.launchHost ?? (() => forkHost()), world.timers),
      JSON.stringify(config?.peripherals ?? []),
    ),
  )
  if (scanNetwork) {
    const parts = { channels: tcpChannels(world.timers), timers: world.timers }
    add(printerFindings(await scanForPrinters(parts, neighbours(networkInterfaces()))))
  }
  if (running !== null) add(peripheralFindings(running.peripherals))
  else if (config !== null && inAgent === null) add(peripheralFindings(await tryPeripherals(world, config)))
  return { findings: all, running }
}

/** What the print paths captured; nothing when there is no journal, or it can't be read, which its own check reports. */
function capturedIn({ files, log }: World, folder: string): readonly CapturedReceipt[] {
  const { journal } = agentPaths(folder)
  if (files.sizeOf(journal) === null) return []
  try {
    return capturedReceiptsOf(files, journal, null)
  } catch (error) {
    log.debug({ ...describeError(error) }, 'captured receipts could not be read')
    return []
  }
}

const TRY_MS = 4_000

/** Opens the configured peripherals for a moment, as the agent would. Not while one runs: a port is open once at a time. */
async function tryPeripherals(world: World, config: AgentConfig) {
  if (config.peripherals.length === 0) return []
  await using peripherals = startPeripherals(config.peripherals, {
    world,
    launch: () => forkHost(),
    record: () => undefined,
  })
  await new Promise<void>(resolve => void world.timers.after(TRY_MS, resolve))
  return peripherals.states()
}

const LISTEN_MS = 500

function listens(world: Pick<World, 'timers'>, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    const cancel = world.timers.after(LISTEN_MS, () => end(false))
    const end = (isOpen: boolean) => {
      cancel()
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
