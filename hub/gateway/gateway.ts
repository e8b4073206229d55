import { defineError, TillbridgeError } from '../../shared/errors.ts'
import { closeCodes, type Hello, type Status } from '../../shared/protocol.ts'
import type { Position } from '../../shared/stream/log.ts'
import type { Wire, World } from '../../shared/world.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import { noteReport, problemsIn } from '../checks/till-report.ts'
import { type Db, transaction } from '../db/db.ts'
import { applyEvents } from '../effects/index.ts'
import type { Signals } from '../signals.ts'
import { beginRecovery } from '../stock/recovery.ts'
import { quarantineDevice } from '../streams/device-quarantine.ts'
import type { DeviceRow } from './authenticate.ts'
import { deviceQuarantined, deviceRevoked } from './authenticate.ts'
import { type Session, serveSession } from './session.ts'

export const tooManyConnections = defineError(
  'TOO_MANY_CONNECTIONS',
  (f: { address: string }) =>
    `Too many unauthenticated connections from ${f.address}. The agent tries again later by itself.`,
)
export const sessionReplaced = defineError(
  'SESSION_REPLACED',
  (f: { device: string }) => `Device ${f.device} has opened a newer connection.`,
)

const UNAUTHENTICATED_PER_ADDRESS = 20
/** How long an older session may take to show that it lives, before it is held for half open. */
const PROBE_MS = 3_000

/** How long a restored till is shown to IT. */
const RESTORED_SHOWN_MS = 24 * 3_600_000

/** How often live sessions are compared with their devices' rights. */
const RIGHTS_CHECK_MS = 15_000

/** What the hub knows of a connected device at this moment. */
export interface LiveDevice {
  readonly connectedAt: number
  readonly status: Status | null
  readonly offsetMs: number | null
}

export interface Gateway {
  /** Takes a new connection. @param address the peer's, for admission limits */
  accept(wire: Wire, address: string): void
  live(): ReadonlyMap<string, LiveDevice>
  [Symbol.asyncDispose](): Promise<void>
}

