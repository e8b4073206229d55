import { hash } from 'node:crypto'
import { isExpired, type ReleaseManifest } from '../../shared/releases.ts'
import { compareVersions } from '../../shared/version-order.ts'
import type { Schema } from '../db/schema.ts'

/** The rings in their order: each takes in the tills of those before it. */
export const stages = ['canary', 'tenth', 'all'] as const
export type Stage = (typeof stages)[number]

/** One till of ten, always the same ones: which, its id's hash decides. */
export function isInTenth(device: string): boolean {
  return hash('sha256', device, 'buffer').readUInt32BE(0) % 10 === 0
}

/** A release as the choice needs it. */
export interface ChoosableRelease extends Pick<Schema['release'], 'version' | 'state' | 'stage' | 'attempt'> {
  readonly manifest: ReleaseManifest
}

/** A till, and what is different about updates in its store. */
export interface UpdatableTill {
  readonly device: string
  readonly version: string
  readonly platform: string
  readonly isCanary: boolean
  readonly isPaused: boolean
  readonly pinned: string | null
}

/**
 * The release that a till is to install now; null: none. A pinned store gets that version alone, whatever the ring. A till
 * below the floor does not wait for its ring. None is offered after its last day: the till would refuse it.
 * @param at.now hub clock, ms
 */
export function chooseRelease<Release extends ChoosableRelease>(
  till: UpdatableTill,
  releases: readonly Release[],
  { floor, now }: { readonly floor: string | null; readonly now: number },
): Release | null {
  if (till.isPaused) return null
  const isBelowFloor = floor !== null && compareVersions(till.version, floor) < 0
  const isFor = (release: Release) => {
    if (till.pinned !== null) return release.version === till.pinned && release.state !== 'withdrawn'
    if (release.state !== 'offered') return false
    return isInRing(till, release.stage) || (isBelowFloor && compareVersions(release.version, floor) >= 0)
  }
  const own = releases.find(({ version }) => version === till.version)
  const givesWay = own !== undefined && mayBeReplaced(own, till)
  const [newest] = releases
    .filter(release => isFor(release) && isInstallable(till, release.manifest, { givesWay, now }))
    .sort((one, other) => compareVersions(other.version, one.version))
  return newest === undefined || newest.version === till.version ? null : newest
}

/**
 * Whether a roll-back may replace what a till runs: only what the hub has offered, and offers no longer, or pins its store away
 * from. IT has brought any other version, and knows why.
 */
function mayBeReplaced({ state }: ChoosableRelease, { pinned }: UpdatableTill): boolean {
  return state !== 'added' && (state !== 'offered' || pinned !== null)
}

/**
 * The version that a till has counts as installable: no older one may take its place.
 * @param at.givesWay whether a roll-back may replace what it runs
 */
function isInstallable(
  { version, platform }: UpdatableTill,
  manifest: ReleaseManifest,
  { givesWay, now }: { readonly givesWay: boolean; readonly now: number },
): boolean {
  if (!manifest.files.some(file => file.kind === 'agent' && file.platform === platform)) return false
  if (manifest.version === version) return true
  if (isExpired(manifest, now)) return false
  if (compareVersions(version, manifest.updatesFrom) < 0) return false
  return compareVersions(manifest.version, version) > 0 || (manifest.isRollBack && givesWay)
}

/** Whether a ring has come to a till. */
export function isInRing(
  { device, isCanary }: Pick<UpdatableTill, 'device' | 'isCanary'>,
  stage: Stage,
): boolean {
  return stage === 'all' || isCanary || (stage === 'tenth' && isInTenth(device))
}
