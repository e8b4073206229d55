import { defineError } from '../../shared/errors.ts'
import { demandFresh, parseRelease, type ReleaseManifest, SignedRelease } from '../../shared/releases.ts'
import { compareVersions, ReleaseVersion } from '../../shared/version-order.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { readSetting, writeSetting } from '../db/setting.ts'
import type { RollOutTally } from './gate.ts'
import type { Stage } from './rings.ts'

/** The one owner of the tables `release` and `release_outcome`. */

export const releaseMissing = defineError(
  'RELEASE_MISSING',
  (f: { version: string }) =>
    `There is no release ${f.version} here. List them with: tillbridge-hub release list.`,
)
export const releaseChanged = defineError(
  'RELEASE_CHANGED',
  (f: { version: string }) =>
    `Release ${f.version} is here already with other content. A version is built once: give the new build another number.`,
)
export const releaseMoveRefused = defineError(
  'RELEASE_MOVE_REFUSED',
  (f: { version: string; state: string; move: string }) =>
    `Release ${f.version} is ${f.state}, so it can't be ${f.move}.`,
)
export const noCanaryStore = defineError(
  'NO_CANARY_STORE',
  () =>
    'No store tries updates first. Name one with: tillbridge-hub release store STORE --canary. To offer it to more at once, add --to tenth or --to all.',
)
export const releaseVersionInvalid = defineError(
  'RELEASE_VERSION_INVALID',
  (f: { version: string }) => `"${f.version}" is not a version. A version is three numbers, such as 1.4.0.`,
)

/** @throws RELEASE_VERSION_INVALID */
export function demandVersion(version: string): string {
  const parsed = ReleaseVersion.safeParse(version)
  if (!parsed.success) throw releaseVersionInvalid({ version })
  return parsed.data
}

export interface Release extends Omit<Schema['release'], 'signed_json'> {
  readonly signed: SignedRelease
  readonly manifest: ReleaseManifest
}

/** Every release, newest first. */
export async function listReleases(db: Reads): Promise<Release[]> {
  const rows = await readReleaseRows(db)
  return rows.map(releaseOf).sort((one, other) => compareVersions(other.version, one.version))
}

/** Every release as it is kept. */
export async function readReleaseRows(db: Reads): Promise<Schema['release'][]> {
  return db.selectFrom('release').selectAll().orderBy('version').execute()
}

/** Puts a release as the record beside the database knows it in the place of what is here. */
export async function keepRelease(
  tx: Tx,
  {
    signed,
    since,
    addedAt,
    ...known
  }: Omit<Schema['release'], 'signed_json' | 'stage_since' | 'added_at'> & {
    readonly signed: string
    readonly since: number
    readonly addedAt: number
  },
): Promise<void> {
  const row = { ...known, signed_json: signed, stage_since: since, added_at: addedAt }
  await tx
    .insertInto('release')
    .values(row)
    .onConflict(c => c.column('version').doUpdateSet(row))
    .execute()
}

/** @throws RELEASE_MISSING */
export async function demandRelease(db: Reads, version: string): Promise<Release> {
  const row = await db.selectFrom('release').selectAll().where('version', '=', version).executeTakeFirst()
  if (row === undefined) throw releaseMissing({ version })
  return releaseOf(row)
}

function releaseOf({ signed_json, ...row }: Schema['release']): Release {
  const signed = SignedRelease.parse(JSON.parse(signed_json))
  return { ...row, signed, manifest: parseRelease(signed).manifest }
}

/** @throws RELEASE_EXPIRED; RELEASE_CHANGED when another build of this version is here */
export async function demandNew(db: Reads, signed: SignedRelease, now: number): Promise<ReleaseManifest> {
  const { manifest } = parseRelease(signed)
  demandFresh(manifest, now)
  const { version } = manifest
  const known = await db.selectFrom('release').selectAll().where('version', '=', version).executeTakeFirst()
  if (known !== undefined && releaseOf(known).signed.manifest !== signed.manifest)
    throw releaseChanged({ version })
  return manifest
}

/**
 * Takes a release in; it is offered to no till yet. The same one again, such as signed by another key, replaces its signatures.
 * @throws RELEASE_EXPIRED, RELEASE_CHANGED
 */
export async function addRelease(tx: Tx, signed: SignedRelease, now: number): Promise<ReleaseManifest> {
  const manifest = await demandNew(tx, signed, now)
  const { version } = manifest
  const signed_json = JSON.stringify(signed)
  await tx
    .insertInto('release')
    .values({
      version,
      signed_json,
      state: 'added',
      stage: 'canary',
      attempt: 0,
      stage_since: now,
      why: null,
      added_at: now,
    })
    .onConflict(c => c.column('version').doUpdateSet({ signed_json }))
    .execute()
  return manifest
}

/**
 * Offers a release from a ring on. What was paused goes on where it was; what was stopped is tried again from the start.
 * @throws RELEASE_MISSING, RELEASE_EXPIRED, RELEASE_MOVE_REFUSED, NO_CANARY_STORE
 */
