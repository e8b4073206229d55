import { describeError } from '../../shared/errors.ts'
import type { DeviceChanged } from '../../shared/events.ts'
import type { DeviceName } from '../../shared/ids.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { configuredDevice, type DeviceConfig } from './configured.ts'
import type { AnyDeviceKind, DeviceSays } from './driver.ts'
import { deviceUnknown } from './host/host.ts'
import type { LaunchHost } from './host/host-link.ts'
import { superviseHost } from './host/supervisor.ts'
import { deviceKinds } from './index.ts'
import { type DeviceMemory, type DeviceState, nothingSaid, remembered, stateOf } from './peripheral-state.ts'
import { tellStates } from './state-reporter.ts'

/** One whole scan as the scanner sent it, without prefix and suffix; an AIM identifier comes first if there is one. */
export interface Scan {
  readonly device: DeviceName
  readonly bytes: Uint8Array
  readonly via: 'serial' | 'hid' | 'tee'
}
export interface ScanDropped {
  readonly device: DeviceName
  readonly bytes: number
  readonly sentence: string
}
export interface Capture {
  readonly device: DeviceName
  readonly what: Extract<DeviceSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>
}
export type PrintEnd = Omit<Extract<DeviceSays, { is: 'print-ended' }>, 'is' | 'job'>

/** What a device said is the handler's once its promise resolves; until then the device host counts it as unsent. */
export type Handler<Of> = (of: Of) => void | Promise<void>

export interface Devices extends AsyncDisposable {
  states(): readonly DeviceState[]
  onChange(listener: () => void): Cancel
  /** Called in the order of the scans, without waiting for the one before. Scans wait for the first handler. */
  onScan(handler: Handler<Scan>): Cancel
  onScanDropped(handler: Handler<ScanDropped>): Cancel
  /** As `onScan`. Slow handlers hold no printer up: beyond 4 MiB untaken, bytes are lost and `capture-lost` says so. */
  onCapture(handler: Handler<Capture>): Cancel
  /** Never rejects. `maybe`: the device host or the line was lost in the middle. */
  print(device: DeviceName, job: string, bytes: Uint8Array): Promise<PrintEnd>
  askConditions(device: DeviceName): void
}

export interface DevicesParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly launch: LaunchHost
  /** Takes `device.changed` into the journal. */
  record(events: readonly DeviceChanged[]): unknown
  /** Kinds other than those of index.ts, for tests. */
  readonly kinds?: readonly AnyDeviceKind[]
}

/** The agent's side of its scanners and printers. Without devices no host is started. */
export function startDevices(configs: readonly DeviceConfig[], parts: DevicesParts): Devices {
  const { world, launch, record, kinds = deviceKinds } = parts
  const scans = handlerList<Scan>('waits')
  const scansDropped = handlerList<ScanDropped>('tells nobody')
  const captures = handlerList<Capture>('waits')
  const listeners = new Set<() => void>()
  const printing = new Map<string, (end: PrintEnd) => void>()
  const shown = new Map(configs.map(config => [config.device, shownDevice(config, parts)] as const))

  const update = (device: DeviceName, what: DeviceSays): void => {
    if (shown.get(device)?.says(what) === true) for (const listener of listeners) listener()
  }

  const said = (device: DeviceName, what: DeviceSays): void | Promise<void> => {
    switch (what.is) {
      case 'scanned':
        return scans.tell({ device, bytes: what.bytes, via: what.via })
      case 'scan-dropped':
        world.log.warn({ device, bytes: what.bytes }, what.sentence)
        return scansDropped.tell({ device, bytes: what.bytes, sentence: what.sentence })
      case 'captured':
      case 'capture-ended':
      case 'capture-lost':
        return captures.tell({ device, what })
      case 'print-ended': {
        const { outcome, sentence } = what
        printing.get(printKey(device, what.job))?.({ outcome, sentence })
        return
      }
      default:
        return update(device, what)
    }
  }

  const usable = configs.filter(config => {
    try {
      configuredDevice(config, kinds)
      return true
    } catch (error) {
      const { code, sentence } = describeError(error)
      update(config.device, { is: 'gone', code, sentence })
      return false
    }
  })
  const host = usable.length === 0 ? null : superviseHost({ world, launch, devices: usable, said })
  const isUsable = (device: DeviceName) => host !== null && usable.some(config => config.device === device)

  return {
    states: () => [...shown.values()].map(each => each.state()),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onScan: scans.add,
    onScanDropped: scansDropped.add,
    onCapture: captures.add,
    print(device, job, bytes) {
      const state = shown.get(device)?.state()
      if (state === undefined || !isUsable(device)) {
        const sentence = state?.sentence ?? deviceUnknown({ device }).message
        return Promise.resolve({ outcome: 'failed', sentence })
      }
      const key = printKey(device, job)
      if (printing.has(key))
        return Promise.resolve({ outcome: 'failed', sentence: `The job ${job} is being printed already.` })
      return new Promise(resolve => {
        printing.set(key, end => {
          printing.delete(key)
          resolve(end)
        })
        host?.order(device, { is: 'print', job, bytes })
      })
    },
    askConditions(device) {
      if (isUsable(device)) host?.order(device, { is: 'ask-conditions' })
    },
    async [Symbol.asyncDispose]() {
      await host?.[Symbol.asyncDispose]()
      for (const end of [...printing.values()])
        end({ outcome: 'maybe', sentence: 'The agent was stopped while this was being printed.' })
      for (const each of shown.values()) each.close()
    },
  }

  function shownDevice({ device, kind }: DeviceConfig, { world: of }: DevicesParts) {
    const what = kinds.find(each => each.kind === kind)?.what ?? whatByName(kind)
    const teller = tellStates(of, record)
    let memory: DeviceMemory = nothingSaid
    return {
      state: () => stateOf(device, what, memory),
      /** @returns whether the state is another than before */
      says(saying: DeviceSays): boolean {
        const before = JSON.stringify(stateOf(device, what, memory))
        memory = remembered(memory, saying)
        const state = stateOf(device, what, memory)
        teller.changed(state)
        return JSON.stringify(state) !== before
      },
      close: () => teller.close(),
    }
  }
}

const printKey = (device: DeviceName, job: string) => `${device} ${job}`

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
