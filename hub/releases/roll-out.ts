import type { Frame, Running } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import type { HubKey } from '../fleet/hub-key.ts'
import { downloadToken, isTokenFresh } from './download-token.ts'
import { freshPlan } from './fresh-plan.ts'
import { judgeRollOut } from './gate.ts'
import { type StoreUpdates, storesWithUpdates } from './release-stores.ts'
import {
  advanceRelease,
  listReleases,
  noteOutcome,
  type Release,
  readFloor,
  rollOutTally,
  stopRelease,
} from './releases.ts'
import { chooseRelease } from './rings.ts'

const JUDGE_EVERY_MS = 60_000

export interface RollOut extends Disposable {
  /** A till says what it runs: notes how it fares with what it was offered, and says what it is to install. */
  reported(
    device: DeviceRow,
    running: Running,
    say: (frame: Extract<Frame, { t: 'update' }>) => void,
  ): Promise<void>
}

interface Plan {
  readonly releases: readonly Release[]
  readonly stores: ReadonlyMap<string, StoreUpdates>
  readonly floor: string | null
}

const nameOf = ({ version, attempt }: Pick<Release, 'version' | 'attempt'>) => `${version}#${attempt}`

/** Offers releases to the tills that are connected to this hub, ring by ring. */
export function startRollOut(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly db: Db
  readonly key: HubKey
  /** How long a release stays in a ring at least. */
  readonly soakMs: number
  changed(): void
}): RollOut {
  const { world, db, key } = parts
  const read = freshPlan(world, () => readPlan(db))
  /** What was last noted of each device, so that a till that says the same costs no transaction. */
  const noted = new Map<string, string>()
  /** When each device was last told what to fetch. */
  const told = new Map<string, number>()
  let isClosed = false
  let cancel = world.timers.after(JUDGE_EVERY_MS, judgeAgain)

  function judgeAgain(): void {
    void judge()
      .catch((error: unknown) =>
        world.log.error({ error }, 'a roll-out could not be judged; it is tried again'),
      )
      .then(() => {
        if (!isClosed) cancel = world.timers.after(JUDGE_EVERY_MS, judgeAgain)
      })
  }

  async function judge(): Promise<void> {
    for (const release of (await read()).releases.filter(({ state }) => state === 'offered'))
      if (await judgeRelease(db, release, { now: world.clock.now(), soakMs: parts.soakMs, log: world.log })) {
        read.forget()
        parts.changed()
      }
  }

  async function note(device: string, found: Found): Promise<void> {
    const { release, outcome, why } = found
    const said = `${nameOf(release)} ${outcome} ${why}`
    if (noted.get(device) === said) return
    const row = { version: release.version, attempt: release.attempt, device, outcome, why }
    await transaction(db, tx => noteOutcome(tx, row, world.clock.now()))
    noted.set(device, said)
    if (outcome !== 'offered') await judge()
  }

  return {
    async reported(device, running, say) {
      const { releases, stores, floor } = await read()
      for (const found of fared(running, releases)) await note(device.device, found)
      if (running.platform === null) return
      const { isCanary = false, isPaused = false, pinned = null } = stores.get(device.store) ?? {}
      const till = { device: device.device, version: running.version, platform: running.platform }
      const now = world.clock.now()
      const wanted = chooseRelease({ ...till, isCanary, isPaused, pinned }, releases, { floor, now })
      const name = wanted === null ? '' : nameOf(wanted)
      const isKnown = name === running.offered && !isStuck(running, told.get(device.device), now)
      if (isKnown) return
      if (wanted === null) return say({ t: 'update', offered: '', version: null, token: null })
      await note(device.device, { release: wanted, outcome: 'offered', why: null })
      const { version } = wanted
      const token = await downloadToken(key, { device: device.device, version, now })
      told.set(device.device, now)
      say({ t: 'update', offered: name, version, token })
    },
    [Symbol.dispose]() {
      isClosed = true
      cancel()
    },
  }
}

/** A till that still tries to fetch its offer, with a token that has ended, or one of which this hub knows nothing. */
function isStuck({ offered, update }: Running, toldAt: number | undefined, now: number): boolean {
  if (update === null || update.offered !== offered || update.state !== 'waiting') return false
  return toldAt === undefined || !isTokenFresh(toldAt, now)
}

interface Found {
  readonly release: Release
  readonly outcome: 'offered' | 'healthy' | 'failed'
  readonly why: string | null
}

/** What a till tries again, and yet waits for a person to do something about. */
const needsPerson = new Set(['UPDATE_NO_SPACE', 'UPDATE_EXPIRED'])
/** What an older agent gave up for: this hub offers no expired release, so its clock was wrong, and the release has not failed. */
const WRONG_CLOCK = 'RELEASE_EXPIRED'

/** What a till's report says of releases: it is well with the one that it runs, could not keep the one offered, or waits for room. */
function fared({ version, health, update }: Running, releases: readonly Release[]): Found[] {
  const of = (name: string) => releases.find(release => nameOf(release) === name)
  const well = releases.find(release => release.version === version && release.attempt > 0)
  const isHeld =
    update !== null &&
    (update.state === 'waiting' ? needsPerson.has(update.code) : update.code === WRONG_CLOCK)
  const held = isHeld ? of(update.offered) : undefined
  const failed = update === null || isHeld || update.state === 'waiting' ? undefined : of(update.offered)
  return [
    ...(well !== undefined && health === 'healthy'
      ? [{ release: well, outcome: 'healthy' as const, why: null }]
      : []),
    ...(failed !== undefined && failed.version !== version
      ? [{ release: failed, outcome: 'failed' as const, why: update?.sentence ?? null }]
      : []),
    ...(held !== undefined && held.version !== version
      ? [{ release: held, outcome: 'offered' as const, why: update?.sentence ?? null }]
      : []),
  ]
}

/** @returns whether it was moved on or stopped */
async function judgeRelease(
  db: Db,
  release: Release,
  { now, soakMs, log }: { readonly now: number; readonly soakMs: number; readonly log: World['log'] },
): Promise<boolean> {
  return transaction(db, async tx => {
    const since = release.stage_since
    const verdict = judgeRollOut({ stage: release.stage, since }, await rollOutTally(tx, release), {
      now,
      soakMs,
    })
    if (verdict.is === 'wait') return false
    const { version } = release
    if (verdict.is === 'advance') await advanceRelease(tx, version, verdict.to, now)
    else await stopRelease(tx, version, `${verdict.failed} of ${verdict.of} tills could not keep it`)
    log.warn({ version, verdict }, 'a roll-out moved on, or was stopped')
    return true
  })
}

async function readPlan(db: Db): Promise<Plan> {
  const releases = await listReleases(db)
  return { releases, stores: await storesWithUpdates(db), floor: await readFloor(db) }
}
