import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { maskTexts } from '../../shared/card-numbers/mask-texts.ts'
import { defineError } from '../../shared/errors.ts'
import type { Status } from '../../shared/protocol.ts'
import type { Position } from '../../shared/stream/log.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { ExceptionKind } from '../checks/words/message.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { beginCommands } from '../streams/command-log.ts'

/** The one owner of the table `device`: enrolment, state, and what was last heard of each. */

export type DeviceRow = Schema['device']

export const deviceMissing = defineError(
  'DEVICE_MISSING',
  (f: { device: string }) => `There is no device "${f.device}". List them with: tillbridge-hub device list.`,
)

/** A till's name as it is kept and shown: one line, with no card number and nothing that hides or drives a terminal. */
export function shownName(till: string): string {
  return maskCardNumbers(visibleText(till).trim())
}

/** Adds an enrolled device; its command stream begins here. */
export async function addDevice(
  tx: Tx,
  device: { device: string; store: string; till: string; publicKey: string },
  now: number,
): Promise<void> {
  await tx
    .insertInto('device')
    .values({
      device: device.device,
      store: device.store,
      till: shownName(device.till),
      public_key: device.publicKey,
      state: 'active',
      state_reason: null,
      enrolled_at: now,
      version: null,
      last_seen_at: null,
      connected_at: null,
      disconnected_at: null,
      unsent: null,
      oldest_unsent_at: null,
      clock_offset_ms: null,
      clock_before_ms: null,
      clock_changed_at: null,
      sources_json: '[]',
    })
    .execute()
  await beginCommands(tx, device.device)
}

/**
 * A re-enrolled till leaves its former device behind, and that device's open problems are closed.
 * @param staying those that end later
 */
export async function supersedeDevices(
  tx: Tx,
  { store, till }: { readonly store: string; readonly till: string },
  staying: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const former = await tx
    .selectFrom('device')
    .select('device')
    .where('store', '=', store)
    .where('till', '=', till)
    .where('state', '<>', 'revoked')
    .execute()
  for (const { device } of former) {
    if (staying.has(device)) continue
    await endDevice(tx, device, { state: 'revoked', reason: RE_ENROLLED }, now)
  }
}

/** Why a device ended whose PC was enrolled again. */
export const RE_ENROLLED = 're-enrolled'
const MOVED = 'its PC moved to store '

/** Whether a device that was revoked for this reason ended because its PC went on as another one, not by head office. */
export function mayStillSend(reason: string | null): boolean {
  return reason === RE_ENROLLED || (reason ?? '').startsWith(MOVED)
}

/** Ends a device's right to connect, and its open problems. */
export async function endDevice(
  tx: Tx,
  device: string,
  { state, reason }: { readonly state: DeviceRow['state']; readonly reason: string | null },
  now: number,
): Promise<void> {
  await tx.updateTable('device').set({ state, state_reason: reason }).where('device', '=', device).execute()
  await closeProblemsOf(tx, device, now)
}

/** Problems that only a device itself can say are over: they end with its right to connect. */
const ofDevice = [
  'stream-forked',
  'till-restored',
  'hub-behind',
  'ingest-blocked',
  'journal-damaged',
  'moves-beyond-limit',
  'device-silent',
  'command-unreadable',
  'clock-wrong',
  'peripheral-missing',
  'printer-needs-care',
  'pos-unread',
  'pos-write-waiting',
  'till-disk-full',
  'pins-guessed',
  'till-disk-low',
  'own-settings-broken',
  'reads-no-sales',
  'unsent-of-other-store',
] as const satisfies readonly ExceptionKind[]

async function closeProblemsOf(tx: Tx, device: string, now: number): Promise<void> {
  const open = await tx
    .selectFrom('exception')
    .select(['kind', 'subject'])
    .where('closed_at', 'is', null)
    .where('kind', 'in', ofDevice)
    .where(e =>
      e.or([
        e('device', '=', device),
        // an older version noted no device with them
        e('subject', '=', device),
        e('subject', 'like', `${device}/%`),
        e('subject', 'like', `%/${device}/%`),
      ]),
    )
    .execute()
  for (const kind of ofDevice)
    for (const one of open) if (one.kind === kind) await closeException(tx, kind, one.subject, now)
}

/**
 * Takes a device's right to connect away and closes its open problems. Its session must be dropped after this commits.
 * @throws DEVICE_MISSING
 */
export async function revokeDevice(tx: Tx, device: string, now: number): Promise<void> {
  const revoked = await tx
    .updateTable('device')
    .set({ state: 'revoked', state_reason: 'revoked by head office' })
    .where('device', '=', device)
    .executeTakeFirst()
  if (revoked.numUpdatedRows === 0n) throw deviceMissing({ device })
  await closeProblemsOf(tx, device, now)
}

/**
 * A PC that is another device now says that it has handed over all that it owed as this one: this device has ended, if
 * the hub holds what the device said it has.
 */
