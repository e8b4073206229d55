import { isDeepStrictEqual } from 'node:util'
import { describeError } from '../shared/errors.ts'
import { trialTimesMs } from '../shared/trial-times.ts'
import type { Cancel, World } from '../shared/world.ts'
import type { AgentConfig } from './config.ts'
import { type MissingSource, missingSources, type SourcesShown } from './missing-sources.ts'
import {
  configLoses,
  keepOwnSettings,
  noteOwnTrial,
  noteRefusedAsked,
  noteShown,
  type OwnSettings,
  type OwnTrial,
  ownTrial,
  refusedAskedAt,
  refuseOwnSettings,
  type Shown,
  shownSettings,
  takeUpRefused,
  textThatWorked,
} from './own-settings.ts'
import { isPassive } from './source-place.ts'
import type { Wellness } from './updates/watch-health.ts'

/** Asks what settings would do that are not in use. */
export interface SettingsProbe {
  /** The hub answers on the way that these settings name. */
  reachesHub(config: AgentConfig): Promise<boolean>
  /** Whether this source can be read; null: that can't be told without using it. */
  reads(source: Source): Promise<boolean | null>
}
type Source = AgentConfig['sources'][number]

/** What agent.json shows at this till. */
export interface ProvenSettings extends Disposable {
  /** It is another than what worked last, and its time to prove itself is not over. */
  isOnTrial(): boolean
  /** What runs has proven itself, or there is nothing else to go on with. */
  isProven(): boolean
  /** Not proven, and the hub or a source is lost at this moment. */
  isLosing(): boolean
  /** Since when (agent clock, ms) a changed file is on trial, however long that takes, and what it has not shown; null: none is. */
  trial(): TrialShown | null
}

export interface TrialShown {
  readonly since: number
  /** By their names, what is not read yet, and where no sale has come from since. */
  readonly unread: readonly string[]
  readonly unsold: readonly string[]
  /** Those that were read, where the file names no source at all. */
  readonly forgotten: readonly string[]
}

export interface ProofParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'files' | 'log'>
  readonly folder: string
  /** What the agent has started with. */
  readonly own: OwnSettings
  /** With the hub's laid over them. */
  readonly config: AgentConfig
  /** What worked last, with the hub's laid over it and (`own`) without; null: nothing did, or it is what runs. */
  readonly former: { readonly config: AgentConfig; readonly own: AgentConfig } | null
  readonly well: Pick<Wellness, 'isOnline' | 'readSources' | 'lastRecordedMs'> & {
    /** Sources from which something came since this agent's start. */
    toldSources(): readonly string[]
  }
  readonly probe: SettingsProbe
  /** An update, or settings of the hub, are on trial: what is lost is not agent.json's fault then, or not for sure. */
  isTrying(): boolean
  /** No source is left unread by a mistake in its settings. */
  isUsable(): boolean
  /** Without the hub's settings, too. */
  isUsableAlone(config: AgentConfig): boolean
  /** agent.json as it is now, with the hub's laid over it. @throws when it can't be used */
  wanted(): AgentConfig
  /** Ends this agent; the next one starts with agent.json, or with what worked last where that was refused. */
  restart(): void
  /** The status has changed. */
  changed(): void
}

const LOOK_EVERY_MS = 5_000
const ASK_AGAIN_MS = 60_000
/** How often in a row the former settings have to be the better ones: the hub may just be coming back. */
const ASKED_TWICE = 2
const RETRY_MS = 3_600_000
/** After a start everything is missing for a moment. */
const LONGEST_GRACE_MS = 120_000

/**
 * The one place that decides which settings of a till have worked. A changed agent.json has when, for `updates.confirmMinutes`, the
 * hub is reached and each source is read as with what worked before (`missingSources`). It is left again when one of these was missing
 * for `updates.giveUpMinutes` and the former settings would have it now: what neither has, as with the line down, proves nothing.
 */
