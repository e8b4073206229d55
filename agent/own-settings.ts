import { hash } from 'node:crypto'
import { z } from 'zod'
import { defineError, describeError, TillbridgeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { type AgentConfig, agentPaths, parseAgentConfig, parseAgentJson, readAgentText } from './config.ts'
import { newRepeats, renamedWords, sharedWords, type TwoNames } from './source-names.ts'

type Parts = { readonly world: Pick<World, 'files' | 'log'>; readonly folder: string }

/** This till's own settings. */
export interface OwnSettings {
  readonly config: AgentConfig
  /** As they were written. */
  readonly json: unknown
  /** agent.json as it is now, whether it can be used or not; null: it is missing or can't be read. */
  readonly text: string | null
  /** Why these are the ones that worked last, and not those of agent.json; null: they are agent.json's. */
  readonly problem: string | null
  /** After how long an agent.json is tried again that was not to blame; null: once it is another. */
  readonly againMs: number | null
  /** agent.json was left again, as it lost what had worked. */
  readonly hasLost: boolean
}

/** An agent.json with which an agent could not start, or not read every source, and why. */
export interface RefusedSettings {
  readonly text: string | null
  readonly error: unknown
  /** The reason may pass without a change of the file: it is tried again after so long. */
  readonly againMs: number | null
}

/** What ends it: `changed`: a correction of the file; `asked`: also that what is missing is there; `tried`: it is said in `why`. */
type KeptUntil = 'changed' | 'asked' | 'tried'
const untilWords: Readonly<Record<KeptUntil, readonly [before: string, after: string]>> = {
  changed: [' until agent.json is corrected; that takes effect within a minute.', ''],
  asked: [
    '.',
    ' A changed agent.json is taken up within a minute; this one once it has what is missing, which is asked each hour.',
  ],
  tried: ['.', ''],
}

export const configKept = defineError('CONFIG_KEPT', (f: { why: string; until: KeptUntil }) => {
  const [before, after] = untilWords[f.until]
  return `This till goes on with the settings that worked last${before} ${f.why}${after}`
})
const takenOutAdvice = (sources: readonly string[]) =>
  `Write "takenOut": ${JSON.stringify(sources)} into it if that is to be read no more.`

type Losses = {
  readonly hub: boolean
  readonly sources: readonly string[]
  readonly gone: readonly string[]
}

export const configMissing = defineError(
  'CONFIG_MISSING',
  (f: { path: string }) =>
    `${f.path} is gone. Put it back; what worked last is beside it, in agent.last-good.json.`,
)
export const configForgets = defineError(
  'CONFIG_FORGETS',
  (f: { path: string; sources: readonly string[] }) =>
    `${f.path} no longer names ${f.sources.join(', ')}, nor any other source. Name what is to be read. ${takenOutAdvice(f.sources)}`,
)
/** A source's name is a part of its receipts' keys: under another one, those without a time of day are counted again. */
export const configRenames = defineError(
  'CONFIG_RENAMES',
  (f: { path: string; renamed: readonly TwoNames[] }) => {
    const again = f.renamed.map(({ was, is }) => `"countsAgain": ["${was}"] into the entry of ${is}`)
    return `${f.path} reads ${renamedWords(f.renamed)}. Its sales may be counted once more. Keep the name; or, if they are to be counted under the new one, write ${again.join(', ')}.`
  },
)
/** A receipt's key is what it counts by once. */
export const configRekeys = defineError(
  'CONFIG_REKEYS',
  (f: { path: string; rekeyed: readonly string[] }) =>
    `${f.path} makes the receipts’ numbers of ${f.rekeyed.join(', ')} from other columns or fields ("receipt"). What was read already may be counted once more. Leave "receipt" as it was; or set "startFrom" to a day of which nothing was read yet; or, if all may be counted again, write "countsAgain": ["${f.rekeyed[0] ?? ''}"] into that source’s entry.`,
)
export const configReadsTwice = defineError(
  'CONFIG_READS_TWICE',
  (f: { path: string; pairs: readonly TwoNames[] }) =>
    `${f.path} reads the same sales twice: ${sharedWords(f.pairs)}. They may be counted twice. Take one of the sources out, give them files of their own, or name the other in "witnessOf" if one only confirms it.`,
)
/** The file says that no source is to be read, as an empty list of a template does. It is in use, and may be a mistake. */
export const configReadsNone = defineError(
  'CONFIG_READS_NONE',
  (f: { sources: readonly string[] }) =>
    `This till reads no sales: its agent.json names no source, and with the settings before it read ${f.sources.join(', ')}. Name what is to be read. ${takenOutAdvice(f.sources)}`,
)
export const configRefused = defineError(
  'CONFIG_REFUSED',
  (f: { path: string; why: string }) => `${f.path} can't be used: ${f.why}`,
)
export const configWaits = defineError(
  'CONFIG_WAITS',
  (f: { path: string; why: string }) =>
    `The agent could not start with ${f.path}: ${f.why} It is tried again at a quiet moment, first after a minute.`,
)

/** The former settings would have what is missing. `gone`: those of the sources that agent.json no longer names. */
export const configLoses = defineError('CONFIG_LOSES', (f: Losses) => {
  const lost = [...(f.hub ? ['reach the hub'] : []), ...f.sources.map(source => `read ${source}`)]
  const told = `With agent.json as it is now this till does not ${lost.join(' and ')}; with the settings before it does.`
  return f.gone.length === 0 ? told : `${told} ${takenOutAdvice(f.gone)}`
})

/** What a till has reached and read with its settings. */
export interface Shown {
  readonly online: boolean
  readonly read: readonly string[]
}
const NOTHING: Shown = { online: false, read: [] }

const Proof = z.object({
  /** By which settings, as `markOf` names their text. */
  of: z.string(),
  online: z.boolean(),
  read: z.array(z.string()),
  /** The agent.json that was left again. `askedAt`: when it was last asked what it has by now (agent clock, ms). */
  refused: z.object({ text: z.string(), why: z.string(), askedAt: z.number().default(0) }).nullable(),
  /** How the agent.json fares that is on trial, so that a restart does not begin its trial again. */
  trial: z
    .object({
      of: z.string(),
      /** Agent clock, ms. */
      since: z.number(),
      /** For how long, while an agent ran, something has been missing without a break. */
      lostMs: z.number(),
      /** Sources from which something came. */
      told: z.array(z.string()),
    })
    .nullable()
    .default(null),
})
type Proof = z.infer<typeof Proof>
export type OwnTrial = Omit<NonNullable<Proof['trial']>, 'of'>

/**
 * The settings of agent.json, or those that worked last where it can't be used.
 * @param refused an agent.json that could not be started with: it is not tried again while it is the same
 * @throws CONFIG_INVALID, CONFIG_UNREADABLE when none worked before
 */
export function readOwnSettings(parts: Parts, refused: RefusedSettings | null = null): OwnSettings {
  const read = readNow(parts, refused)
  const isUsable = !(read instanceof TillbridgeError)
  const lost = isUsable ? lostBy(parts, read.text) : null
  if (isUsable && lost === null) return read
  const good = lastGood(parts)
  if (isUsable) {
    if (good === null) return read
    return { ...good, text: read.text, problem: lost, againMs: null, hasLost: true }
  }
  if (good === null) throw read
  const againMs = refused?.againMs ?? null
  return { ...good, text: textNow(parts), problem: keptBecause(read), againMs, hasLost: false }
}

/** The settings of agent.json, and no others. @throws CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_MISSING */
export function demandOwnSettings(parts: Parts): OwnSettings {
  const read = readNow(parts, null)
  if (read instanceof TillbridgeError) throw read
  return read
}

/**
 * Keeps settings that have proven themselves, to go on with if agent.json can't be used one day.
 * @returns whether they are kept
 */
export function keepOwnSettings(
  parts: Parts,
  { text, problem }: OwnSettings,
  shown: Shown = NOTHING,
): boolean {
  if (text === null || problem !== null) return false
  const { world, folder } = parts
  const { lastGood: path } = agentPaths(folder)
  return written(parts, () => {
    if (world.files.readText(path) !== text) world.files.writePrivate(path, text)
    const { online, read } = shown
    writeProof(parts, { of: markOf(text), online, read: [...read], refused: null, trial: null })
  })
}

/** What was reached and read with the settings that worked last. */
export function shownSettings(parts: Parts): Shown {
  return proofOf(parts) ?? NOTHING
}

/** Notes what else the settings that worked last have shown. @returns whether it is kept */
export function noteShown(parts: Parts, { online, read }: Shown): boolean {
  const text = textThatWorked(parts)
  if (text === null) return false
  const refused = proofOf(parts)?.refused ?? null
  const proof = { of: markOf(text), online, read: [...read], refused, trial: null }
  return written(parts, () => writeProof(parts, proof))
}

/** How this agent.json has fared on trial so far; null: its trial begins. */
export function ownTrial(parts: Parts, { text }: OwnSettings): OwnTrial | null {
  const trial = proofOf(parts)?.trial ?? null
  return trial !== null && text !== null && trial.of === markOf(text) ? trial : null
}

/** Notes how it fares. @returns whether it is kept */
export function noteOwnTrial(parts: Parts, { text }: OwnSettings, trial: OwnTrial): boolean {
  const good = textThatWorked(parts)
  if (text === null || good === null) return false
  const proof = proofOf(parts) ?? { of: markOf(good), ...NOTHING, read: [], refused: null }
  return written(parts, () => writeProof(parts, { ...proof, trial: { ...trial, of: markOf(text) } }))
}

/** When a refused agent.json was last asked what it has by now, agent clock, ms; null: none is refused. */
export const refusedAskedAt = (parts: Parts): number | null => proofOf(parts)?.refused?.askedAt ?? null

/** It was asked now. @returns whether that is kept */
export function noteRefusedAsked(parts: Parts, askedAt: number): boolean {
  const proof = proofOf(parts)
  if (proof === null || proof.refused === null) return false
  const refused = { ...proof.refused, askedAt }
  return written(parts, () => writeProof(parts, { ...proof, refused }))
}

/** agent.json has lost what worked: it is left until it is another one, or `takeUpRefused`. @returns whether that is kept */
export function refuseOwnSettings(
  parts: Parts,
  { text }: OwnSettings,
  why: TillbridgeError,
  askedAt: number,
): boolean {
  const proof = proofOf(parts)
  if (proof === null || text === null) return false
  const refused = { text: markOf(text), why: keptBecause(why), askedAt }
  return written(parts, () => writeProof(parts, { ...proof, refused, trial: null }))
}

/** It has by now what worked. @returns whether that is kept */
export function takeUpRefused(parts: Parts): boolean {
  const proof = proofOf(parts)
  return proof !== null && written(parts, () => writeProof(parts, { ...proof, refused: null }))
}

function lostBy(parts: Parts, text: string | null): string | null {
  const refused = proofOf(parts)?.refused ?? null
  return refused !== null && text !== null && refused.text === markOf(text) ? refused.why : null
}

/** Null: nothing is noted of what worked last. */
function proofOf(parts: Parts): Proof | null {
  const { world, folder } = parts
  const { ownSettings: path } = agentPaths(folder)
  try {
    const text = world.files.readText(path)
    const good = textThatWorked(parts)
    if (text === null || good === null) return null
    const proof = Proof.parse(JSON.parse(text))
    return proof.of === markOf(good) ? proof : null
  } catch (error) {
    world.log.warn(
      { path, ...describeError(error) },
      'what the settings have shown can’t be read; it is noted once more',
    )
    return null
  }
}

function writeProof({ world, folder }: Parts, proof: Proof): void {
  world.files.writePrivate(agentPaths(folder).ownSettings, `${JSON.stringify(proof)}\n`)
}

function written({ world }: Parts, write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    world.log.warn({ ...describeError(error) }, 'what works could not be kept beside agent.json')
    return false
  }
}

