import { describeError } from '../../shared/errors.ts'
import type { PeripheralChanged } from '../../shared/events.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { PeripheralConfig } from './configured.ts'
import type { AnyPeripheralKind, PeripheralSays } from './driver.ts'
import { peripheralUnknown } from './host/host.ts'
import type { LaunchHost } from './host/host-link.ts'
import { type SpoolParts, superviseHost } from './host/supervisor.ts'
import { peripheralKinds } from './index.ts'
import {
  nothingSaid,
  type PeripheralMemory,
  type PeripheralState,
  remembered,
  stateOf,
} from './peripheral-state.ts'
import { checkPeripheral } from './print-profiles.ts'
import { tellStates } from './state-reporter.ts'

/** One whole scan as the scanner sent it, without prefix and suffix; an AIM identifier comes first if there is one. */
export interface Scan {
  readonly peripheral: PeripheralName
  readonly bytes: Uint8Array
  readonly via: 'serial' | 'hid' | 'tee'
}
export interface Capture {
  readonly peripheral: PeripheralName
  readonly what: Extract<PeripheralSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>
}
export type PrintEnd = Omit<Extract<PeripheralSays, { is: 'print-ended' }>, 'is' | 'job'>
/** What a peripheral says of its own state. */
export type StateSays = Extract<PeripheralSays, { is: 'connected' | 'gone' | 'conditions' }>

/** What a peripheral said is the handler's once its promise resolves; until then the device host counts it as unsent. */
export type Handler<Of> = (of: Of) => void | Promise<void>

export interface Peripherals extends AsyncDisposable {
  states(): readonly PeripheralState[]
  /** Called when the state of a peripheral has become another. */
  onChange(listener: () => void): Cancel
  /** Called with all that a peripheral says of its state, also when that is nothing new. */
  onSays(listener: (peripheral: PeripheralName, says: StateSays) => void): Cancel
  /** Called in the order of the scans, without waiting for the one before. Scans wait for the first handler. */
  onScan(handler: Handler<Scan>): Cancel
  /** As `onScan`. Slow handlers hold no printer up: beyond 4 MiB untaken, bytes are lost and `capture-lost` says so. */
  onCapture(handler: Handler<Capture>): Cancel
  /** Never rejects. `maybe`: the device host or the channel was lost in the middle. */
  print(peripheral: PeripheralName, job: string, bytes: Uint8Array): Promise<PrintEnd>
  askConditions(peripheral: PeripheralName): void
}

export interface PeripheralsParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly launch: LaunchHost
  /** Keeps prints until they are journalled; left out: they are not kept. */
  readonly spool?: SpoolParts | null
  /** Takes `peripheral.changed` into the journal. */
  record(events: readonly PeripheralChanged[]): unknown
  /** Kinds other than those of index.ts, for tests. */
  readonly kinds?: readonly AnyPeripheralKind[]
}

