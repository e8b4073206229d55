import { defineError } from '../../shared/errors.ts'
import { closeCodes, type Hello, type Status } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { deviceQuarantined, deviceRevoked } from './authenticate.ts'
import type { Quarantines } from './quarantines.ts'
import type { Session } from './session.ts'

export const sessionReplaced = defineError(
  'SESSION_REPLACED',
  (f: { device: string }) => `Device ${f.device} has opened a newer connection.`,
)

/** How long an older session may take to show that it lives, before it is held for half open. */
const PROBE_MS = 3_000

/** What the hub knows of a connected device at this moment. */
export interface LiveDevice {
  readonly connectedAt: number
  readonly status: Status | null
  readonly offsetMs: number | null
}

/** The authenticated sessions: one a device. */
export interface LiveSessions {
  /**
   * One session a device: a reconnection replaces its older self; two that both answer are two copies of one disk.
   * @throws DEVICE_QUARANTINED for such a copy, and for a device that was stopped while the database took no writes
   */
  admit(session: Session, device: DeviceRow, hello: Hello): Promise<void>
  /** @returns whether it was its device's session, and not one that was replaced */
  remove(session: Session, device: DeviceRow): boolean
  /** Ends the session of a device that may no longer connect. */
  drop(device: { readonly device: string; readonly state: DeviceRow['state']; readonly why: string }): void
  /** The named devices have commands to receive. */
  wake(devices: Iterable<string>): void
  /** @param store a store's code; null: every store */
  wakeStore(store: string | null): void
  size(): number
  view(): ReadonlyMap<string, LiveDevice>
}

interface Entry {
  readonly session: Session
  readonly device: DeviceRow
  readonly connectedAt: number
}

export function openLiveSessions(parts: {
  world: Pick<World, 'clock'>
  quarantines: Pick<Quarantines, 'begin' | 'unwritten'>
}): LiveSessions {
  const entries = new Map<string, Entry>()

  async function replace(older: Entry, newer: Session, hello: Hello): Promise<void> {
    const { session, device } = older
    const isCopy = session.instance() !== hello.instance && (await session.answers(PROBE_MS))
    if (!isCopy) return session.refuse(sessionReplaced({ device: device.device }), closeCodes.replaced)
    const reason = `two copies of it are connected at the same time (${session.describe()}; ${newer.describe()}). Its disk was probably cloned. Keep the PC that belongs at this till; on the other, stop the agent and enrol it as a till of its own.`
    parts.quarantines.begin(device, reason)
    const error = deviceQuarantined({ device: device.device, reason })
    session.refuse(error, closeCodes.quarantined)
    throw error
  }

  return {
    async admit(session, device, hello) {
      const reason = parts.quarantines.unwritten(device.device)
      if (reason !== null) throw deviceQuarantined({ device: device.device, reason })
      const older = entries.get(device.device)
      if (older !== undefined) await replace(older, session, hello)
      entries.set(device.device, { session, device, connectedAt: parts.world.clock.now() })
    },
    remove(session, { device }) {
      return entries.get(device)?.session === session && entries.delete(device)
    },
    drop({ device, state, why }) {
      const error =
        state === 'revoked' ? deviceRevoked({ device }) : deviceQuarantined({ device, reason: why })
      entries.get(device)?.session.refuse(error, closeCodes.quarantined)
    },
    wake(devices) {
      for (const device of devices) entries.get(device)?.session.commandsAppended()
    },
    wakeStore(store) {
      for (const { session, device } of entries.values())
        if (store === null || device.store === store) session.commandsAppended()
    },
    size: () => entries.size,
    view() {
      return new Map(
        [...entries].map(([device, { session, connectedAt }]): [string, LiveDevice] => {
          const last = session.status()
          return [device, { connectedAt, status: last?.status ?? null, offsetMs: last?.offsetMs ?? null }]
        }),
      )
    },
  }
}
