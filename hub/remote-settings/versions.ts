import { defineError } from '../../shared/errors.ts'
import type { RemoteReport } from '../../shared/protocol.ts'
import { RemoteSettings } from '../../shared/remote-settings.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { readSetting, writeSetting } from '../db/setting.ts'
import { regions } from '../fleet/store-region.ts'
import { demandStore } from '../fleet/stores.ts'
import { demandTill } from '../fleet/till-named.ts'
import type { RollOutTally } from '../releases/gate.ts'
import { storesWithUpdates } from '../releases/release-stores.ts'
import { noCanaryStore } from '../releases/releases.ts'
import type { Stage } from '../releases/rings.ts'
import {
  isNarrow,
  type Level,
  type SettableTill,
  type SettingsOutcome,
  type SettingsVersion,
} from './choose.ts'

/** The one owner of the tables `settings_version`, `settings_outcome`, `settings_report` and `settings_pin`. */

export const settingsMissing = defineError(
  'SETTINGS_MISSING',
  (f: { version: string }) =>
    `There is no version ${f.version} of settings. List them with: tillbridge-hub config history.`,
)
export const settingsMoveRefused = defineError(
  'SETTINGS_MOVE_REFUSED',
  (f: { version: number; state: string; move: string }) =>
    `Version ${f.version} of the settings is ${f.state}, so it can't be ${f.move}.`,
)
export const regionUnknown = defineError(
  'REGION_UNKNOWN',
  (f: { region: string }) =>
    `No store is in a region "${f.region}". Put one there with: tillbridge-hub store region STORE ${f.region}.`,
)
/** A version with who set it, when and why, and how far it has come. */
export interface KeptSettings extends SettingsVersion {
  readonly why: string
  readonly changedBy: string
  /** Hub clock, ms. */
  readonly changedAt: number
  readonly stageSince: number
  /** Why it is paused, stopped, dropped or replaced. */
  readonly reason: string | null
}

function keptOf(row: Schema['settings_version']): KeptSettings {
  const { settings_json, changed_by, changed_at, stage_since, ...rest } = row
  const settings = RemoteSettings.parse(JSON.parse(settings_json))
  return { ...rest, settings, changedBy: changed_by, changedAt: changed_at, stageSince: stage_since }
}

/** Every version, newest first. */
export async function listSettings(db: Reads): Promise<KeptSettings[]> {
  const rows = await db.selectFrom('settings_version').selectAll().orderBy('version', 'desc').execute()
  return rows.map(keptOf)
}

/** @throws SETTINGS_MISSING */
export async function demandSettings(db: Reads, version: string): Promise<KeptSettings> {
  const number = Number(version)
  const row = Number.isSafeInteger(number)
    ? await db.selectFrom('settings_version').selectAll().where('version', '=', number).executeTakeFirst()
    : undefined
  if (row === undefined) throw settingsMissing({ version })
  return keptOf(row)
}

/** What settings are set for: a level and which of it. */
export interface SettingsPlace {
  readonly level: Level
  /** Region, store, or store/till; empty: all tills. */
  readonly target: string
}

/** The place as it is kept: a till that is named by its device id by its store and name. @throws STORE_UNKNOWN, REGION_UNKNOWN, TILL_UNKNOWN */
export async function demandPlace(db: Reads, { level, target }: SettingsPlace): Promise<SettingsPlace> {
  if (level === 'store') await demandStore(db, target)
  if (level === 'region' && ![...(await regions(db)).values()].includes(target))
    throw regionUnknown({ region: target })
  if (level !== 'till') return { level, target }
  const found = await demandTill(db, target)
  return { level, target: `${found.store}/${found.till}` }
}

const SEEN = 'settings-version-seen'

/** The newest version that this hub knows of, its own or one that a till was told before the hub was restored. */
export async function newestVersion(db: Reads): Promise<number> {
  const { newest } = await db
    .selectFrom('settings_version')
    .select(e => e.fn.max('version').as('newest'))
    .executeTakeFirstOrThrow()
  return Math.max(Number(newest ?? 0), Number((await readSetting(db, SEEN)) ?? 0))
}

/** A till runs a version that this hub has lost: the next one that is set is above it. */
export async function noteLostVersion(tx: Tx, version: number): Promise<void> {
  if (version > (await newestVersion(tx))) await writeSetting(tx, SEEN, String(version))
}

/**
 * Sets the settings of a place as its next version and begins to offer it. A version of this place that has not come to all its tills
 * yet reaches no further till; those that are well with it keep it until the next one reaches them.
 * @param next.from the ring to begin with; null: the canaries, or for a store or a till all of it
 * @throws STORE_UNKNOWN, REGION_UNKNOWN, TILL_UNKNOWN, NO_CANARY_STORE
 */