export function proveOwnSettings(parts: ProofParts): ProvenSettings {
  const { world, own, config, well, probe } = parts
  const former = parts.former?.config ?? null
  const { confirmMs, giveUpMs } = trialTimesMs((former ?? config).updates)
  const everyMs = Math.min(LOOK_EVERY_MS, confirmMs)
  const begun = nowMs()
  let shown = shownSettings(parts)
  let state = firstState()
  let wellSince: number | null = null
  let trial: OwnTrial = ownTrial(parts, own) ?? { since: world.clock.now(), lostMs: 0, told: [] }
  let notedMs = Number.NaN
  let lookedAt = begun
  let lacked = ''
  /** Of the former sources, those that can't be read with the former settings either. */
  const dead = new Set<string>()
  let askAt = begun + Math.min(LONGEST_GRACE_MS, giveUpMs / 4)
  let asked = 0
  /** After a disk took no write. */
  let writeAt = begun
  let isAsking = false
  /** When a refused file was asked last, agent clock, ms. */
  let refusedAt = own.hasLost ? refusedAskedAt(parts) : null
  let cancel: Cancel = world.timers.soon(look)

  function nowMs(): number {
    return world.clock.monotonicMs()
  }

  function firstState(): 'good' | 'first' | 'trial' | 'none' {
    if (own.problem !== null) return 'good'
    if (own.text === null) return 'none'
    const worked = textThatWorked(parts)
    if (worked === null || (former === null && worked !== own.text)) return 'first'
    return worked === own.text ? 'good' : 'trial'
  }

  function look(): void {
    if (state === 'first' && !parts.isTrying() && parts.isUsable()) keep()
    else if (state === 'good') grow()
    else if (state === 'trial') judge()
    cancel = world.timers.after(everyMs, look)
  }

  function seen(): Shown {
    return { online: well.isOnline(), read: [...well.readSources()] }
  }

  function keep(): void {
    const now = nowMs()
    if (now < writeAt) return
    writeAt = now + ASK_AGAIN_MS
    const next = seen()
    if (!keepOwnSettings(parts, own, next)) return
    shown = next
    state = 'good'
    writeAt = now
  }

  /** What runs here has worked: what it reaches and reads is what another one has to. */
  function grow(): void {
    const now = nowMs()
    if (refusedAt !== null && !isAsking && now >= writeAt && isRetryDue(refusedAt)) void retry()
    const { online, read } = seen()
    const isMore = (online && !shown.online) || read.some(source => !shown.read.includes(source))
    if (!isMore || parts.isTrying() || now < writeAt) return
    const next = { online: shown.online || online, read: [...new Set([...shown.read, ...read])] }
    if (noteShown(parts, next)) shown = next
    else writeAt = now + ASK_AGAIN_MS
  }

  function judge(): void {
    const now = nowMs()
    const lookedMs = Math.min(now - lookedAt, 2 * everyMs) // not while the PC slept
    lookedAt = now
    const told = [...new Set([...trial.told, ...well.toldSources()])]
    if (told.length > trial.told.length) note({ told })
    const missing = missingNow()
    tell(missing)
    if (parts.isTrying()) {
      wellSince = null
      note({ lostMs: 0 })
      return
    }
    if (lostOf(missing).length > 0) {
      wellSince = null
      note({ lostMs: Math.min(trial.lostMs + lookedMs, giveUpMs) })
      if (trial.lostMs >= giveUpMs && now >= askAt && !isAsking) void ask()
      return
    }
    note({ lostMs: 0 })
    asked = 0
    wellSince = missing.length > 0 ? null : (wellSince ?? now)
    if (wellSince !== null && now - wellSince >= confirmMs && isKeepable()) {
      keep()
      parts.changed()
    }
  }

  /** What a restart must not forget; how long something is missing is written now and then. */
  function note(more: Partial<OwnTrial>): void {
    const before = trial
    trial = { ...trial, ...more }
    const isSmall = trial.lostMs > 0 && trial.lostMs < giveUpMs && trial.lostMs - notedMs < giveUpMs / 30
    const isSame = trial.lostMs === notedMs || isSmall
    if (isSame && trial.told === before.told) return
    notedMs = trial.lostMs
    noteOwnTrial(parts, own, trial)
  }

  /** Head office is told when it is something else that is not shown. */
  function tell(missing: readonly MissingSource[]): void {
    const lacks = JSON.stringify(missing.map(({ name, lacks: what }) => [name, what]))
    if (lacks === lacked) return
    lacked = lacks
    parts.changed()
  }

  function restart(): void {
    state = 'none'
    parts.restart()
  }

  /** A file that works only under the hub's settings does not replace one that works without. */
  const isKeepable = () =>
    parts.isUsable() &&
    (parts.isUsableAlone(own.config) || parts.former === null || !parts.isUsableAlone(parts.former.own))

  /** What worked and does not now: the hub, or sources. */
  function lostOf(missing: readonly MissingSource[]): readonly Lost[] {
    const unread = missing.filter(({ lacks }) => lacks === 'reading')
    return [...(shown.online && !well.isOnline() ? ['hub' as const] : []), ...unread]
  }

  function missingNow(): readonly MissingSource[] {
    const [read, told] = [new Set<string>(well.readSources()), new Set(trial.told)]
    return missingSources({
      ...comparing(former?.sources ?? config.sources, config),
      isRead: ({ source }) => read.has(source),
      hasTold: ({ source }) => told.has(source),
      isDead: ({ source }) => dead.has(source),
    })
  }

  function comparing(before: readonly Source[], now: AgentConfig) {
    return {
      former: before,
      wasRead: new Set(shown.read),
      now,
    } satisfies Partial<SourcesShown>
  }

  async function ask(): Promise<void> {
    isAsking = true
    const missing = lostOf(missingNow())
    const had = await Promise.all(missing.map(would))
    isAsking = false
    askAt = nowMs() + Math.min(ASK_AGAIN_MS, giveUpMs)
    const still = lostOf(missingNow())
    const proof = missing.filter(
      (one, place) => had[place] && still.some(each => isDeepStrictEqual(each, one)),
    )
    asked = proof.length === 0 ? 0 : asked + 1
    if (asked < ASKED_TWICE || state !== 'trial') return
    const unread = proof.flatMap(one => (one === 'hub' ? [] : [one.name]))
    const named = new Set<string>(config.sources.map(({ source }) => source))
    const gone = unread.filter(source => !named.has(source))
    const why = configLoses({ hub: proof.includes('hub'), sources: unread, gone })
    world.log.error(
      { ...describeError(why) },
      'agent.json has lost what worked; the settings before it are taken',
    )
    if (refuseOwnSettings(parts, own, why, world.clock.now())) restart()
  }

  /** Whether the former settings have now what is lost with these, and differ in what concerns it. */
  async function would(one: Lost): Promise<boolean> {
    if (former === null) return false
    if (one === 'hub') return !isDeepStrictEqual(former.network, config.network) && probe.reachesHub(former)
    const { was } = one
    if (config.sources.some(is => isDeepStrictEqual(is, was))) return false
    const reads = await probe.reads(was)
    if (reads === false) dead.add(was.source)
    else dead.delete(was.source)
    return reads === true
  }

  function isRetryDue(at: number): boolean {
    const now = world.clock.now()
    return now - at >= RETRY_MS || at > now
  }

  /** A refused agent.json that has by now all that worked, as after a proxy was put right, is taken up after all. */
  async function retry(): Promise<void> {
    if (nowMs() - well.lastRecordedMs() < config.updates.quietMinutes * 60_000) return
    const now = world.clock.now()
    if (!noteRefusedAsked(parts, now)) {
      writeAt = nowMs() + ASK_AGAIN_MS
      return
    }
    refusedAt = now
    isAsking = true
    const works = await worksNow()
    isAsking = false
    if (works && state === 'good' && takeUpRefused(parts)) restart()
  }

  /** What it has in common with the settings in use fares as with those; what only its use could tell is not asked for. */
  async function worksNow(): Promise<boolean> {
    try {
      const wanted = parts.wanted()
      if (shown.online && !isDeepStrictEqual(wanted.network, config.network))
        if (!(await probe.reachesHub(wanted))) return false
      const changed = wanted.sources.filter(one => !config.sources.some(each => isDeepStrictEqual(each, one)))
      const tried = await Promise.all(changed.map(probe.reads))
      const unreadable = new Set(changed.filter((_, place) => tried[place] === false))
      const read = new Set<string>(well.readSources())
      const missing = missingSources({
        ...comparing(config.sources, wanted),
        isRead: one => !unreadable.has(one),
        hasTold: () => true,
        isDead: ({ source }) => !read.has(source),
      })
      return !missing.some(({ was, lacks }) => lacks === 'reading' && !isPassive(was))
    } catch (error) {
      world.log.debug({ ...describeError(error) }, 'agent.json can’t be tried again')
      return false
    }
  }

  return {
    isOnTrial: () => state === 'trial' && Math.abs(world.clock.now() - trial.since) < giveUpMs + confirmMs,
    isProven: () => state !== 'trial' || former === null,
    isLosing: () => state === 'trial' && lostOf(missingNow()).length > 0,
    trial() {
      if (state !== 'trial' || former === null) return null
      const missing = missingNow()
      const namesOf = (what: MissingSource['lacks']) =>
        missing.filter(({ lacks }) => lacks === what).map(({ name }) => name)
      const [unread, unsold, forgotten] = [namesOf('reading'), namesOf('sale'), namesOf('entry')]
      return { since: trial.since, unread, unsold, forgotten }
    },
    [Symbol.dispose]: () => {
      if (state === 'trial' && trial.lostMs !== notedMs) noteOwnTrial(parts, own, trial)
      state = 'none'
      cancel()
    },
  }
}

type Lost = 'hub' | MissingSource
