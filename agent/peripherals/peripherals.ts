import { describeError } from '../../shared/errors.ts'
import type { PeripheralChanged } from '../../shared/events.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { PeripheralConfig } from './configured.ts'
import type { AnyPeripheralKind, PeripheralSays } from './driver.ts'
import { peripheralUnknown } from './host/host.ts'
import type { LaunchHost } from './host/host-link.ts'
import { superviseHost } from './host/supervisor.ts'
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
export interface ScanDropped {
  readonly peripheral: PeripheralName
  readonly bytes: number
  readonly sentence: string
}
export interface Capture {
  readonly peripheral: PeripheralName
  readonly what: Extract<PeripheralSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>
}
export type PrintEnd = Omit<Extract<PeripheralSays, { is: 'print-ended' }>, 'is' | 'job'>

/** What a peripheral said is the handler's once its promise resolves; until then the device host counts it as unsent. */
export type Handler<Of> = (of: Of) => void | Promise<void>

export interface Peripherals extends AsyncDisposable {
  states(): readonly PeripheralState[]
  onChange(listener: () => void): Cancel
  /** Called in the order of the scans, without waiting for the one before. Scans wait for the first handler. */
  onScan(handler: Handler<Scan>): Cancel
  onScanDropped(handler: Handler<ScanDropped>): Cancel
  /** As `onScan`. Slow handlers hold no printer up: beyond 4 MiB untaken, bytes are lost and `capture-lost` says so. */
  onCapture(handler: Handler<Capture>): Cancel
  /** Never rejects. `maybe`: the device host or the line was lost in the middle. */
  print(peripheral: PeripheralName, job: string, bytes: Uint8Array): Promise<PrintEnd>
  askConditions(peripheral: PeripheralName): void
}

export interface PeripheralsParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly launch: LaunchHost
  /** Takes `peripheral.changed` into the journal. */
  record(events: readonly PeripheralChanged[]): unknown
  /** Kinds other than those of index.ts, for tests. */
  readonly kinds?: readonly AnyPeripheralKind[]
}

/** The agent's side of its scanners and printers. Without peripherals no host is started. */
export function startPeripherals(configs: readonly PeripheralConfig[], parts: PeripheralsParts): Peripherals {
  const { world, launch, record, kinds = peripheralKinds } = parts
  const scans = handlerList<Scan>('waits')
  const scansDropped = handlerList<ScanDropped>('tells nobody')
  const captures = handlerList<Capture>('waits')
  const listeners = new Set<() => void>()
  const printing = new Map<string, (end: PrintEnd) => void>()
  const shown = new Map(configs.map(config => [config.peripheral, shownPeripheral(config, parts)] as const))

  const update = (peripheral: PeripheralName, what: PeripheralSays): void => {
    if (shown.get(peripheral)?.says(what) === true) for (const listener of listeners) listener()
  }

  const said = (peripheral: PeripheralName, what: PeripheralSays): void | Promise<void> => {
    switch (what.is) {
      case 'scanned':
        return scans.tell({ peripheral, bytes: what.bytes, via: what.via })
      case 'scan-dropped':
        world.log.warn({ peripheral, bytes: what.bytes }, what.sentence)
        return scansDropped.tell({ peripheral, bytes: what.bytes, sentence: what.sentence })
      case 'captured':
      case 'capture-ended':
      case 'capture-lost':
        return captures.tell({ peripheral, what })
      case 'print-ended': {
        const { outcome, sentence } = what
        printing.get(printKey(peripheral, what.job))?.({ outcome, sentence })
        return
      }
      default:
        return update(peripheral, what)
    }
  }

  const usable = configs.filter(config => {
    try {
      checkPeripheral(config, kinds)
      return true
    } catch (error) {
      const { code, sentence } = describeError(error)
      update(config.peripheral, { is: 'gone', code, sentence })
      return false
    }
  })
  const host = usable.length === 0 ? null : superviseHost({ world, launch, peripherals: usable, said })
  const isUsable = (peripheral: PeripheralName) =>
    host !== null && usable.some(config => config.peripheral === peripheral)

  return {
    states: () => [...shown.values()].map(each => each.state()),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onScan: scans.add,
    onScanDropped: scansDropped.add,
    onCapture: captures.add,
    print(peripheral, job, bytes) {
      const state = shown.get(peripheral)?.state()
      if (state === undefined || !isUsable(peripheral)) {
        const sentence = state?.sentence ?? peripheralUnknown({ peripheral }).message
        return Promise.resolve({ outcome: 'failed', sentence })
      }
      const key = printKey(peripheral, job)
      if (printing.has(key))
        return Promise.resolve({ outcome: 'failed', sentence: `The job ${job} is being printed already.` })
      return new Promise(resolve => {
        printing.set(key, end => {
          printing.delete(key)
          resolve(end)
        })
        host?.order(peripheral, { is: 'print', job, bytes })
      })
    },
    askConditions(peripheral) {
      if (isUsable(peripheral)) host?.order(peripheral, { is: 'ask-conditions' })
    },
    async [Symbol.asyncDispose]() {
      await host?.[Symbol.asyncDispose]()
      for (const end of [...printing.values()])
        end({ outcome: 'maybe', sentence: 'The agent was stopped while this was being printed.' })
      for (const each of shown.values()) each.close()
    },
  }

  function shownPeripheral({ peripheral, kind }: PeripheralConfig, { world: of }: PeripheralsParts) {
    const what = kinds.find(each => each.kind === kind)?.what ?? whatByName(kind)
    const teller = tellStates(of, record)
    let memory: PeripheralMemory = nothingSaid
    return {
      state: () => stateOf(peripheral, what, memory),
      /** @returns whether the state is another than before */
      says(saying: PeripheralSays): boolean {
        const before = JSON.stringify(stateOf(peripheral, what, memory))
        memory = remembered(memory, saying)
        const state = stateOf(peripheral, what, memory)
        teller.changed(state)
        return JSON.stringify(state) !== before
      },
      close: () => teller.close(),
    }
  }
}

const printKey = (peripheral: PeripheralName, job: string) => `${peripheral} ${job}`

/** For a kind that this version does not know: its event must still say what it is. */
const whatByName = (kind: string) =>
  kind.includes('path') ? 'print-path' : kind.includes('printer') ? 'printer' : 'scanner'

/** @param whileEmpty before there is a first handler; who waits is not confirmed to the host, and so bounded there */
function handlerList<Of>(whileEmpty: 'waits' | 'tells nobody') {
  const handlers = new Set<Handler<Of>>()
  const first = Promise.withResolvers<void>()
  return {
    add(handler: Handler<Of>): Cancel {
      handlers.add(handler)
      first.resolve()
      return () => void handlers.delete(handler)
    },
    async tell(of: Of): Promise<void> {
      if (whileEmpty === 'waits') await first.promise
      const ended = await Promise.allSettled([...handlers].map(async handler => handler(of)))
      const failed = ended.find(each => each.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
