import { z } from 'zod'
import { defineError, type TillbridgeError } from '../../shared/errors.ts'
import {
  layOver,
  leaves,
  namedLists,
  RemoteSettings,
  remoteSettings,
  settingsIn,
} from '../../shared/remote-settings.ts'
import { AgentConfig } from '../config.ts'
import { schemaMistakes } from '../config-mistakes.ts'
import { newRepeats, type Repeats, renamedWords, sharedWords } from '../source-names.ts'
import type { RealPath } from '../source-place.ts'

export const remoteSettingsUnknown = defineError(
  'REMOTE_SETTINGS_UNKNOWN',
  (f: { settings: readonly string[] }) =>
    `The hub sets what this version of the agent does not know or can't take: ${f.settings.join('; ')}. The till goes on with the settings before. Update the agent, or take these settings out at the hub.`,
)
export const remoteSettingsNotAllowed = defineError(
  'REMOTE_SETTINGS_NOT_ALLOWED',
  (f: { settings: readonly string[]; leaves: readonly string[] }) =>
    `This till lets only its own agent.json set: ${f.settings.join(', ')}. The till goes on with the settings before. To allow it, IT adds at the till: "remote": { "allow": [${f.leaves.map(leave => `"${leave}"`).join(', ')}] }.`,
)
export const remoteSettingsOff = defineError(
  'REMOTE_SETTINGS_OFF',
  () => 'This till takes no settings from the hub: its agent.json says "remote": { "take": false }.',
)
export const remoteSettingsUnfit = defineError(
  'REMOTE_SETTINGS_UNFIT',
  (f: { mistakes: readonly string[] }) =>
    `The hub’s settings do not fit with this till’s own agent.json: ${f.mistakes.join('; ')}. The till goes on with the settings before. Correct them at the hub.`,
)

export const remoteSettingsRepeat = defineError(
  'REMOTE_SETTINGS_REPEAT',
  (f: Repeats) =>
    `With the hub’s settings this till would read ${[
      ...(f.renamed.length === 0 ? [] : [renamedWords(f.renamed)]),
      ...(f.pairs.length === 0 ? [] : [`the same sales ${sharedWords(f.pairs)}`]),
      ...(f.rekeyed.length === 0 ? [] : [`${f.rekeyed.join(', ')} with other receipt numbers`]),
    ].join(
      ', and ',
    )}: they may be counted twice. The till goes on with the settings before. At the hub, keep the source’s name and its receipt numbers, or give each source files of its own.`,
)

const Written = z.record(z.string(), z.unknown())
type Written = z.infer<typeof Written>
const Entries = z.array(Written)

/**
 * The till's own settings with the hub's laid over them. Of a source, peripheral or write-back target that this till does not have, and
 * of slips where it prints none, nothing is taken: settings of a whole fleet name what only some tills have.
 * @param own agent.json as it was parsed, and as it was written
 * @returns why this till can't take them
 */
export function fitSettings(
  own: { readonly config: AgentConfig; readonly json: unknown },
  sent: unknown,
): AgentConfig | TillbridgeError {
  const parsed = RemoteSettings.safeParse(sent)
  if (!parsed.success) return remoteSettingsUnknown({ settings: mistakesOf(sent, parsed.error) })
  const set = settingsIn(parsed.data)
  if (set.length === 0) return own.config
  const { take, allow } = own.config.remote
  if (!take) return remoteSettingsOff({})
  const refused = set.filter(({ name }) => !isAllowed(name, allow))
  if (refused.length > 0)
    return remoteSettingsNotAllowed({
      settings: refused.map(({ shown }) => shown),
      leaves: leaves.filter(leave => refused.some(({ name }) => remoteSettings[name]?.leave === leave)),
    })
  const written = Written.parse(own.json)
  const together = layOver(written, forThisTill(written, parsed.data))
  const config = AgentConfig.safeParse(together)
  return config.success ? config.data : remoteSettingsUnfit({ mistakes: mistakesOf(together, config.error) })
}

/** Why sales may be counted twice with the hub's settings, which were not with those in use; null: that can't be seen. */
export function repeatsWith(
  inUse: AgentConfig,
  wasRead: readonly string[],
  fitted: AgentConfig,
  realPath: RealPath,
): TillbridgeError | null {
  const repeats = newRepeats(inUse.sources, new Set(wasRead), fitted.sources, realPath)
  return repeats.renamed.length + repeats.pairs.length + repeats.rekeyed.length === 0
    ? null
    : remoteSettingsRepeat(repeats)
}

/** As of agent.json; the whole is called by what it is. */
function mistakesOf(json: unknown, error: z.ZodError): string[] {
  return schemaMistakes(json, error).map(each => each.replace(/^agent\.json: /, 'settings: '))
}

function isAllowed(name: string, allow: readonly string[]): boolean {
  const setting = remoteSettings[name]
  return setting !== undefined && (setting.leave === null || allow.includes(setting.leave))
}

/** What of the hub's settings is about something that this till has, or that they bring along as a whole. */
function forThisTill(written: Written, sent: RemoteSettings): RemoteSettings {
  const { printing, ...others } = sent
  const kept = Object.entries(others).map(([key, value]): [string, unknown] => {
    const id = Object.entries(namedLists).find(([list]) => list === key)?.[1]
    if (id === undefined) return [key, value]
    const known = new Set(Entries.parse(written[key] ?? []).map(entry => entry[id]))
    return [key, Entries.parse(value).filter(entry => known.has(entry[id]) || entry['kind'] !== undefined)]
  })
  return Object.fromEntries([
    ...kept,
    ...(printing === undefined || written['printing'] === undefined ? [] : [['printing', printing]]),
  ])
}