/** The agent's side of its scanners and printers. Without peripherals no host is started. */
export function startPeripherals(configs: readonly PeripheralConfig[], parts: PeripheralsParts): Peripherals {
  const { world, launch, record, spool = null, kinds = peripheralKinds } = parts
  const scans = handlerList<Scan>()
  const captures = handlerList<Capture>()
  const changeListeners = new Set<() => void>()
  const stateListeners = new Set<(peripheral: PeripheralName, says: StateSays) => void>()
  const jobs = openPrintJobs()
  const shown = new Map(
    configs.map(config => [config.peripheral, showPeripheral(config, { world, record, kinds })] as const),
  )

  const heard = (peripheral: PeripheralName, says: StateSays): void => {
    if (shown.get(peripheral)?.hear(says) === true) for (const listener of changeListeners) listener()
    for (const listener of stateListeners) listener(peripheral, says)
  }

  const said = (peripheral: PeripheralName, what: PeripheralSays): void | Promise<void> => {
    switch (what.is) {
      case 'scanned':
        return scans.tell({ peripheral, bytes: what.bytes, via: what.via })
      case 'scan-dropped':
        world.log.warn({ peripheral, bytes: what.bytes }, what.sentence)
        return
      case 'captured':
      case 'capture-ended':
      case 'capture-lost':
        return captures.tell({ peripheral, what })
      case 'print-ended':
        return jobs.ended(peripheral, what)
      default:
        return heard(peripheral, what)
    }
  }

  const usable = configs.filter(config => {
    try {
      checkPeripheral(config, kinds)
      return true
    } catch (error) {
      const { code, sentence } = describeError(error)
      heard(config.peripheral, { is: 'gone', code, sentence })
      return false
    }
  })
  const host = usable.length === 0 ? null : superviseHost({ world, launch, spool, peripherals: usable, said })
  const isUsable = (peripheral: PeripheralName) =>
    host !== null && usable.some(config => config.peripheral === peripheral)

  return {
    states: () => [...shown.values()].map(each => each.state()),
    onChange(listener) {
      changeListeners.add(listener)
      return () => void changeListeners.delete(listener)
    },
    onSays(listener) {
      stateListeners.add(listener)
      return () => void stateListeners.delete(listener)
    },
    onScan: scans.add,
    onCapture: captures.add,
    print(peripheral, job, bytes) {
      const state = shown.get(peripheral)?.state()
      if (state === undefined || !isUsable(peripheral)) {
        const sentence = state?.sentence ?? peripheralUnknown({ peripheral }).message
        return Promise.resolve({ outcome: 'failed', sentence })
      }
      return jobs.begin(peripheral, job, () => host?.order(peripheral, { is: 'print', job, bytes }))
    },
    askConditions(peripheral) {
      if (isUsable(peripheral)) host?.order(peripheral, { is: 'ask-conditions' })
    },
    async [Symbol.asyncDispose]() {
      await host?.[Symbol.asyncDispose]()
      jobs.endAll({ outcome: 'maybe', sentence: 'The agent was stopped while this was being printed.' })
      for (const each of shown.values()) each.close()
    },
  }
}

/** What the till shows of one peripheral, and its changes as events. */
function showPeripheral(
  { peripheral, kind }: PeripheralConfig,
  parts: Pick<PeripheralsParts, 'world' | 'record'> & { readonly kinds: readonly AnyPeripheralKind[] },
) {
  const what = parts.kinds.find(each => each.kind === kind)?.what ?? whatByName(kind)
  const reporter = tellStates(parts.world, parts.record)
  let memory: PeripheralMemory = nothingSaid
  const state = () => stateOf(peripheral, what, memory)
  return {
    state,
    /** @returns whether its state has become another */
    hear(says: StateSays): boolean {
      const before = JSON.stringify(state())
      memory = remembered(memory, says, what)
      const now = state()
      reporter.changed(now)
      return JSON.stringify(now) !== before
    },
    close: () => reporter.close(),
  }
}

/** Print jobs that are at the device host, and who waits for their end. */
function openPrintJobs() {
  const waiting = new Map<string, (end: PrintEnd) => void>()
  const keyOf = (peripheral: PeripheralName, job: string) => `${peripheral} ${job}`
  return {
    /** Resolves with the end of the job. @param order sends it to the device host */
    begin(peripheral: PeripheralName, job: string, order: () => void): Promise<PrintEnd> {
      const key = keyOf(peripheral, job)
      if (waiting.has(key))
        return Promise.resolve({ outcome: 'failed', sentence: `The job ${job} is being printed already.` })
      return new Promise(resolve => {
        waiting.set(key, end => {
          waiting.delete(key)
          resolve(end)
        })
        order()
      })
    },
    ended(peripheral: PeripheralName, { job, outcome, sentence }: PrintEnd & { readonly job: string }): void {
      waiting.get(keyOf(peripheral, job))?.({ outcome, sentence })
    },
    endAll(end: PrintEnd): void {
      for (const resolve of [...waiting.values()]) resolve(end)
    },
  }
}

/** For a kind that this version does not know: its event must still say what it is. */
const whatByName = (kind: string) =>
  kind.includes('path') ? 'print-path' : kind.includes('printer') ? 'printer' : 'scanner'

/** What is told before there is a first handler waits for it, unconfirmed to the host and so bounded there. */
function handlerList<Of>() {
  const handlers = new Set<Handler<Of>>()
  const first = Promise.withResolvers<void>()
  return {
    add(handler: Handler<Of>): Cancel {
      handlers.add(handler)
      first.resolve()
      return () => void handlers.delete(handler)
    },
    async tell(of: Of): Promise<void> {
      await first.promise
      const ended = await Promise.allSettled([...handlers].map(async handler => handler(of)))
      const failed = ended.find(each => each.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