export async function offerRelease(
  tx: Tx,
  version: string,
  { from, now }: { readonly from: Stage | null; readonly now: number },
): Promise<Stage> {
  const { state, stage, attempt, manifest } = await demandRelease(tx, version)
  demandFresh(manifest, now)
  if (state === 'withdrawn') throw releaseMoveRefused({ version, state, move: 'offered' })
  const isGoingOn = state === 'paused' || state === 'offered'
  const to = from ?? (isGoingOn ? stage : 'canary')
  const canary = await tx
    .selectFrom('release_store')
    .select('store')
    .where('is_canary', '=', 1)
    .executeTakeFirst()
  if (to === 'canary' && canary === undefined) throw noCanaryStore({})
  await tx
    .updateTable('release')
    .set({
      state: 'offered',
      stage: to,
      stage_since: now,
      why: null,
      attempt: isGoingOn ? attempt : attempt + 1,
    })
    .where('version', '=', version)
    .execute()
  return to
}

/** A store that is pinned to it gets no other. @throws RELEASE_MISSING, RELEASE_MOVE_REFUSED */
export async function demandPinnable(db: Reads, version: string): Promise<void> {
  const { state } = await demandRelease(db, version)
  if (state === 'withdrawn') throw releaseMoveRefused({ version, state, move: 'what a store is pinned to' })
}

/** Holds a release back: no further till gets it. @throws RELEASE_MISSING, RELEASE_MOVE_REFUSED */
export async function pauseRelease(tx: Tx, version: string, why: string | null): Promise<void> {
  const { state } = await demandRelease(tx, version)
  if (state !== 'offered') throw releaseMoveRefused({ version, state, move: 'paused' })
  await tx.updateTable('release').set({ state: 'paused', why }).where('version', '=', version).execute()
}

/** Ends a release for good: it is neither offered nor served. @throws RELEASE_MISSING; RELEASE_MOVE_REFUSED when that was done before, with its own reason */
export async function withdrawRelease(tx: Tx, version: string, why: string): Promise<void> {
  const { state } = await demandRelease(tx, version)
  if (state === 'withdrawn') throw releaseMoveRefused({ version, state, move: 'withdrawn again' })
  await tx.updateTable('release').set({ state: 'withdrawn', why }).where('version', '=', version).execute()
}

export async function stopRelease(tx: Tx, version: string, why: string): Promise<void> {
  const set = { state: 'stopped', why } as const
  await tx
    .updateTable('release')
    .set(set)
    .where('version', '=', version)
    .where('state', '=', 'offered')
    .execute()
}

export async function advanceRelease(tx: Tx, version: string, stage: Stage, now: number): Promise<void> {
  const set = { stage, stage_since: now }
  await tx
    .updateTable('release')
    .set(set)
    .where('version', '=', version)
    .where('state', '=', 'offered')
    .execute()
}

type Outcome = Pick<Schema['release_outcome'], 'version' | 'device' | 'attempt' | 'outcome' | 'why'>

/** Notes how a till fares with a release; `offered` with a reason: it waits for a person, such as for room on its disk. Who failed with this attempt is not set back to waiting; who was well and is offered it again runs something else by now, and is. */
export async function noteOutcome(
  tx: Tx,
  { version, device, attempt, outcome, why }: Outcome,
  now: number,
): Promise<void> {
  const known = await tx
    .selectFrom('release_outcome')
    .select(['attempt', 'outcome'])
    .where('version', '=', version)
    .where('device', '=', device)
    .executeTakeFirst()
  if (
    outcome === 'offered' &&
    known !== undefined &&
    known.attempt === attempt &&
    (known.outcome === 'failed' || (known.outcome === 'offered' && why === null))
  )
    return
  const row = { attempt, outcome, why, noted_at: now }
  await tx
    .insertInto('release_outcome')
    .values({ version, device, ...row })
    .onConflict(c => c.columns(['version', 'device']).doUpdateSet(row))
    .execute()
}

/** How the tills fare with a release in its attempt; what was in an earlier one is forgotten: tills that run it say so again. */
export async function rollOutTally(
  db: Reads,
  { version, attempt }: Pick<Release, 'version' | 'attempt'>,
): Promise<RollOutTally> {
  const rows = await db
    .selectFrom('release_outcome as o')
    .innerJoin('device as d', 'd.device', 'o.device')
    .select('o.outcome')
    .where('o.version', '=', version)
    .where('o.attempt', '=', attempt)
    .where('d.state', '=', 'active')
    .execute()
  const count = (outcome: Outcome['outcome']) => rows.filter(row => row.outcome === outcome).length
  return { healthy: count('healthy'), failed: count('failed'), waiting: count('offered') }
}

const FLOOR = 'release-floor'

/** The version below which no till is to stay; null: none. */
export function readFloor(db: Reads): Promise<string | null> {
  return readSetting(db, FLOOR).then(version => (version === '' ? null : version))
}

/** @throws RELEASE_VERSION_INVALID @param version null: no floor */
export async function writeFloor(tx: Tx, version: string | null): Promise<void> {
  await writeSetting(tx, FLOOR, version === null ? '' : demandVersion(version))
}
