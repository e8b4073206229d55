import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { answers, command, someWords } from '../../shared/command-line.ts'
import { remoteSettings } from '../../shared/remote-settings.ts'
import { transaction } from '../db/db.ts'
import { type Stage, stages } from '../releases/rings.ts'
import { previewSettings } from '../remote-settings/preview.ts'
import { readSettingsFile } from '../remote-settings/settings-file.ts'
import {
  addSettings,
  demandPlace,
  dropSettings,
  offerSettings,
  pauseSettings,
  pinSettings,
} from '../remote-settings/versions.ts'
import {
  choiceOf,
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { changesText, demandOnePlace, type PlaceOptions, placeOptions } from './config-place.ts'
import { configHistoryCommand, configShowCommand, placeText } from './config-show.ts'

/** Settings of the tills that head office sets: for all, a region, a store or a till, ring by ring. */
export function tillSettingsCommand(parts: HubCommandParts): Command {
  return new Command('config')
    .description('settings of the tills')
    .addCommand(setCommand(parts))
    .addCommand(previewCommand(parts))
    .addCommand(configShowCommand(parts))
    .addCommand(configHistoryCommand(parts))
    .addCommand(offerCommand(parts))
    .addCommand(pauseCommand(parts))
    .addCommand(dropCommand(parts))
    .addCommand(storeCommand(parts))
    .addCommand(settingsCommand(parts))
}

const readGiven = (file: string) => readSettingsFile(readFileSync(file, 'utf8'), file)

function setCommand({ terminal, world }: HubCommandParts): Command {
  const of = placeOptions(
    command(
      'set',
      'set the settings of all tills, a region, a store or a till from a file; it replaces those set there before',
    ),
  )
    .argument('<file>', 'settings in the shape of agent.json, as YAML or JSON')
    .requiredOption('--by <name>', 'who decides it', someWords)
    .requiredOption('--why <text>', 'why', someWords)
    .option('--to <ring>', 'begin with this ring: canary, tenth or all', choiceOf(stages))
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & PlaceOptions & { by: string; why: string; to?: Stage }
  return answers<Options>(of, terminal, async ({ data, database, by, why, to, ...where }, file = '') => {
    const asked = demandOnePlace(of, where)
    const settings = readGiven(file)
    const { set, tills } = await withDb(world, { data, database }, db =>
      transaction(db, async tx => {
        const place = await demandPlace(tx, asked)
        const changes = await previewSettings(tx, place, settings)
        const next = { ...place, settings, by, why, from: to ?? null }
        return { set: await addSettings(tx, next, world.clock.now()), tills: changes }
      }),
    )
    const reached = tills.filter(({ isPinned }) => !isPinned)
    const never = reached.filter(({ hasConnected }) => !hasConnected).length
    const waiting =
      never === 0 ? '' : `, ${never} of which ${never === 1 ? 'has' : 'have'} never been connected`
    const text = `Version ${set.version} is set for ${placeText(set)}; ring: ${set.stage}. It changes ${countOf(reached.length)}${waiting}.`
    return { json: { ...set, tills }, text }
  })
}

const countOf = (tills: number) => (tills === 1 ? '1 till' : `${tills} tills`)

function previewCommand({ terminal, world }: HubCommandParts): Command {
  const of = placeOptions(
    command('preview', 'show what a file of settings would change at which till; nothing is set'),
  )
    .argument('<file>', 'settings in the shape of agent.json, as YAML or JSON')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & PlaceOptions>(of, terminal, async ({ data, database, ...where }, file = '') => {
    const asked = demandOnePlace(of, where)
    const settings = readGiven(file)
    const tills = await withDb(world, { data, database }, async db =>
      previewSettings(db, await demandPlace(db, asked), settings),
    )
    return { json: { tills }, text: changesText(tills) }
  })
}

function offerCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'offer',
    'let a paused version go on, try a stopped one again from the start, or an offered one where it failed',
  )
    .argument('<version>', 'its number, as config history shows it')
    .option('--to <ring>', 'begin with this ring: canary, tenth or all', choiceOf(stages))
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { to?: Stage }>(of, terminal, async ({ data, database, to }, version = '') => {
    const set = await withDb(world, { data, database }, db =>
      transaction(db, tx => offerSettings(tx, version, { from: to ?? null, now: world.clock.now() })),
    )
    return { json: set, text: `Version ${version} is offered; ring: ${set.stage}.` }
  })
}

function pauseCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('pause', 'give a version to no further till until it is offered again')
    .argument('<version>', 'its number, as config history shows it')
    .option('--why <text>', 'why, for those who look at the history', someWords)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { why?: string }>(
    of,
    terminal,
    async ({ data, database, why }, version = '') => {
      const set = await withDb(world, { data, database }, db =>
        transaction(db, tx => pauseSettings(tx, version, why ?? null)),
      )
      return { json: set, text: `Version ${version} is paused. Tills that have it keep it.` }
    },
  )
}

function dropCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('drop', 'take a version back for good: its tills go back to the one before it')
    .argument('<version>', 'its number, as config history shows it')
    .requiredOption('--why <text>', 'why', someWords)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { why: string }>(of, terminal, async ({ data, database, why }, version = '') => {
    const set = await withDb(world, { data, database }, db =>
      transaction(db, tx => dropSettings(tx, version, why)),
    )
    return { json: set, text: `Version ${version} is dropped. Its tills go back to the settings before it.` }
  })
}

function storeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'store',
    'let the tills of a store keep the settings that they have, or follow the hub again',
  )
    .argument('<store>', 'the store’s code')
    .option('--pin', 'they keep what they have')
    .option('--no-pin', 'they follow the hub again')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { pin?: boolean }>(of, terminal, async ({ data, database, pin }, store = '') => {
    if (pin === undefined) return of.error("error: option '--pin' or '--no-pin' is needed")
    await withDb(world, { data, database }, db => transaction(db, tx => pinSettings(tx, store, pin)))
    const text = pin
      ? `The tills of ${store} keep the settings that they have.`
      : `The tills of ${store} follow the hub again.`
    return { json: { store, isPinned: pin }, text }
  })
}

function settingsCommand({ terminal }: HubCommandParts): Command {
  const of = command(
    'settings',
    'list every setting that the hub can set, and what a till has to allow for it',
  )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers(of, terminal, async () => {
    const list = Object.entries(remoteSettings).map(([setting, { leave }]) => ({ setting, needs: leave }))
    const text = list
      .map(({ setting, needs }) =>
        needs === null ? setting : `${setting}  (only where agent.json allows "${needs}")`,
      )
      .join('\n')
    return { json: list, text }
  })
}
