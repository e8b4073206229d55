import { z } from 'zod'
import type { PeripheralConfig } from '../../agent/peripherals/configured.ts'
import { type AnyPeripheralKind, definePeripheral } from '../../agent/peripherals/driver.ts'
import { forkHost } from '../../agent/peripherals/host/fork-host.ts'
import type { HostLink } from '../../agent/peripherals/host/host-link.ts'
import { peripheralKinds } from '../../agent/peripherals/index.ts'
import { type Peripherals, startPeripherals } from '../../agent/peripherals/peripherals.ts'
import type { PeripheralChanged } from '../../shared/events.ts'
import { PeripheralName } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import { eventually } from './eventually.ts'

const entry = new URL('./test-host.child.ts', import.meta.url)

/** Twice what a host may leave unanswered, since its last words may still be on their way. */
const MOST_BEATS = 20

/** Kinds of test-host.child.ts, as far as the agent's side looks at them. */
const testKinds: readonly AnyPeripheralKind[] = [
  ...peripheralKinds,
  ...(
    [
      ['trouble', 'printer'],
      ['fountain', 'print-path'],
    ] as const
  ).map(([kind, what]) =>
    definePeripheral({
      kind,
      what,
      settings: z.unknown(),
      open: () => ({ take() {}, close: async () => {} }),
    }),
  ),
]

export const peripheralName = (name: string) => PeripheralName.parse(name)
export const peripheralConfig = (peripheral: string, kind: string, settings: unknown): PeripheralConfig => ({
  peripheral: peripheralName(peripheral),
  kind,
  settings,
})

/**
 * The agent's side of peripherals over a real child process, and what it was told. The agent's clock moves only when a
 * test moves it, so that no host is killed for the slowness of a busy machine and no test waits for a back-off.
 */
export interface RealTill extends AsyncDisposable {
  readonly peripherals: Peripherals
  readonly events: PeripheralChanged[]
  readonly scans: string[]
  readonly pids: number[]
  killHost(signal: NodeJS.Signals): void
  /** Moves the agent's clock on by the time that two reports of one peripheral are apart. */
  nextReport(): Promise<void>
  /** Moves the agent's clock on by the shortest wait before a host is started again. */
  hostRestarts(): Promise<void>
  /** Moves the agent's clock on, a beat at a time, until the agent gives up on a host that does not answer. */
  hostStaysSilent(): Promise<void>
  is(peripheral: string, connected: boolean): Promise<void>
  scanned(text: string): Promise<void>
}

export function realTill(
  configs: readonly PeripheralConfig[],
  options: { readScans?: boolean } = {},
): RealTill {
  const world = manualWorld()
  const events: PeripheralChanged[] = []
  const scans: string[] = []
  const pids: number[] = []
  let link: (HostLink & { readonly pid: number }) | null = null
  const peripherals = startPeripherals(configs, {
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
    peripherals.onScan(({ bytes }) => void scans.push(new TextDecoder('latin1').decode(bytes)))
  const state = (peripheral: string) => peripherals.states().find(each => each.peripheral === peripheral)
  return {
    peripherals,
    events,
    scans,
    pids,
    killHost(signal) {
      const pid = pids.at(-1)
      if (pid !== undefined) process.kill(pid, signal)
    },
    hostRestarts: () => world.advance(1_000),
    nextReport: () => world.advance(2_000),
    async hostStaysSilent() {
      for (let beat = 0; beat < MOST_BEATS; beat += 1) {
        if (peripherals.states().every(({ connected }) => !connected)) return
        await world.advance(1_000)
      }
      throw new Error('the agent never gave up on the host')
    },
    is: (peripheral, connected) =>
      eventually(
        `${peripheral} ${connected ? 'connected' : 'gone'}`,
        () => state(peripheral)?.connected === connected,
      ),
    scanned: text => eventually(`the scan ${text}`, () => scans.includes(text)),
    [Symbol.asyncDispose]: () => peripherals[Symbol.asyncDispose](),
  }
}