export async function retireDevice(
  db: Db,
  { device, store }: Pick<DeviceRow, 'device' | 'store'>,
  { movedTo, last }: { readonly movedTo: string; readonly last: Position },
  now: number,
): Promise<void> {
  await transaction(db, async tx => {
    const held = await tx
      .selectFrom('stream_in')
      .select(['epoch', 'seq'])
      .where('device', '=', device)
      .executeTakeFirst()
    if (last.seq > 0 && isAfter(last, held ?? { epoch: 0, seq: 0 })) return
    const state_reason = movedTo === store ? RE_ENROLLED : `${MOVED}${movedTo}`
    const retired = await tx
      .updateTable('device')
      .set({ state: 'revoked', state_reason })
      .where('device', '=', device)
      .where('state', '=', 'active')
      .executeTakeFirst()
    if (retired.numUpdatedRows > 0n) await closeProblemsOf(tx, device, now)
  })
}

/** Stops a device: nothing it sends takes effect until it is re-enrolled. */
export async function quarantineDevice(
  db: Db,
  device: Pick<DeviceRow, 'device' | 'store' | 'till'>,
  reason: string,
  now: number,
): Promise<void> {
  await transaction(db, async tx => {
    await tx
      .updateTable('device')
      .set({ state: 'quarantined', state_reason: maskCardNumbers(visibleText(reason)) })
      .where('device', '=', device.device)
      .where('state', '=', 'active')
      .execute()
    await openException(
      tx,
      {
        code: 'stream-forked',
        subject: device.device,
        store: device.store,
        fields: { till: device.till, store: device.store, reason },
        evidence: { device: device.device, reason },
      },
      now,
    )
  })
}

/** A device has connected. `at`: hub clock, ms; `offsetMs`: its clock minus ours. */
export async function noteConnected(
  tx: Tx,
  device: string,
  { at, version, offsetMs }: { at: number; version: string; offsetMs: number },
): Promise<void> {
  await tx
    .updateTable('device')
    .set({ connected_at: at, last_seen_at: at, version: maskCardNumbers(visibleText(version)) })
    .where('device', '=', device)
    .execute()
  await noteClock(tx, device, offsetMs, at)
}

/** A difference that a change of the clock makes, and the line does not. */
const CHANGED_MS = 2 * 60_000

/**
 * A device's clock is off by so much: its clock minus ours, ms. What it was off by before a change is kept: what the
 * device recorded until then may carry either time. `at`: when it was measured, hub clock; null: not known.
 */
export async function noteClock(
  tx: Tx,
  device: string,
  offsetMs: number,
  at: number | null = null,
): Promise<void> {
  const known = await tx
    .selectFrom('device')
    .select('clock_offset_ms')
    .where('device', '=', device)
    .executeTakeFirst()
  const before = known?.clock_offset_ms ?? null
  const isChanged = before !== null && Math.abs(before - offsetMs) > CHANGED_MS
  await tx
    .updateTable('device')
    .set({
      clock_offset_ms: offsetMs,
      ...(isChanged ? { clock_before_ms: before, clock_changed_at: at } : {}),
    })
    .where('device', '=', device)
    .execute()
}

/** How far a till's clock may be off, in either direction. */
export const MOST_OFF_MS = 2 * 60_000

export interface WrongClock {
  readonly store: string
  readonly till: string
  /** Its clock minus the hub's when it was last connected. */
  readonly offsetMs: number
}

/** The tills in use whose clocks were off by more than two minutes when they were last connected. */
export async function wrongClocks(db: Reads): Promise<readonly WrongClock[]> {
  const rows = await db
    .selectFrom('device')
    .select(['store', 'till', 'clock_offset_ms'])
    .where('state', '=', 'active')
    .where(e => e.or([e('clock_offset_ms', '>', MOST_OFF_MS), e('clock_offset_ms', '<', -MOST_OFF_MS)]))
    .orderBy('store')
    .orderBy('till')
    .execute()
  return rows.map(({ store, till, clock_offset_ms }) => ({ store, till, offsetMs: Number(clock_offset_ms) }))
}

/** A device's connection has ended. `last`: its last word about itself; null when it gave none. */
export async function noteDisconnected(
  tx: Tx,
  device: string,
  at: number,
  last: { readonly status: Status; readonly offsetMs: number } | null,
): Promise<void> {
  await tx
    .updateTable('device')
    .set({ disconnected_at: at, last_seen_at: at, ...(last === null ? {} : lastWord(last)) })
    .where('device', '=', device)
    .execute()
  if (last !== null) await noteClock(tx, device, last.offsetMs, at)
}

function lastWord({ status }: { readonly status: Status }) {
  return {
    unsent: status.unsent,
    oldest_unsent_at: status.oldestUnsentAt,
    sources_json: JSON.stringify(maskTexts(status.sources)),
  }
}

/** Devices that are connected now; their sessions say the rest when they end. */
export async function noteSeen(tx: Tx, devices: readonly string[], at: number): Promise<void> {
  if (devices.length === 0) return
  await tx.updateTable('device').set({ last_seen_at: at }).where('device', 'in', devices).execute()
}

/** One device; undefined when it was never enrolled here. */
export function readDevice(db: Reads, device: string): Promise<DeviceRow | undefined> {
  return db.selectFrom('device').selectAll().where('device', '=', device).executeTakeFirst()
}

/** Every device with its state, by store and till. Its key is left out. */
export async function listDevices(db: Reads) {
  const rows = await db.selectFrom('device').selectAll().orderBy('store').orderBy('till').execute()
  return rows.map(({ public_key: _key, sources_json: _sources, ...row }) => row)
}