export async function addSettings(
  tx: Tx,
  next: SettingsPlace & {
    readonly settings: RemoteSettings
    readonly by: string
    readonly why: string
    readonly from: Stage | null
  },
  now: number,
): Promise<KeptSettings> {
  const place = await demandPlace(tx, next)
  const stage = next.from ?? (isNarrow(place.level) ? 'all' : 'canary')
  if (!isNarrow(place.level) && stage === 'canary') await demandCanary(tx, place)
  const version = (await newestVersion(tx)) + 1
  await tx
    .updateTable('settings_version')
    .set({ state: 'replaced', reason: `replaced by ${version}` })
    .where('level', '=', place.level)
    .where('target', '=', place.target)
    .where('state', 'not in', ['dropped', 'replaced'])
    .where(e => e.or([e('stage', '<>', 'all'), e('state', '<>', 'offered')]))
    .execute()
  const row: Schema['settings_version'] = {
    version,
    ...place,
    settings_json: JSON.stringify(next.settings),
    why: next.why,
    changed_by: next.by,
    changed_at: now,
    state: 'offered',
    stage,
    stage_since: now,
    attempt: 1,
    reason: null,
  }
  await tx.insertInto('settings_version').values(row).execute()
  return keptOf(row)
}

async function demandCanary(db: Reads, { level, target }: SettingsPlace): Promise<void> {
  const byStore = await regions(db)
  const canaries = [...(await storesWithUpdates(db))].flatMap(([store, is]) => (is.isCanary ? [store] : []))
  if (!canaries.some(store => level === 'fleet' || byStore.get(store) === target)) throw noCanaryStore({})
}

/** Holds a version back: no further till gets it. @throws SETTINGS_MISSING, SETTINGS_MOVE_REFUSED */
export async function pauseSettings(tx: Tx, version: string, why: string | null): Promise<KeptSettings> {
  const found = await demandSettings(tx, version)
  if (found.state !== 'offered')
    throw settingsMoveRefused({ version: found.version, state: found.state, move: 'paused' })
  return change(tx, found, { state: 'paused', reason: why })
}

/**
 * Offers a version from a ring on. What was paused goes on where it was; what is offered is tried again by tills that could not keep it; what was stopped is tried again from the start, also by tills
 * that could not keep it; tills that are well with it keep it meanwhile. @throws SETTINGS_MISSING, SETTINGS_MOVE_REFUSED, NO_CANARY_STORE
 */
export async function offerSettings(
  tx: Tx,
  version: string,
  { from, now }: { readonly from: Stage | null; readonly now: number },
): Promise<KeptSettings> {
  const found = await demandSettings(tx, version)
  const { state, level, stage, attempt } = found
  if (state === 'dropped' || state === 'replaced')
    throw settingsMoveRefused({ version: found.version, state, move: 'offered' })
  const isGoingOn = state !== 'stopped'
  const to = from ?? (isGoingOn || isNarrow(level) ? stage : 'canary')
  if (!isNarrow(level) && to === 'canary') await demandCanary(tx, found)
  return change(tx, found, {
    state: 'offered',
    stage: to,
    stage_since: now,
    reason: null,
    attempt: state === 'paused' || (isGoingOn && from !== null) ? attempt : attempt + 1,
  })
}

/** Takes a version back from every till: they go back to the one before it. @throws SETTINGS_MISSING, SETTINGS_MOVE_REFUSED */
export async function dropSettings(tx: Tx, version: string, why: string): Promise<KeptSettings> {
  const found = await demandSettings(tx, version)
  if (found.state === 'dropped')
    throw settingsMoveRefused({ version: found.version, state: found.state, move: 'dropped again' })
  return change(tx, found, { state: 'dropped', reason: why })
}

/** Moves a version that is still offered, after its tills have been judged. */
export async function moveSettings(
  tx: Tx,
  version: number,
  set: Partial<Pick<Schema['settings_version'], 'state' | 'stage' | 'stage_since' | 'reason'>>,
): Promise<void> {
  await tx
    .updateTable('settings_version')
    .set(set)
    .where('version', '=', version)
    .where('state', '=', 'offered')
    .execute()
}

async function change(
  tx: Tx,
  { version }: KeptSettings,
  set: Partial<Schema['settings_version']>,
): Promise<KeptSettings> {
  await tx.updateTable('settings_version').set(set).where('version', '=', version).execute()
  return demandSettings(tx, String(version))
}

/** How a till fared with each version that it was offered. */
export function outcomesOf(db: Reads, device: string): Promise<SettingsOutcome[]> {
  return db
    .selectFrom('settings_outcome')
    .select(['version', 'attempt', 'outcome', 'agent', 'why'])
    .where('device', '=', device)
    .execute()
}

/** Notes how a till fares with a version, in place of what was noted before. */
export async function noteSettingsOutcome(
  tx: Tx,
  { version, device, ...next }: Omit<Schema['settings_outcome'], 'noted_at'>,
  now: number,
): Promise<void> {
  const row = { ...next, noted_at: now }
  await tx
    .insertInto('settings_outcome')
    .values({ version, device, ...row })
    .onConflict(c => c.columns(['version', 'device']).doUpdateSet(row))
    .execute()
}

