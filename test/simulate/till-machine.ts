import { agentPaths } from '../../agent/config.ts'
import { readDeviceFile, writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { enrolTill } from '../../agent/enrolment/enrol.ts'
import { runAgent } from '../../agent/run.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import type { Chance } from './chance.ts'
import { HUB_URL, type StoreSetUp } from './hub-machine.ts'
import { type Machine, type SimProcess, startProcess, type Universe } from './process.ts'

export const TILL_PORT = 7420

/** The real agent on a store's till. A service manager starts it again when it ends. */
export interface TillMachine {
  readonly machine: Machine
  /** Where it is, by its last enrolment. */
  readonly store: string
  readonly till: string
  /** The POS's source in the agent. */
  readonly source: string
  /** The name that it was enrolled by last: another store may have a till of its first name. */
  readonly enrolledAs: string
  /** @param as another name than its last */
  enrol(code: string, as?: string): Promise<void>
  /** The PC is carried to another store; its next enrolment makes it that store's. */
  carryTo(store: StoreSetUp): void
  /** No POS and no staff use it for now. */
  isClosed: boolean
  /** Ends it at once; it does not start again until told so. */
  halt(): void
  start(): void
  process(): SimProcess | null
  stop(): Promise<void>
  errors(): readonly string[]
  /** The device that this PC is enrolled as, and those that it was before; none when its file is gone. */
  devices(): readonly string[]
  /** The token for the POS's own program; null before the first start. */
  posToken(): string | null
  /** The token for commands that ask for the state; null before the first start. */
  statusToken(): string | null
  /** The link by which the page is opened; null while no agent runs. */
  pageLink(): string | null
}

export function tillMachine(
  universe: Universe,
  machine: Machine,
  parts: { store: StoreSetUp; till: string; chance: Chance },
): TillMachine {
  const { time } = universe
  const { till, chance } = parts
  let { store } = parts
  const paths = agentPaths(machine.folder)
  const outside = nodeWorld({ log: quietLog }).files
  const source = `pos-${till.toLowerCase().replaceAll(' ', '-')}`
  const errors: string[] = []
  let enrolled: readonly string[] | null = null
  let enrolledAs = till
  let process: SimProcess | null = null
  let isWanted = false
  let stopping = Promise.withResolvers<void>()
  let ended: Promise<void> = Promise.resolve()
  let gone = Promise.withResolvers<void>()

  function writeConfig(): void {
    const { currency, zone, warehouse } = store
    const sources = [{ source, kind: 'http', settings: { currency, zone, warehouse } }]
    outside.ensureFolder(machine.folder)
    outside.writePrivate(paths.config, JSON.stringify({ till: { port: TILL_PORT }, sources }))
  }
  writeConfig()

  async function run(own: SimProcess): Promise<void> {
    try {
      await runAgent({
        folder: machine.folder,
        pid: 1,
        version: 'simulated',
        pages: machine.folder,
        desk: null,
        launchHost: () => {
          throw new Error('this till has no peripherals')
        },
        dropFiles: nodeDropFiles,
        salesFiles: nodeSalesFiles,
        world: own.world,
        stop: stopping.promise,
        ready() {},
      })
    } catch (error) {
      if (!own.isAlive()) return
      errors.push(`the agent ended: ${String(error)}`)
    }
    own.killAfter(0, 'stop')
  }

  function start(): void {
    isWanted = true
    if (process !== null) return
    stopping = Promise.withResolvers()
    const own = startProcess(universe, machine, chance)
    process = own
    gone = Promise.withResolvers()
    own.onDeath(() => {
      gone.resolve()
      errors.push(...own.errors)
      process = null
      time.after(5_000, () => isWanted && start())
    })
    ended = run(own)
  }

  return {
    machine,
    get store() {
      return store.code
    },
    till,
    source,
    get enrolledAs() {
      return enrolledAs
    },
    async enrol(code, as = enrolledAs) {
      enrolledAs = as
      const own = startProcess(universe, machine, chance)
      writeDeviceFile(outside, paths.device, await enrolTill(own.world, HUB_URL, code, as))
      enrolled = null
      own.killAfter(0, 'stop')
    },
    carryTo(to) {
      store = to
      writeConfig()
    },
    isClosed: false,
    start,
    halt() {
      isWanted = false
      process?.killAfter(0, 'kill')
    },
    process: () => process,
    async stop() {
      isWanted = false
      stopping.resolve()
      await Promise.race([ended, gone.promise]) // the code of a killed one never ends
    },
    errors: () => [...errors, ...(process?.errors ?? [])],
    devices() {
      if (enrolled !== null) return enrolled
      const file = readDeviceFile(outside, paths.device)
      enrolled = file === null ? [] : [file, ...(file.former ?? [])].map(({ device }) => device)
      return enrolled
    },
    statusToken: () => outside.readText(paths.statusToken)?.trim() ?? null,
    posToken: () => outside.readText(paths.posToken)?.trim() ?? null,
    // a stopped agent removes it; one that died leaves a link to nothing
    pageLink: () => outside.readText(paths.link)?.trim() ?? null,
  }
}
