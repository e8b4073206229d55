import type { Hello } from '../../shared/protocol.ts'
import type { Position } from '../../shared/stream/log.ts'
import type { World } from '../../shared/world.ts'
import { openException, reconcileExceptions } from '../checks/exceptions.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { beginRecovery } from '../stock/recovery.ts'
import type { DeviceRow } from './authenticate.ts'
import type { ReportedStatus } from './session.ts'

/** How long a restored till is shown to IT. */
const RESTORED_SHOWN_MS = 24 * 3_600_000
/** Comings and goings that share a transaction: after an outage all tills come at once. */
const NOTES_A_TRANSACTION = 100

/** What the database keeps of the devices' connections. */
export interface DeviceNotes {
  /** Resolves when it is written, as `ended` does. */
  opened(device: DeviceRow, hello: Hello): Promise<void>
  /** @param last the device's last status; null when it sent none */
  ended(device: DeviceRow, last: ReportedStatus | null): Promise<void>
  /** The hub was restored from a backup: it lacks records that it had acked. */
  hubIsBehind(device: DeviceRow, missing: number, acked: Position): Promise<void>
}

type Note =
  | { readonly kind: 'opened'; readonly device: DeviceRow; readonly hello: Hello; readonly at: number }
  | {
      readonly kind: 'ended'
      readonly device: DeviceRow
      readonly last: ReportedStatus | null
      readonly at: number
    }

export function openDeviceNotes(parts: { world: Pick<World, 'clock' | 'timers'>; db: Db }): DeviceNotes {
  const { world, db } = parts
  const waiting: Note[] = []
  let writing: Promise<void> | null = null
  /** Devices that told the hub of its restoration in the handshake under way; the next clean one closes the exception. */
  const restoring = new Set<string>()

  function note(one: Note): Promise<void> {
    waiting.push(one)
    writing ??= writeAll().finally(() => {
      writing = null
    })
    return writing
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise<void>(resolve => void world.timers.soon(resolve))
      const notes = waiting.splice(0, NOTES_A_TRANSACTION)
      const clean = notes.filter(({ kind, device }) => kind === 'opened' && !restoring.delete(device.device))
      await transaction(db, async tx => {
        for (const one of notes) await writeNote(tx, one)
        await closeRestored(
          tx,
          clean.map(({ device }) => device.device),
          world.clock.now(),
        )
      })
    }
  }

  return {
    opened: (device, hello) => note({ kind: 'opened', device, hello, at: world.clock.now() }),
    ended: (device, last) => note({ kind: 'ended', device, last, at: world.clock.now() }),
    async hubIsBehind(device, missing, acked) {
      restoring.add(device.device)
      const at = world.clock.now()
      const fields = { missing, till: device.till }
      await transaction(db, async tx => {
        await beginRecovery(tx, device, acked, at)
        await openException(
          tx,
          { code: 'hub-behind', subject: device.device, store: device.store, fields, evidence: { missing } },
          at,
        )
      })
    },
  }
}

async function writeNote(tx: Tx, note: Note): Promise<void> {
  await tx
    .updateTable('device')
    .set({ ...(note.kind === 'opened' ? openedFacts(note) : endedFacts(note)), last_seen_at: note.at })
    .where('device', '=', note.device.device)
    .execute()
}

function openedFacts({ hello, at }: Extract<Note, { kind: 'opened' }>) {
  return { connected_at: at, version: hello.version, clock_offset_ms: hello.clock - at }
}

function endedFacts({ last, at }: Extract<Note, { kind: 'ended' }>) {
  if (last === null) return { disconnected_at: at }
  const { unsent, oldestUnsentAt, sources } = last.status
  return {
    disconnected_at: at,
    unsent,
    oldest_unsent_at: oldestUnsentAt,
    sources_json: JSON.stringify(sources),
    clock_offset_ms: last.offsetMs,
  }
}

async function closeRestored(tx: Tx, devices: readonly string[], at: number): Promise<void> {
  if (devices.length === 0) return
  const scope = { subjects: devices }
  await reconcileExceptions(tx, { kind: 'hub-behind', scope, found: [], at, seen: 'still' })
  const quietForMs = RESTORED_SHOWN_MS
  await reconcileExceptions(tx, { kind: 'till-restored', scope, found: [], at, seen: 'still', quietForMs })
}
