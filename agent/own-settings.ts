import { defineError, describeError, TillbridgeError } from '../shared/errors.ts'
import type { Cancel, World } from '../shared/world.ts'
import { type AgentConfig, agentPaths, parseAgentConfig, parseAgentJson, readAgentText } from './config.ts'

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
}

/** An agent.json with which an agent could not start, or not read every source, and why. */
export interface RefusedSettings {
  readonly text: string | null
  readonly error: unknown
}

export const configKept = defineError(
  'CONFIG_KEPT',
  (f: { why: string }) =>
    `${f.why} Until then this till goes on with the settings that worked last; it takes up a corrected agent.json within a minute.`,
)
export const configMissing = defineError(
  'CONFIG_MISSING',
  (f: { path: string }) => `${f.path} is gone. Put it back; if nothing is to be set, write {} into it.`,
)
export const configRefused = defineError(
  'CONFIG_REFUSED',
  (f: { path: string; why: string }) =>
    `${f.path} can't be used: ${f.why} Correct it; \`tillbridge-agent config check\` names what is wrong.`,
)

/**
 * The settings of agent.json, or those that worked last where it can't be used.
 * @param refused an agent.json that could not be started with: it is not tried again while it is the same
 * @throws CONFIG_INVALID, CONFIG_UNREADABLE when none worked before
 */
export function readOwnSettings(parts: Parts, refused: RefusedSettings | null = null): OwnSettings {
  const read = readNow(parts, refused)
  if (!(read instanceof TillbridgeError)) return read
  const good = lastGood(parts)
  if (good === null) throw read
  const { sentence } = describeError(configKept({ why: oneLine(describeError(read).sentence) }))
  return { ...good, text: textNow(parts), problem: sentence }
}

/** The settings of agent.json, and no others. @throws CONFIG_INVALID, CONFIG_UNREADABLE, CONFIG_MISSING */
export function demandOwnSettings(parts: Parts): OwnSettings {
  const read = readNow(parts, null)
  if (read instanceof TillbridgeError) throw read
  return read
}

/** Keeps the settings that an agent has started with, to go on with if agent.json can't be used one day. */
export function keepOwnSettings({ world, folder }: Parts, { text, problem }: OwnSettings): void {
  if (text === null || problem !== null) return
  const { lastGood: path } = agentPaths(folder)
  try {
    if (world.files.readText(path) !== text) world.files.writePrivate(path, text)
  } catch (error) {
    world.log.warn({ ...describeError(error) }, 'the settings that work could not be kept beside agent.json')
  }
}

/** Whether settings worked here before that are others than these. */
export function hasOtherSettings(parts: Parts, { text }: OwnSettings): boolean {
  const good = lastGood(parts)
  return good !== null && good.text !== text
}

const LOOK_EVERY_MS = 10_000

/** Looks for a corrected agent.json. @param changed called once, when it has become another one and stays that for ten seconds */
export function watchOwnSettings(
  parts: Parts & { readonly world: Pick<World, 'files' | 'log' | 'timers'> },
  { text }: OwnSettings,
  changed: () => void,
): Disposable {
  let before = text
  let cancel: Cancel = parts.world.timers.after(LOOK_EVERY_MS, look)
  function look(): void {
    const now = textNow(parts)
    if (now !== text && now === before) {
      changed()
      return
    }
    before = now
    cancel = parts.world.timers.after(LOOK_EVERY_MS, look)
  }
  return { [Symbol.dispose]: () => cancel() }
}

function readNow({ world, folder }: Parts, refused: RefusedSettings | null): OwnSettings | TillbridgeError {
  const { config: path, lastGood: good } = agentPaths(folder)
  try {
    const text = readAgentText(world.files, path)
    if (refused !== null && refused.text === text)
      return configRefused({ path, why: describeError(refused.error).sentence }, refused.error)
    if (text === null && world.files.sizeOf(good) !== null) return configMissing({ path })
    return { config: parseAgentConfig(text, path), json: parseAgentJson(text, path), text, problem: null }
  } catch (error) {
    if (error instanceof TillbridgeError) return error
    throw error
  }
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