const markOf = (text: string) => hash('sha256', text).slice(0, 16)

/** Another store's or hub's till is made of this PC: what worked last belongs to the one before. */
export function forgetOwnSettings({ world, folder }: { world: Pick<World, 'files'>; folder: string }): void {
  const { lastGood: good, ownSettings } = agentPaths(folder)
  world.files.remove(good)
  world.files.remove(ownSettings)
}

/** Whether settings worked here before that are others than these. */
export function hasOtherSettings(parts: Parts, { text }: OwnSettings): boolean {
  const good = lastGood(parts)
  return good !== null && good.text !== text
}

/** The text of what worked last, whether this version can use it or not; null: nothing did. */
export function textThatWorked({ world, folder }: Parts): string | null {
  return readAgentText(world.files, agentPaths(folder).lastGood)
}

/** What worked last; null: nothing did, this version can't use it, or it is these. */
export function ownSettingsBefore(
  parts: Parts,
  { text, problem }: OwnSettings,
): Pick<OwnSettings, 'config' | 'json'> | null {
  const good = problem === null ? lastGood(parts) : null
  return good === null || good.text === text ? null : good
}

/** agent.json as it is now. @returns `problem`: why it can't be used; null: it can */
export function lookAtOwnSettings(parts: Parts): {
  readonly text: string | null
  readonly problem: string | null
} {
  const read = readNow(parts, null)
  if (read instanceof TillbridgeError) return { text: textNow(parts), problem: keptBecause(read) }
  return { text: read.text, problem: null }
}

