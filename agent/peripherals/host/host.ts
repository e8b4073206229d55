import { defineError, describeError } from '../../../shared/errors.ts'
import type { DeviceName } from '../../../shared/ids.ts'
import { firstIssue } from '../../../shared/protocol.ts'
import type { Clock, Timers } from '../../../shared/world.ts'
import type { OpenLines } from '../channel.ts'
import { type ConfiguredDevice, configuredDevice, type DeviceConfig } from '../configured.ts'
import type { AnyDeviceKind, DeviceOrder } from '../driver.ts'
import { findHardware, type Hardware } from '../find.ts'
import { type GuardedDevice, guardDevice } from './guarded-driver.ts'
import { openOutbox } from './outbox.ts'
import { type FromHost, MAX_SENTENCE, ToHost } from './protocol.ts'

export const hostMessageInvalid = defineError(
  'HOST_MESSAGE_INVALID',
  (f: { from: 'agent' | 'device host'; why: string }) =>
    `A message of the ${f.from} can't be read and was left out (${f.why}). Agent and device host are of different versions: install the agent anew.`,
)
export const deviceUnknown = defineError(
  'DEVICE_NOT_SET_UP',
  (f: { device: string }) =>
    `There is no device named ${f.device} here. Add it to agent.json, or name another.`,
)

export interface HostParts {
  readonly kinds: readonly AnyDeviceKind[]
  readonly clock: Clock
  readonly timers: Timers
  readonly lines: OpenLines
  readonly hardware: Hardware
  send(message: FromHost): void
  /** All devices are closed; nothing more is to do. */
  ended(): void
}

export interface Host {
  /** A message of the agent, as it came. */
  take(message: unknown): void
  /** An error that reached nobody. */
  fault(error: unknown): void
  /** Resolves within two seconds, whatever the hardware does. */
  close(): Promise<void>
}

/** The device host's logic: opens the devices that it is told of, each apart from the others' errors. */
export function openHost(parts: HostParts): Host {
  const outbox = openOutbox(parts.send)
  const devices = new Map<DeviceName, GuardedDevice>()
  let isClosed = false

  const openDevice = (config: DeviceConfig): void => {
    const { device } = config
    let configured: ConfiguredDevice
    try {
      configured = configuredDevice(config, parts.kinds)
    } catch (error) {
      const { code, sentence } = describeError(error)
      outbox.say(device, { is: 'gone', code, sentence: sentence.slice(0, MAX_SENTENCE) })
      return
    }
    devices.set(
      device,
      guardDevice(configured, {
        clock: parts.clock,
        timers: parts.timers,
        lines: parts.lines,
        say: what => outbox.say(device, what),
      }),
    )
  }

  const order = (device: DeviceName, what: DeviceOrder): void => {
    const found = devices.get(device)
    if (found !== undefined) found.take(what)
    else if (what.is === 'print')
      outbox.say(device, {
        is: 'print-ended',
        job: what.job,
        outcome: 'failed',
        sentence: deviceUnknown({ device }).message,
      })
  }

  const close = async (): Promise<void> => {
    isClosed = true
    await Promise.all([...devices.values()].map(device => device.close()))
    devices.clear()
  }

  const handle = (message: ToHost): void => {
    switch (message.is) {
      case 'configure':
        if (devices.size === 0 && !isClosed) message.devices.forEach(openDevice)
        return
      case 'order':
        order(message.device, message.order)
        return
      case 'took':
        outbox.took(message.n)
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