/** A till takes no settings: none of them waits for it, and none failed there. */
export async function forgetUnproven(tx: Tx, device: string): Promise<void> {
  await tx
    .deleteFrom('settings_outcome')
    .where('device', '=', device)
    .where('outcome', '<>', 'healthy')
    .execute()
}

/** Every version and the stores that keep theirs, as they are kept. */
export async function readSettingsRows(db: Reads) {
  const versions = await db.selectFrom('settings_version').selectAll().orderBy('version').execute()
  const pins = await db.selectFrom('settings_pin').select('store').orderBy('store').execute()
  return { versions, pinned: pins.map(({ store }) => store) }
}

/** Puts a version as the record beside the database has it. */
export async function keepSettingsVersion(tx: Tx, row: Schema['settings_version']): Promise<void> {
  const { version, ...rest } = row
  await tx
    .insertInto('settings_version')
    .values(row)
    .onConflict(c => c.column('version').doUpdateSet(rest))
    .execute()
}

/** What the tills made of what they were offered is not known any more: each says it at its next contact. What failed is kept. */
export async function forgetOutcomes(tx: Tx): Promise<void> {
  await tx.deleteFrom('settings_outcome').where('outcome', '<>', 'failed').execute()
}

/** How the tills fare with a version in its attempt. */
export async function settingsTally(
  db: Reads,
  { version, attempt }: Pick<SettingsVersion, 'version' | 'attempt'>,
): Promise<RollOutTally> {
  const rows = await db
    .selectFrom('settings_outcome as o')
    .innerJoin('device as d', 'd.device', 'o.device')
    .select('o.outcome')
    .where('o.version', '=', version)
    .where('o.attempt', '=', attempt)
    .where('d.state', '=', 'active')
    .execute()
  const count = (outcome: SettingsOutcome['outcome']) => rows.filter(row => row.outcome === outcome).length
  return { healthy: count('healthy'), failed: count('failed'), waiting: count('offered') }
}

/** Keeps what a till says of its settings. */
export async function noteSettingsReport(
  tx: Tx,
  device: string,
  report: RemoteReport,
  now: number,
): Promise<void> {
  const before = await tx
    .selectFrom('settings_report')
    .select(['own_hash', 'own_changed_at', 'own_waits_since', 'own_trial_since'])
    .where('device', '=', device)
    .executeTakeFirst()
  const { own, ownProblem = null, readsNoSales = false, ownWaits = false, ownTrial, ...said } = report
  const own_hash = own ?? before?.own_hash ?? null
  const isOther = before !== undefined && before.own_hash !== null && before.own_hash !== own_hash
  const own_changed_at = isOther ? now : (before?.own_changed_at ?? null)
  const row = {
    ...said,
    own_hash,
    own_changed_at,
    own_problem: ownProblem,
    own_waits_since: ownWaits ? (before?.own_waits_since ?? now) : null,
    own_trial_json: ownTrial === undefined ? null : JSON.stringify(ownTrial),
    own_trial_since: ownTrial === undefined ? null : ((isOther ? null : before?.own_trial_since) ?? now),
    reads_no_sales: readsNoSales ? (1 as const) : (0 as const),
    reported_at: now,
  }
  await tx
    .insertInto('settings_report')
    .values({ device, ...row })
    .onConflict(c => c.column('device').doUpdateSet(row))
    .execute()
}

/** What each till last said of its settings. */
export async function settingsReports(db: Reads): Promise<ReadonlyMap<string, Schema['settings_report']>> {
  const rows = await db.selectFrom('settings_report').selectAll().execute()
  return new Map(rows.map(row => [row.device, row]))
}

/** Lets the tills of a store keep the settings that they have, or follow the hub again. @throws STORE_UNKNOWN */
export async function pinSettings(tx: Tx, store: string, isPinned: boolean): Promise<void> {
  await demandStore(tx, store)
  await tx.deleteFrom('settings_pin').where('store', '=', store).execute()
  if (isPinned) await tx.insertInto('settings_pin').values({ store }).execute()
}

/** Every till that may connect, with what decides which settings are for it. */
export async function settableTills(db: Reads): Promise<SettableTill[]> {
  const places = await settablePlaces(db)
  const devices = await db
    .selectFrom('device')
    .select(['device', 'store', 'till', 'version'])
    .where('state', '=', 'active')
    .orderBy('store')
    .orderBy('till')
    .execute()
  return devices.map(({ version, ...device }) => places.till({ ...device, agent: version ?? '' }))
}

/** What is known of the stores, for tills that are looked at one by one. */
export async function settablePlaces(
  db: Reads,
): Promise<{ till(of: Pick<SettableTill, 'device' | 'store' | 'till' | 'agent'>): SettableTill }> {
  const byStore = await regions(db)
  const updates = await storesWithUpdates(db)
  const pinned = new Set(
    (await db.selectFrom('settings_pin').select('store').execute()).map(one => one.store),
  )
  return {
    till: ({ device, store, till, agent }) => ({
      device,
      agent,
      store,
      till,
      region: byStore.get(store) ?? null,
      isCanary: updates.get(store)?.isCanary ?? false,
      isPinned: pinned.has(store),
    }),
  }
}
