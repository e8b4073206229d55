import { type RemoteSettings, settingsIn } from '../../shared/remote-settings.ts'
import type { Reads } from '../db/db.ts'
import { chooseSettings, type SettableTill, type SettingsVersion, targetOf, together } from './choose.ts'
import { demandTrialTimes } from './trial-times.ts'
import { listSettings, newestVersion, outcomesOf, type SettingsPlace, settableTills } from './versions.ts'

/** One setting that becomes another one. Undefined: what the till's own agent.json says. */
export interface SettingChange {
  readonly setting: string
  readonly from: unknown
  readonly to: unknown
}

/** What changes where. */
export interface TillPreview {
  readonly device: string
  readonly store: string
  readonly till: string
  /** Its store keeps what it has: nothing new reaches this till before the store follows the hub again. */
  readonly isPinned: boolean
  /** False: it gets these settings when it connects for the first time. */
  readonly hasConnected: boolean
  readonly changes: readonly SettingChange[]
}

/**
 * What changes at which till once new settings of a place have come to all of them; tills where nothing changes are left out.
 * @param place as `demandPlace` gives it
 * @throws SETTINGS_TIMES_UNFIT
 */
export async function previewSettings(
  db: Reads,
  place: SettingsPlace,
  settings: RemoteSettings,
): Promise<TillPreview[]> {
  const versions = (await listSettings(db)).filter(({ state }) => state !== 'dropped')
  const candidate: SettingsVersion = {
    version: (await newestVersion(db)) + 1,
    ...place,
    settings,
    state: 'offered',
    stage: 'all',
    attempt: 1,
  }
  if (place.level === 'fleet') demandTrialTimes(settings, null) // for tills that are enrolled later as well
  const found: TillPreview[] = []
  for (const till of await settableTills(db)) {
    if (targetOf(till, place.level) !== place.target) continue
    const { device, store, till: name, isPinned, agent } = till
    const now = await chosenFor(db, till, versions)
    const next = together(
      [...now.versions.filter(({ level }) => level !== place.level), candidate].toSorted(byLevel),
    )
    demandTrialTimes(next.settings, `${store}/${name}`)
    const changes = differences(now.settings, next.settings)
    const hasConnected = agent !== ''
    if (changes.length > 0) found.push({ device, store, till: name, isPinned, hasConnected, changes })
  }
  return found
}

/** The settings that are for a till now. */
export async function chosenFor(db: Reads, till: SettableTill, versions: readonly SettingsVersion[]) {
  return chooseSettings(till, versions, await outcomesOf(db, till.device))
}

const order = { fleet: 0, region: 1, store: 2, till: 3 } as const
const byLevel = (one: SettingsVersion, other: SettingsVersion) => order[one.level] - order[other.level]

function differences(from: RemoteSettings, to: RemoteSettings): SettingChange[] {
  const before = new Map(settingsIn(from).map(({ shown, value }) => [shown, value]))
  const after = new Map(settingsIn(to).map(({ shown, value }) => [shown, value]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(setting => JSON.stringify(before.get(setting)) !== JSON.stringify(after.get(setting)))
    .map(setting => ({ setting, from: before.get(setting), to: after.get(setting) }))
}