/** By what the hub, and a trial, know one agent.json from another: a comma more makes no other. */
export const markOfOwn = ({ json }: Pick<OwnSettings, 'json'>): string =>
  hash('sha256', JSON.stringify(json)).slice(0, 16)

/** What is wrong with agent.json, and first of all that no sale is read, where the settings in use name no source. */
export function problemWithSales(problem: string, { sources }: Pick<AgentConfig, 'sources'>): string {
  if (sources.length > 0) return problem
  return `This till reads no sales: the settings that it goes on with name no source. ${problem}`
}

function readNow(parts: Parts, refused: RefusedSettings | null): OwnSettings | TillbridgeError {
  const { world, folder } = parts
  const { config: path, lastGood: good } = agentPaths(folder)
  try {
    const text = readAgentText(world.files, path)
    if (refused !== null && refused.text === text) return refusal(path, refused)
    if (text === null && world.files.sizeOf(good) !== null) return configMissing({ path })
    const json = parseAgentJson(text, path)
    const config = parseAgentConfig(text, path)
    const sources = forgottenSources(parts, json, config)
    if (sources.length > 0) return configForgets({ path, sources })
    const repeats = repeatsIn(parts, path, config)
    if (repeats !== null) return repeats
    return { config, json, text, problem: null, againMs: null, hasLost: false }
  } catch (error) {
    if (error instanceof TillbridgeError) return error
    throw error
  }
}

