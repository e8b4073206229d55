import { defineError, describeError } from '../../../shared/errors.ts'
import type { PeripheralName } from '../../../shared/ids.ts'
import { firstIssue } from '../../../shared/protocol.ts'
import type { Clock, Timers } from '../../../shared/world.ts'
import type { OpenChannels } from '../channel.ts'
import { type ConfiguredPeripheral, configuredPeripheral, type PeripheralConfig } from '../configured.ts'
import type { AnyPeripheralKind, PeripheralOrder } from '../driver.ts'
import { findHardware, type Hardware } from '../find.ts'
import type { SpoolFiles } from '../spool/spool-files.ts'
import { type GuardedPeripheral, guardPeripheral } from './guarded-driver.ts'
import { type HostSpool, openHostSpool } from './host-spool.ts'
import { openOutbox } from './outbox.ts'
import { type FromHost, MAX_SENTENCE, ToHost } from './protocol.ts'

export const hostMessageInvalid = defineError(
  'HOST_MESSAGE_INVALID',
  (f: { from: 'agent' | 'device host'; why: string }) =>
    `A message from the ${f.from} can't be read and was skipped (${f.why}). The agent and its device host have different versions: reinstall the agent.`,
)
export const peripheralUnknown = defineError(
  'PERIPHERAL_NOT_SET_UP',
  (f: { peripheral: string }) =>
    `There is no peripheral named ${f.peripheral} here. Add it to agent.json, or name another.`,
)

export interface HostParts {
  readonly kinds: readonly AnyPeripheralKind[]
  readonly clock: Clock
  readonly timers: Timers
  readonly channels: OpenChannels
  readonly hardware: Hardware
  openSpoolFiles(folder: string): SpoolFiles
  /** 32 hexadecimal digits by chance. */
  drawId(): string
  send(message: FromHost): void
  /** All peripherals are closed; nothing more is to do. */
  ended(): void
}

export interface Host {
  /** A message of the agent, as it came. */
  take(message: unknown): void
  /** An uncaught error. */
  fault(error: unknown): void
  /** Resolves within two seconds, whatever the hardware does. */
  close(): Promise<void>
}

/** The device host's logic: opens the peripherals that it is told of, each apart from the others' errors. */
export function openHost(parts: HostParts): Host {
  const outbox = openOutbox(parts.send)
  const peripherals = new Map<PeripheralName, GuardedPeripheral>()
  let spool: HostSpool | null = null
  let isClosed = false

  const openPeripheral = (config: PeripheralConfig): void => {
    const { peripheral } = config
    let configured: ConfiguredPeripheral
    try {
      configured = configuredPeripheral(config, parts.kinds)
    } catch (error) {
      const { code, sentence } = describeError(error)
      outbox.say(peripheral, { is: 'gone', code, sentence: sentence.slice(0, MAX_SENTENCE) })
      return
    }
    const keeping = configured.kind.what === 'print-path' ? spool : null
    keeping?.prepare(peripheral)
    peripherals.set(
      peripheral,
      guardPeripheral(configured, {
        clock: parts.clock,
        timers: parts.timers,
        channels: parts.channels,
        ...(keeping === null ? {} : { beginPrint: () => keeping.begin(peripheral) }),
        say: what => outbox.say(peripheral, what),
      }),
    )
  }

  const order = (peripheral: PeripheralName, what: PeripheralOrder): void => {
    const found = peripherals.get(peripheral)
    if (found !== undefined) found.take(what)
    else if (what.is === 'print')
      outbox.say(peripheral, {
        is: 'print-ended',
        job: what.job,
        outcome: 'failed',
        sentence: peripheralUnknown({ peripheral }).message,
      })
  }

  const close = async (): Promise<void> => {
    isClosed = true
    await Promise.all([...peripherals.values()].map(peripheral => peripheral.close()))
    peripherals.clear()
    await spool?.flush()
  }

  const handle = (message: ToHost): void => {
    switch (message.is) {
      case 'configure':
        if (peripherals.size > 0 || isClosed) return
        if (message.spool !== undefined && spool === null)
          spool = openHostSpool(message.spool, { ...parts, openFiles: parts.openSpoolFiles, outbox })
        message.peripherals.forEach(openPeripheral)
        return
      case 'order':
        order(message.peripheral, message.order)
        return
      case 'took':
        outbox.took(message.n, message.unkept !== true)
        return
      case 'ping':
        parts.send({ is: 'pong' })
        return
      case 'find':
        void findHardware(parts.hardware, parts.timers).then(found => parts.send({ is: 'found', found }))
        return
      case 'close':
        void close().then(parts.ended)
        return
    }
  }

  const fault = (error: unknown): void => {
    const { code, sentence } = describeError(error)
    parts.send({ is: 'fault', code, sentence: sentence.slice(0, MAX_SENTENCE) })
  }

  return {
    take(raw) {
      const message = ToHost.safeParse(raw)
      if (message.success) handle(message.data)
      else fault(hostMessageInvalid({ from: 'agent', why: firstIssue(message.error) }))
    },
    fault,
    close,
  }
}
