import { join } from 'node:path'
import { type BackOff, backOffMs, pause } from '../../shared/back-off.ts'
import { describeError, TillbridgeError } from '../../shared/errors.ts'
import type { Frame, Running } from '../../shared/protocol.ts'
import { releaseUnreadable, releaseUnsigned } from '../../shared/releases.ts'
import { ReleaseVersion } from '../../shared/version-order.ts'
import type { World } from '../../shared/world.ts'
import { packageTampered } from './archive.ts'
import { fetchRelease, releaseNotReachable, releaseOlder } from './fetch-release.ts'
import { formOfFile } from './journal-copy.ts'
import type { Launcher } from './launcher.ts'
import { newestThatWorked } from './plan-start.ts'
import { quietMoment } from './quiet-moment.ts'
import type { UpdateFiles } from './update-files.ts'
import {
  readStaged,
  readUpdateState,
  type UpdateState,
  updatePaths,
  writeUpdateState,
} from './update-state.ts'
import { type Wellness, watchHealth } from './watch-health.ts'

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
  /** The hub's newest word: whatever goes on for another one ends. */
  offered(offer: Offer): void
}

const RETRY: BackOff = { firstMs: 60_000, longestMs: 3_600_000 }
/** What another try can't change. */
const lasting = [releaseUnsigned, releaseUnreadable, releaseOlder, releaseNotReachable, packageTampered]

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
  /** Whether new settings are on trial: an update waits for their end. */
  isTryingSettings(): boolean
  /** The status has changed. */
  changed(): void
}): Updates {
  const { world, host, folder, version } = parts
  const paths = updatePaths(folder)
  const state = readUpdateState(world, paths.state)
  const { failed } = state
  const watch = watchHealth({ ...parts, changed: healthChanged }, trialOf(state, version)?.worked ?? null)
  /** What the hub said last. */
  let word = { name: '', version: '', token: '' }
  let update: Running['update'] = failed === null ? null : rolledBackOf(failed)
  let failures = 0
  let isClosed = false
  let isRestarting = false
  /** Followed now; null: nothing is. Aborted once the hub says something else. */
  let attempt: AbortController | null = null
  /** Until the next try. Aborted by any word. */
  let rest = new AbortController()

  function healthChanged(): void {
    parts.changed()
    void follow()
  }

  const isDue = () =>
    !isClosed &&
    !isRestarting &&
    word.version !== '' &&
    word.version !== version &&
    watch.health() !== 'trial' &&
    (update === null || update.offered !== word.name || update.state === 'waiting')

  /** Follows the hub's newest word until nothing more is to be done about it. One attempt at a time: they share a folder. */
  async function follow(): Promise<void> {
    if (host === null || attempt !== null) return
    dropOvertaken()
    while (isDue()) {
      const asked = word
      attempt = new AbortController()
      rest = new AbortController()
      const { signal } = attempt
      await install(host, asked, signal).catch((error: unknown) => {
        if (!signal.aborted) return failedAt(asked, error)
      })
      dropOvertaken()
    }
    attempt = null
  }

  async function install(to: UpdateHost, asked: typeof word, signal: AbortSignal): Promise<void> {
    await stage(parts, to, asked, { state, worked: parts.well.readSources(), signal })
    update = null
    parts.changed()
    await quietMoment({ ...parts, isTrying: parts.isTryingSettings }, signal)
    if (signal.aborted) return
    isRestarting = true
    to.launcher.restart()
  }

  async function failedAt(asked: typeof word, error: unknown): Promise<void> {
    const { code, sentence } = error instanceof TillbridgeError ? describeError(error) : FETCH_FAILED
    world.log.warn({ code, error }, `the update ${asked.name} was not installed: ${sentence}`)
    const isLasting = lasting.some(kind => kind.is(error))
    update = {
      offered: asked.name,
      state: isLasting ? 'refused' : 'waiting',
      code,
      sentence: sentence.slice(0, 1_000),
    }
    parts.changed()
    if (isLasting || asked !== word) return
    failures += 1
    await pause(world, 1_000 + backOffMs(world, failures - 1, RETRY), rest.signal)
  }

  /** What was made ready for another word is not to be started. */
  function dropOvertaken(): void {
    try {
      if (readStaged(world, paths.staged)?.offered !== word.name) world.files.remove(paths.staged)
    } catch (error) {
      world.log.error({ ...describeError(error) }, 'an update that the hub took back could not be put away')
    }
  }

  void follow()
  return {
    running: () => ({
      version: version.slice(0, 64),
      platform: host?.platform ?? null,
      health: watch.health(),
      offered: word.name,
      update,
    }),
    offered({ offered: name, version: named, token }) {
      const isOther = name !== word.name
      word = { name, version: ReleaseVersion.safeParse(named).data ?? '', token: token ?? '' }
      if (isOther) {
        failures = 0
        update = failed?.offered === name ? rolledBackOf(failed) : null
        attempt?.abort()
        dropOvertaken()
      }
      rest.abort()
      parts.changed()
      void follow()
    },
    [Symbol.dispose]() {
      isClosed = true
      attempt?.abort()
      rest.abort()
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

/** Whether this version is an update that has not proven itself yet. */
export function isOnTrial(world: Pick<World, 'files' | 'log'>, folder: string, version: string): boolean {
  return trialOf(readUpdateState(world, updatePaths(folder).state), version) !== null
}

const trialOf = ({ trial }: UpdateState, version: string) => (trial?.version === version ? trial : null)

/** Fetches and unpacks an offer, and leaves word for the launcher. @throws when it is aborted meanwhile */
async function stage(
  { world, folder, journal, hubUrl, version: own }: Parameters<typeof startUpdates>[0],
  { keys, platform, disk }: UpdateHost,
  { name, version, token }: { readonly name: string; readonly version: string; readonly token: string },
  now: { readonly state: UpdateState; readonly worked: readonly string[]; readonly signal: AbortSignal },
): Promise<void> {
  const form = formOfFile(world, journal)
  const journalBytes = (world.files.sizeOf(journal) ?? 0) + (world.files.sizeOf(`${journal}-wal`) ?? 0)
  const extraBytes = (manifest: { readonly journal: number }) => (manifest.journal > form ? journalBytes : 0)
  const newest = newestThatWorked(now.state)
  const { signal } = now
  const kept = [now.state.current, now.state.previous].filter(one => one !== null)
  const parts = { world, disk, folder, hubUrl, keys, platform, own, kept, newest, extraBytes, signal }
  const manifest = await fetchRelease(parts, { version, token })
  signal.throwIfAborted()
  const staged = { version, offered: name, journal: manifest.journal, worked: [...now.worked] }
  writeUpdateState(world.files, updatePaths(folder).staged, staged)
  world.log.info({ version, folder: join(folder, 'updates') }, 'an update is ready')
}