/** A file that says nothing of sources, as a template with an empty list writes it, does not end the reading of sales. */
function forgottenSources(parts: Parts, json: unknown, config: AgentConfig): readonly string[] {
  if (z.object({ sources: z.array(z.unknown()) }).safeParse(json).success) return []
  return notTakenOut(parts, config)
}

/** Why sales may be counted twice with it; null: that can't be seen. */
function repeatsIn(parts: Parts, path: string, { sources }: AgentConfig): TillbridgeError | null {
  const before = lastGood(parts)?.config.sources ?? []
  const wasRead = new Set(shownSettings(parts).read)
  const { renamed, pairs, rekeyed } = newRepeats(before, wasRead, sources, parts.world.files.realPath)
  if (renamed.length > 0) return configRenames({ path, renamed })
  if (pairs.length > 0) return configReadsTwice({ path, pairs })
  return rekeyed.length === 0 ? null : configRekeys({ path, rekeyed })
}

/** What agent.json does not give up of what worked last; only where it names no source at all. */
function notTakenOut(parts: Parts, { sources, takenOut }: AgentConfig): readonly string[] {
  if (sources.length > 0) return []
  const givenUp = new Set<string>(takenOut)
  return (
    lastGood(parts)
      ?.config.sources.map(({ source }) => source)
      .filter(source => !givenUp.has(source)) ?? []
  )
}

/** That the file names no source where some were read, for people; null: it does, or gives them up. */
export function readsNone(parts: Parts, config: AgentConfig): string | null {
  const { read } = shownSettings(parts)
  const sources = notTakenOut(parts, config).filter(source => read.includes(source))
  return sources.length === 0 ? null : describeError(configReadsNone({ sources })).sentence
}

function refusal(path: string, { error, againMs }: RefusedSettings): TillbridgeError {
  const facts = { path, why: describeError(error).sentence }
  return againMs === null ? configRefused(facts, error) : configWaits(facts, error)
}

function keptBecause(error: TillbridgeError): string {
  const until = configWaits.is(error) ? 'tried' : configLoses.is(error) ? 'asked' : 'changed'
  return describeError(configKept({ why: oneLine(describeError(error).sentence), until })).sentence
}

function textNow({ world, folder }: Parts): string | null {
  try {
    return readAgentText(world.files, agentPaths(folder).config)
  } catch {
    return null // that it can't be read is said where it is to be used
  }
}

/** What worked last; null: nothing did, or this version can't use it. */
function lastGood({ world, folder }: Parts): Pick<OwnSettings, 'config' | 'json' | 'text'> | null {
  const { lastGood: path } = agentPaths(folder)
  try {
    const text = readAgentText(world.files, path)
    if (text === null) return null
    return { config: parseAgentConfig(text, path), json: parseAgentJson(text, path), text }
  } catch (error) {
    world.log.warn({ ...describeError(error) }, 'the settings that worked last can’t be used')
    return null
  }
}

/** A sentence with a list in it, for a line of a page. */
const oneLine = (sentence: string) =>
  sentence.replace(':\n- ', ': ').replaceAll('\n- ', '; ').replaceAll('\n', '. ')