/** The devices' door: one live session a device, everything else refused with a reason. */
export function openGateway(parts: { world: World; db: Db; hub: string; signals: Signals }): Gateway {
  const { world, db, hub, signals } = parts
  const sessions = new Map<string, { session: Session; device: DeviceRow; connectedAt: number }>()
  const waiting = new Map<string, number>()
  const all = new Set<Session>()
  /** Devices whose restoration was noticed in the handshake under way; the next clean one closes its exception. */
  const restoring = new Set<string>()
  const pending = new Set<Promise<void>>()
  /** What each device's last report named, as this process has noted it. */
  const judged = new Map<string, string>()

  /** Work that a session's end leaves behind; the gateway waits for it before the database closes. */
  function background(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) =>
        world.log.error({ error }, 'the gateway could not note what happened to a device'),
      )
      .finally(() => pending.delete(tracked))
    pending.add(tracked)
  }

  /** One session a device: a reconnection replaces its older self; two that both answer are two copies of one disk. */
  async function admit(session: Session, device: DeviceRow, hello: Hello): Promise<void> {
    const older = sessions.get(device.device)
    if (older !== undefined) {
      const copies = older.session.instance() !== hello.instance && (await older.session.answers(PROBE_MS))
      if (copies) {
        const reason = 'two copies of it are connected at the same time. Its disk was probably cloned.'
        await quarantineDevice(db, device, reason, world.clock.now())
        const error = deviceQuarantined({ device: device.device, reason })
        older.session.refuse(error, closeCodes.quarantined)
        throw error
      }
      older.session.refuse(sessionReplaced({ device: device.device }), closeCodes.replaced)
    }
    sessions.set(device.device, { session, device, connectedAt: world.clock.now() })
  }

  async function hubIsBehind(device: DeviceRow, missing: number, acked: Position): Promise<void> {
    restoring.add(device.device)
    const problem = {
      code: 'hub-behind',
      subject: device.device,
      store: device.store,
      fields: { missing, till: device.till },
      evidence: { missing },
    } as const
    await transaction(db, async tx => {
      await beginRecovery(tx, device, acked, world.clock.now())
      await openException(tx, problem, world.clock.now())
    })
  }

  /** Names what a till reports of itself; the database is asked only when that differs from its last report. */
  function judge(device: DeviceRow, status: Status): void {
    const problems = problemsIn(device, status)
    const key = problems.map(({ code, subject }) => `${code} ${subject}`).join('\n')
    if (judged.get(device.device) === key) return
    judged.set(device.device, key)
    background(
      noteReport(db, device.device, problems, world.clock.now()).catch((error: unknown) => {
        judged.delete(device.device) // the next report tries again
        throw error
      }),
    )
  }

  async function noteOpened(device: DeviceRow, hello: Hello): Promise<void> {
    const now = world.clock.now()
    const restored = restoring.delete(device.device)
    await transaction(db, async tx => {
      await tx
        .updateTable('device')
        .set({
          connected_at: now,
          last_seen_at: now,
          version: hello.version,
          clock_offset_ms: hello.clock - now,
        })
        .where('device', '=', device.device)
        .execute()
      if (restored) return
      await closeException(tx, 'hub-behind', device.device, now)
      await closeException(tx, 'till-restored', device.device, now, { quietForMs: RESTORED_SHOWN_MS })
    })
  }

  async function noteEnded(device: DeviceRow, session: Session): Promise<void> {
    const now = world.clock.now()
    const last = session.status()
    await transaction(db, async tx => {
      await tx
        .updateTable('device')
        .set({ disconnected_at: now, last_seen_at: now })
        .where('device', '=', device.device)
        .execute()
      if (last === null) return
      const { unsent, oldestUnsentAt, sources } = last.status
      await tx
        .updateTable('device')
        .set({
          unsent,
          oldest_unsent_at: oldestUnsentAt,
          sources_json: JSON.stringify(sources),
          clock_offset_ms: last.offsetMs,
        })
        .where('device', '=', device.device)
        .execute()
    })
  }

  /** A device revoked by another process or node is out within this round, well under a minute. */
  async function dropWithoutRight(): Promise<void> {
    const out = await db
      .selectFrom('device')
      .select(['device', 'state', 'state_reason'])
      .where('state', '<>', 'active')
      .execute()
    for (const { device, state, state_reason } of out) {
      const error =
        state === 'revoked'
          ? deviceRevoked({ device })
          : deviceQuarantined({ device, reason: state_reason ?? '' })
      sessions.get(device)?.session.refuse(error, closeCodes.quarantined)
    }
  }
  /** Wakes the sessions whose devices have commands to receive: another process or node may have written them. */
  async function wakeBehind(): Promise<void> {
    const behind = await db
      .selectFrom('stream_out')
      .select('device')
      .where(e => e.or([e('seq', '>', e.ref('acked_seq')), e('epoch', '>', e.ref('acked_epoch'))]))
      .execute()
    for (const { device } of behind) sessions.get(device)?.session.commandsAppended()
  }
  let stopRounds = world.timers.after(RIGHTS_CHECK_MS, checkRights)
  function checkRights(): void {
    if (sessions.size > 0) {
      background(dropWithoutRight())
      background(wakeBehind())
    }
    stopRounds = world.timers.after(RIGHTS_CHECK_MS, checkRights)
  }

  const forget = signals.on('commands', store => {
    for (const { session, device } of sessions.values())
      if (device.store === store || store === '') session.commandsAppended()
  })

  return {
    accept(wire, address) {
      const count = waiting.get(address) ?? 0
      if (count >= UNAUTHENTICATED_PER_ADDRESS) {
        wire.close(closeCodes.tooMany, tooManyConnections.code)
        world.timers.after(1_000, wire.terminate)
        return
      }
      waiting.set(address, count + 1)
      let counted = true
      const admitted = () => {
        if (!counted) return
        counted = false
        const left = (waiting.get(address) ?? 1) - 1
        if (left === 0) waiting.delete(address)
        else waiting.set(address, left)
      }
      const session = serveSession(wire, {
        world,
        db,
        hub,
        apply: applyEvents,
        signals,
        admit,
        hubIsBehind,
        opened(_session, device, hello) {
          admitted()
          background(noteOpened(device, hello).then(() => signals.say('now', device.store)))
        },
        reported(device, status, isNews) {
          if (isNews) signals.say('now', device.store)
          judge(device, status)
        },
        forked: (device, reason) =>
          quarantineDevice(db, device, reason, world.clock.now()).then(() =>
            signals.say('now', device.store),
          ),
        ended(ended, device) {
          admitted()
          all.delete(ended)
          if (device === null) return
          if (sessions.get(device.device)?.session === ended) {
            sessions.delete(device.device)
            background(noteEnded(device, ended).then(() => signals.say('now', device.store)))
          }
        },
      })
      all.add(session)
    },
    live() {
      return new Map(
        [...sessions].map(([device, { session, connectedAt }]): [string, LiveDevice] => {
          const last = session.status()
          return [device, { connectedAt, status: last?.status ?? null, offsetMs: last?.offsetMs ?? null }]
        }),
      )
    },
    async [Symbol.asyncDispose]() {
      forget()
      stopRounds()
      for (const session of all)
        session.end(new TillbridgeError('HUB_STOPS', 'The hub stops; it will be back.', {}))
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
