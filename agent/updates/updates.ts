import { join } from 'node:path'
import { type BackOff, backOffMs } from '../../shared/back-off.ts'
import { describeError, TillbridgeError } from '../../shared/errors.ts'
import type { Frame, Running } from '../../shared/protocol.ts'
import { releaseExpired, releaseUnreadable, releaseUnsigned } from '../../shared/releases.ts'
import { ReleaseVersion } from '../../shared/version-order.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { packageTampered } from './archive.ts'
import { fetchRelease, releaseNotReachable, releaseOlder } from './fetch-release.ts'
import { formOfFile } from './journal-copy.ts'
import type { Launcher } from './launcher.ts'
import type { UpdateFiles } from './update-files.ts'
import { readUpdateState, updatePaths, writeUpdateState } from './update-state.ts'

/** How a running agent takes part in updates; null where it was not started by the launcher, or trusts no release key. */
export interface UpdateHost {
  readonly launcher: Launcher
  readonly keys: readonly string[]
  /** As releases name machines: `linux-x64`. */
  readonly platform: string
  readonly disk: UpdateFiles
}

type Offer = Extract<Frame, { t: 'update' }>

export interface Updates extends Disposable {
  running(): Running
  offered(offer: Offer): void
}

/** What says that this agent works. */
export interface Wellness {
  isOnline(): boolean
  /** Sources that are being read, each having been read as a whole since the start. */
  readSources(): readonly string[]
  /** When something was last recorded, on the monotonic clock. */
  lastRecordedMs(): number
  canWrite(): boolean
}

const LOOK_EVERY_MS = 5_000
/** A till that is never quiet is updated all the same. */
const LONGEST_WAIT_MS = 6 * 3_600_000
const RETRY: BackOff = { firstMs: 60_000, longestMs: 3_600_000 }
/** What another try can't change. */
const lasting = [
  releaseUnsigned,
  releaseUnreadable,
  releaseExpired,
  releaseOlder,
  releaseNotReachable,
  packageTampered,
]

/** Installs what the hub offers, and judges whether this version works. The launcher starts versions and goes back. */
export function startUpdates(parts: {
  readonly world: World
  readonly folder: string
  readonly journal: string
  readonly hubUrl: string
  readonly version: string
  readonly host: UpdateHost | null
  /** How long this version has to be well before it counts as healthy. */
  readonly confirmMs: number
  /** Nothing is recorded for so long: a moment at which a restart is not noticed. */
  readonly quietMs: number
  readonly well: Wellness
  /** The status has changed. */
  changed(): void
}): Updates {
  const { world, host, folder, version } = parts
  const paths = updatePaths(folder)
  const state = readUpdateState(world, paths.state)
  const watch = watchHealth(parts, state.trial?.version === version ? state.trial.worked : null)
  let offer = { name: '', version: '', token: '' }
  let update: Running['update'] = state.failed === null ? null : rolledBackOf(state.failed)
  let isClosed = false
  let failures = 0
  let isWorking = false
  let cancel: Cancel = () => undefined

  function say(found: Running['update']): void {
    update = found
    parts.changed()
  }

  async function work(): Promise<void> {
    if (host === null || isWorking || isClosed || offer.version === '' || watch.health() === 'trial') return
    if (update !== null && update.offered === offer.name && update.state !== 'waiting') return
    const asked = offer
    isWorking = true
    try {
      await install(parts, host, asked, { newest: state.newest, worked: parts.well.readSources() })
      await quiet()
      if (!isClosed && asked.name === offer.name) host.launcher.restart()
    } catch (error) {
      noteFailure(asked.name, error)
    } finally {
      isWorking = false
    }
  }

  function noteFailure(name: string, error: unknown): void {
    if (isClosed) return
    const { code, sentence } = error instanceof TillbridgeError ? describeError(error) : FETCH_FAILED
    world.log.warn({ code, error }, `the update ${name} was not installed: ${sentence}`)
    const isLasting = lasting.some(kind => kind.is(error))
    say({ offered: name, state: isLasting ? 'refused' : 'waiting', code, sentence: sentence.slice(0, 1_000) })
    if (isLasting) return
    cancel = world.timers.after(1_000 + backOffMs(world, failures, RETRY), () => void work())
    failures += 1
  }

  async function quiet(): Promise<void> {
    const begun = world.clock.monotonicMs()
    const isQuiet = () => {
      const now = world.clock.monotonicMs()
      return now - parts.well.lastRecordedMs() >= parts.quietMs || now - begun >= LONGEST_WAIT_MS
    }
    while (!isClosed && !isQuiet())
      await new Promise<void>(resolve => {
        cancel = world.timers.after(LOOK_EVERY_MS, resolve)
      })
  }

  return {
    running: () => ({
      version: version.slice(0, 64),
      platform: host?.platform ?? null,
      health: watch.health(),
      offered: offer.name,
      update,
    }),
    offered({ offered: name, version: named, token }) {
      if (name !== offer.name) failures = 0
      offer = { name, version: ReleaseVersion.safeParse(named).data ?? '', token: token ?? '' }
      if (update !== null && update.offered !== name) update = null
      cancel()
      parts.changed()
      if (!isWorking) void work()
    },
    [Symbol.dispose]() {
      isClosed = true
      cancel()
      watch[Symbol.dispose]()
    },
  }
}

