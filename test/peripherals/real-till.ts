import { z } from 'zod'
import type { DeviceConfig } from '../../agent/peripherals/configured.ts'
import { type AnyDeviceKind, defineDevice } from '../../agent/peripherals/driver.ts'
import { forkHost } from '../../agent/peripherals/host/fork-host.ts'
import type { HostLink } from '../../agent/peripherals/host/host-link.ts'
import { deviceKinds } from '../../agent/peripherals/index.ts'
import { type Devices, startDevices } from '../../agent/peripherals/peripherals.ts'
import type { DeviceChanged } from '../../shared/events.ts'
import { DeviceName } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { eventually } from './eventually.ts'

const entry = new URL('./test-host.child.ts', import.meta.url)

/** Kinds of test-host.child.ts, as far as the agent's side looks at them. */
const testKinds: readonly AnyDeviceKind[] = [
  ...deviceKinds,
  ...(
    [
      ['trouble', 'printer'],
      ['fountain', 'print-path'],
    ] as const
  ).map(([kind, what]) =>
    defineDevice({ kind, what, settings: z.unknown(), open: () => ({ take() {}, close: async () => {} }) }),
  ),
]

export const deviceName = (name: string) => DeviceName.parse(name)
export const deviceConfig = (device: string, kind: string, settings: unknown): DeviceConfig => ({
  device: deviceName(device),
  kind,
  settings,
})

/** The agent's side of devices over a real child process, and what it was told. */
export interface RealTill extends AsyncDisposable {
  readonly devices: Devices
  readonly events: DeviceChanged[]
  readonly scans: string[]
  readonly pids: number[]
  killHost(signal: NodeJS.Signals): void
  is(device: string, connected: boolean): Promise<void>
  scanned(text: string): Promise<void>
}

export function realTill(configs: readonly DeviceConfig[], options: { readScans?: boolean } = {}): RealTill {
  const world = nodeWorld({ log: quietLog })
  const events: DeviceChanged[] = []
  const scans: string[] = []
  const pids: number[] = []
  let link: (HostLink & { readonly pid: number }) | null = null
  const devices = startDevices(configs, {
    world,
    kinds: testKinds,
    launch() {
      link = forkHost(entry)
      pids.push(link.pid)
      return link
    },
    record: told => void events.push(...told),
  })
  if (options.readScans !== false)
    devices.onScan(({ bytes }) => void scans.push(new TextDecoder('latin1').decode(bytes)))
  const state = (device: string) => devices.states().find(each => each.device === device)
  return {
    devices,
    events,
    scans,
    pids,
    killHost(signal) {
      const pid = pids.at(-1)
      if (pid !== undefined) process.kill(pid, signal)
    },
    is: (device, connected) =>
      eventually(
        `${device} ${connected ? 'connected' : 'gone'}`,
        () => state(device)?.connected === connected,
      ),
    scanned: text => eventually(`the scan ${text}`, () => scans.includes(text)),
    [Symbol.asyncDispose]: () => devices[Symbol.asyncDispose](),
  }
}
