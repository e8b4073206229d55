import type { Command } from 'commander'
import { answers, command, someWords } from '../../shared/command-line.ts'
import { type RemoteSettings, settingsIn } from '../../shared/remote-settings.ts'
import type { Db } from '../db/db.ts'
import { NONE } from '../remote-settings/choose.ts'
import { chosenFor } from '../remote-settings/preview.ts'
import {
  demandPlace,
  type KeptSettings,
  listSettings,
  type SettingsPlace,
  settableTills,
  settingsReports,
  settingsTally,
} from '../remote-settings/versions.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

/** A level and which of it, for people. */
export function placeText({ level, target }: SettingsPlace): string {
  return { fleet: 'all tills', region: `region ${target}`, store: `store ${target}`, till: `till ${target}` }[
    level
  ]
}

/** `config show`: what each till is to run with, what it runs, and how it fares with that. */
export function configShowCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('show', 'show which settings each till is to run with, which it runs, and how it fares')
    .option('--till <till>', 'one till, as STORE/TILL or by its device id, with its settings', someWords)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { till?: string }>(of, terminal, async ({ data, database, till }) => {
    const tills = await withDb(world, { data, database }, async db => {
      const all = await shownTills(db)
      if (till === undefined) return all
      const { target } = await demandPlace(db, { level: 'till', target: till })
      return all.filter(one => `${one.store}/${one.till}` === target)
    })
    const text = tills.map(one => tillText(one, till !== undefined)).join('\n')
    return { json: { tills }, text: text || 'No till is enrolled.' }
  })
}

interface ShownTill {
  readonly device: string
  readonly store: string
  readonly till: string
  readonly wanted: string
  /** Null: its agent says nothing of settings. */
  readonly runs: string | null
  readonly state: string | null
  readonly sentence: string | null
  readonly settings: RemoteSettings
}

async function shownTills(db: Db): Promise<ShownTill[]> {
  const versions = (await listSettings(db)).filter(({ state }) => state !== 'dropped')
  const reports = await settingsReports(db)
  const shown: ShownTill[] = []
  for (const till of await settableTills(db)) {
    const wanted = await chosenFor(db, till, versions)
    const report = reports.get(till.device)
    const { runs = null, state = null, sentence = null } = report ?? {}
    const { device, store, till: name } = till
    shown.push({
      device,
      store,
      till: name,
      wanted: wanted.name,
      runs,
      state,
      sentence,
      settings: wanted.settings,
    })
  }
  return shown
}

const ALONE = 'its own settings alone'

function tillText(one: ShownTill, isWhole: boolean): string {
  const runs = one.runs === null ? 'not known' : one.runs === NONE ? '' : one.runs
  const said = one.sentence === null ? '' : ` – ${one.sentence}`
  const wanted = one.wanted === runs ? '' : `, and is to run ${one.wanted || ALONE}`
  const head = `${one.store} · ${one.till}: runs ${runs || ALONE}${wanted}${one.state === null ? '' : ` (${one.state})`}${said}`
  const settings = settingsIn(one.settings).map(({ shown, value }) => `  ${shown}: ${JSON.stringify(value)}`)
  return [head, ...(isWhole ? settings : [])].join('\n')
}

/** `config history`: every version, newest first: what for, who, when, why, and how far it has come. */
export function configHistoryCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'history',
    'every version of settings: what for, who set it, why, and how the tills fare with it',
  )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const versions = await withDb(world, { data, database }, async db => {
      const found = []
      for (const one of await listSettings(db)) found.push({ ...one, ...(await settingsTally(db, one)) })
      return found
    })
    return { json: { versions }, text: versions.map(versionText).join('\n') || 'No settings were set here.' }
  })
}

function versionText(one: KeptSettings & Awaited<ReturnType<typeof settingsTally>>): string {
  const when = new Date(one.changedAt).toISOString().slice(0, 16).replace('T', ' ')
  const reason = one.reason === null ? '' : `  (${one.reason})`
  const ring = one.state === 'offered' ? ` to ${one.stage}` : ''
  const fares = `${one.healthy} well, ${one.failed} failed, ${one.waiting} waiting`
  return `${one.version}  ${placeText(one)}  ${one.state}${ring}  ${fares}  ${when} ${one.changedBy}: ${one.why}${reason}`
}
