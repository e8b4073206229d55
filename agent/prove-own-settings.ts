import { isDeepStrictEqual } from 'node:util'
import { describeError } from '../shared/errors.ts'
import { trialTimesMs } from '../shared/trial-times.ts'
import type { Cancel, World } from '../shared/world.ts'
import type { AgentConfig } from './config.ts'
import {
  configLoses,
  keepOwnSettings,
  noteShown,
  type OwnSettings,
  refuseOwnSettings,
  type Shown,
  shownSettings,
  takeUpRefused,
  textThatWorked,
} from './own-settings.ts'
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
  readonly well: Pick<Wellness, 'isOnline' | 'readSources' | 'lastRecordedMs'>
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
}

const LOOK_EVERY_MS = 5_000
const ASK_AGAIN_MS = 60_000
/** How often in a row the former settings have to be the better ones: the hub may just be coming back. */
const ASKED_TWICE = 2
const RETRY_MS = 3_600_000

/**
 * The one place that decides which settings of a till have worked. A changed agent.json has when, for `updates.confirmMinutes`, the
 * hub is reached and each source is read as with what worked before. It is left again when one of these was missing for
 * `updates.giveUpMinutes` and the former settings would have it now: what neither has, as with the line down, proves nothing.
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
  let lostSince: number | null = null
  let askAt = begun
  let asked = 0
  let retryAt = begun + RETRY_MS
  /** After a disk took no write. */
  let writeAt = begun
  let isAsking = false
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
    if (own.hasLost && nowMs() >= retryAt && !isAsking) void retry()
    const { online, read } = seen()
    const isMore = (online && !shown.online) || read.some(source => !shown.read.includes(source))
    const now = nowMs()
    if (!isMore || parts.isTrying() || now < writeAt) return
    const next = { online: shown.online || online, read: [...new Set([...shown.read, ...read])] }
    if (noteShown(parts, next)) shown = next
    else writeAt = now + ASK_AGAIN_MS
  }

  function judge(): void {
    if (parts.isTrying()) {
      wellSince = null
      lostSince = null
      return
    }
    const now = nowMs()
    if (lost().length === 0) {
      lostSince = null
      asked = 0
      wellSince ??= now
      if (now - wellSince >= confirmMs && isKeepable()) keep()
      return
    }
    wellSince = null
    lostSince ??= now
    if (now - lostSince >= giveUpMs && now >= askAt && !isAsking) void ask()
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
  function lost(): readonly Lost[] {
    const read = new Set<string>(well.readSources())
    const unread = config.sources.filter(({ source }) => shown.read.includes(source) && !read.has(source))
    return [...(shown.online && !well.isOnline() ? ['hub' as const] : []), ...unread, ...unreplaced(read)]
  }

  /** A source that was taken out is not asked for, unless others are named in its place: then as many have to be read. */
  function unreplaced(read: ReadonlySet<string>): readonly Source[] {
    const before = new Set<string>(former?.sources.map(({ source }) => source))
    const added = config.sources.filter(({ source }) => !before.has(source))
    const works = added.filter(({ source }) => read.has(source)).length
    return works < goneSources().length ? added.filter(({ source }) => !read.has(source)) : []
  }

  /** Sources that were read before and that the file no longer names. */
  function goneSources(): readonly Source[] {
    const named = new Set<string>(config.sources.map(({ source }) => source))
    return former?.sources.filter(({ source }) => shown.read.includes(source) && !named.has(source)) ?? []
  }

  async function ask(): Promise<void> {
    isAsking = true
    const missing = lost()
    const had = await Promise.all(missing.map(would))
    isAsking = false
    askAt = nowMs() + Math.min(ASK_AGAIN_MS, giveUpMs)
    const still = lost()
    const proof = missing.filter((one, place) => had[place] && still.includes(one))
    asked = proof.length === 0 ? 0 : asked + 1
    if (asked < ASKED_TWICE || state !== 'trial') return
    const why = configLoses({
      hub: proof.includes('hub'),
      sources: proof.flatMap(one => (one === 'hub' ? [] : [one.source])),
    })
    world.log.error(
      { ...describeError(why) },
      'agent.json has lost what worked; the settings before it are taken',
    )
    if (refuseOwnSettings(parts, own, why)) restart()
  }

  /** Whether the former settings have now what is lost with these, and differ in what concerns it. */
  async function would(one: Lost): Promise<boolean> {
    if (former === null) return false
    if (one === 'hub') return !isDeepStrictEqual(former.network, config.network) && probe.reachesHub(former)
    const { sources } = former
    const same = sources.find(({ source }) => source === one.source)
    if (same !== undefined) return !isDeepStrictEqual(same, one) && (await probe.reads(same)) === true
    return (await Promise.all(goneSources().map(probe.reads))).includes(true)
  }

  /** A refused agent.json that has by now all that worked, as after a proxy was put right, is taken up after all. */
  async function retry(): Promise<void> {
    if (nowMs() - well.lastRecordedMs() < config.updates.quietMinutes * 60_000) return
    isAsking = true
    retryAt = nowMs() + RETRY_MS
    const works = await worksNow()
    isAsking = false
    if (works && state === 'good' && takeUpRefused(parts)) restart()
  }

  /** What it has in common with the settings in use fares as with those. */
  async function worksNow(): Promise<boolean> {
    try {
      const wanted = parts.wanted()
      const isNamed = new Set<string>(wanted.sources.map(({ source }) => source))
      const isInUse = new Set<string>(config.sources.map(({ source }) => source))
      const changed = wanted.sources.filter(one => !config.sources.some(each => isDeepStrictEqual(each, one)))
      const kept = changed.filter(({ source }) => shown.read.includes(source))
      const added = changed.filter(({ source }) => !isInUse.has(source))
      const gone = shown.read.filter(source => isInUse.has(source) && !isNamed.has(source))
      if (shown.online && !isDeepStrictEqual(wanted.network, config.network))
        if (!(await probe.reachesHub(wanted))) return false
      if ((await Promise.all(kept.map(probe.reads))).includes(false)) return false
      if (gone.length === 0) return true
      return (
        (await Promise.all(added.map(probe.reads))).filter(reads => reads !== false).length >= gone.length
      )
    } catch (error) {
      world.log.debug({ ...describeError(error) }, 'agent.json can’t be tried again')
      return false
    }
  }

  return {
    isOnTrial: () => state === 'trial' && nowMs() - begun < giveUpMs + confirmMs,
    isProven: () => state !== 'trial' || former === null,
    isLosing: () => state === 'trial' && lost().length > 0,
    [Symbol.dispose]: () => {
      state = 'none'
      cancel()
    },
  }
}

type Lost = 'hub' | Source