const FETCH_FAILED = {
  code: 'UPDATE_INTERRUPTED',
  sentence: 'The update could not be fetched or unpacked: the network or the disk failed. It is tried again.',
}

const rolledBackOf = (failed: { offered: string; code: string; sentence: string }): Running['update'] => ({
  offered: failed.offered,
  state: 'rolled-back',
  code: failed.code,
  sentence: failed.sentence,
})

/** Fetches and unpacks an offer, and leaves word for the launcher. */
async function install(
  { world, folder, journal, hubUrl, version: own }: Parameters<typeof startUpdates>[0],
  { keys, platform, disk }: UpdateHost,
  { name, version, token }: { readonly name: string; readonly version: string; readonly token: string },
  { newest, worked }: { readonly newest: string; readonly worked: readonly string[] },
): Promise<void> {
  const form = formOfFile(world, journal)
  const journalBytes = (world.files.sizeOf(journal) ?? 0) + (world.files.sizeOf(`${journal}-wal`) ?? 0)
  const extraBytes = (manifest: { readonly journal: number }) => (manifest.journal > form ? journalBytes : 0)
  const parts = { world, disk, folder, hubUrl, keys, platform, own, newest, extraBytes }
  const manifest = await fetchRelease(parts, { version, token })
  const staged = { version, offered: name, journal: manifest.journal, worked: [...worked] }
  writeUpdateState(world.files, updatePaths(folder).staged, staged)
  world.log.info({ version, folder: join(folder, 'updates') }, 'an update is ready')
}

/** Says when this version has worked for long enough. @param worked what an update has to read; null: it is not on trial */
function watchHealth(
  { world, host, well, confirmMs, changed }: Parameters<typeof startUpdates>[0],
  worked: readonly string[] | null,
): Disposable & { health(): Running['health'] } {
  let isHealthy = false
  let since: number | null = null
  const everyMs = Math.min(LOOK_EVERY_MS, confirmMs)
  let cancel = world.timers.after(everyMs, look)

  function missing(): string | null {
    if (!well.isOnline()) return 'It is not connected to the hub.'
    if (!well.canWrite()) return 'Its journal takes no writes.'
    const read = new Set(well.readSources())
    const unread = (worked ?? []).filter(source => !read.has(source))
    return unread.length === 0 ? null : `It does not read: ${unread.join(', ')}.`
  }

  function look(): void {
    const now = world.clock.monotonicMs()
    const why = missing()
    since = why === null ? (since ?? now) : null
    if (why !== null && worked !== null) host?.launcher.notYet(why)
    if (since !== null && now - since >= confirmMs) {
      isHealthy = true
      if (worked !== null) host?.launcher.healthy()
      changed()
      return
    }
    cancel = world.timers.after(everyMs, look)
  }

  return {
    health: () => (isHealthy ? 'healthy' : worked === null ? 'starting' : 'trial'),
    [Symbol.dispose]: () => cancel(),
  }
}
