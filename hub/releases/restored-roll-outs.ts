import type { Reads, Tx } from '../db/db.ts'
import type { RestoreCause } from '../generation/compare.ts'
import type { RollOuts } from '../generation/roll-out-record.ts'
import { setStoreUpdates, storesWithUpdates } from './release-stores.ts'
import { keepRelease, readFloor, readReleaseRows, writeFloor } from './releases.ts'

type KnownRelease = RollOuts['releases'][number]

/** Releases, what is different in which store, and the floor, for the record beside the database. */
export async function readRollOuts(db: Reads): Promise<RollOuts> {
  const rows = await readReleaseRows(db)
  return {
    releases: rows.map(({ signed_json, stage_since, added_at, ...row }) => ({
      ...row,
      signed: signed_json,
      since: stage_since,
      addedAt: added_at,
    })),
    stores: [...(await storesWithUpdates(db))].map(([store, updates]) => ({ store, ...updates })),
    floor: await readFloor(db),
  }
}

const PAUSED_BY_RESTORE = 'the hub was put back from a backup; offer it again if it is still right'

/**
 * Takes in what the record knows of updates, for a database that was put back: what was withdrawn, stopped, paused or pinned
 * since the backup stays so. A release that is offered here, and of which the record can't say what became of it, is paused
 * until a person offers it again.
 * @param found.fleet.rollOuts null or left out: the record does not say
 */
export async function takeInRollOuts(
  tx: Tx,
  found: { readonly cause: RestoreCause; readonly fleet: { readonly rollOuts?: RollOuts | null } },
): Promise<void> {
  const recorded = found.fleet.rollOuts ?? null
  const isNewest = found.cause === 'older' // any other record is of a hub that did not go on from this database
  const known = new Map((recorded?.releases ?? []).map(release => [release.version, release]))
  for (const here of (await readRollOuts(tx)).releases) {
    const release = known.get(here.version)
    known.delete(here.version)
    await keepRelease(
      tx,
      release === undefined ? paused(here) : isNewest ? release : moreCareful(here, release),
    )
  }
  for (const release of known.values()) await keepRelease(tx, isNewest ? release : paused(release))
  if (recorded !== null) await takeInStores(tx, recorded, isNewest)
}

const paused = (release: KnownRelease): KnownRelease =>
  release.state === 'offered' ? { ...release, state: 'paused', why: PAUSED_BY_RESTORE } : release

/** Of two that did not know of each other. */
function moreCareful(here: KnownRelease, other: KnownRelease): KnownRelease {
  const either = (state: KnownRelease['state']) => [here, other].find(one => one.state === state)
  return {
    ...(either('withdrawn') ?? either('stopped') ?? paused(here)),
    attempt: Math.max(here.attempt, other.attempt),
  }
}

async function takeInStores(tx: Tx, { stores, floor }: RollOuts, isNewest: boolean): Promise<void> {
  const here = await storesWithUpdates(tx)
  const codes = new Set((await tx.selectFrom('store').select('code').execute()).map(({ code }) => code))
  for (const { store, ...updates } of stores)
    if (codes.has(store) && (isNewest || !here.has(store))) await setStoreUpdates(tx, store, updates)
  if (isNewest || (await readFloor(tx)) === null) await writeFloor(tx, floor)
}
