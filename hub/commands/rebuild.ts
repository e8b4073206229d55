import { type Command, Option } from 'commander'
import { answers, type CommandResult, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { projections } from '../effects/projections.ts'
import { dropRebuild, type RebuildProgress, rebuildProjection } from '../streams/rebuild.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { archiveOption, withArchives } from './given-archives.ts'

const names = projections.map(({ name }) => name)

export const projectionUnknown = defineError(
  'PROJECTION_UNKNOWN',
  (f: { name: string }) =>
    `There is no projection "${f.name}". Those that can be rebuilt: ${names.join(', ')}.`,
)

const STEPS = 10

/** One word for each tenth of a store, so that a line is written when it changes. */
const stepOf = ({ store, turn, turns, done }: RebuildProgress) =>
  `${store}/${done ? 'done' : Math.floor((STEPS * turn) / Math.max(turns, 1))}`

export function rebuildCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('rebuild', 'make tables again from the stored events; a run that was stopped goes on')
    .argument('<projection>', names.join(', '))
    .option('--from-start', 'do not go on where a stopped run was')
    .addOption(
      new Option('--drop', 'do not rebuild: drop what a stopped run has made').conflicts([
        'fromStart',
        'archive',
        'skipUnreadable',
      ]),
    )
    .option(...archiveOption)
    .option('--skip-unreadable', 'leave out stored events that can’t be read, and name each')
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & {
    fromStart?: boolean
    drop?: boolean
    skipUnreadable?: boolean
    archive?: string[]
  }
  return answers<Options>(
    of,
    terminal,
    async ({ json, fromStart, drop, skipUnreadable, archive, ...where }, name = '') => {
      const projection = projections.find(one => one.name === name)
      if (projection === undefined) throw projectionUnknown({ name })
      if (drop === true) return dropped(name, await withDb(world, where, db => dropRebuild(db, projection)))
      let said = ''
      const report = (progress: RebuildProgress) => {
        if (stepOf(progress) === said) return
        said = stepOf(progress)
        terminal.err(`${json === true ? JSON.stringify(progress) : sentence(progress)}\n`)
      }
      const skipped = new Set<string>()
      const skip = (event: string, problem: string) => {
        if (!skipped.has(event)) terminal.err(`left out ${event}: ${problem}\n`)
        skipped.add(event)
      }
      const given = skipUnreadable === true ? { skipUnreadable: skip } : {}
      const done = await withDb(world, where, db =>
        withArchives(world, db, { data: where.data, archive }, archives =>
          rebuildProjection({ db, projection, fromStart: fromStart === true, report, archives, ...given }),
        ),
      )
      return {
        json: { projection: name, ...done, skipped: [...skipped] },
        text: `${name}: ${done.events} events of ${done.stores} stores replayed.${leftOut(skipped.size)}`,
      }
    },
  )
}

function dropped(projection: string, wasUnderWay: boolean): CommandResult {
  return {
    json: { projection, dropped: wasUnderWay },
    text: wasUnderWay
      ? `The stopped rebuild of ${projection} was dropped. The tables in use are unchanged.`
      : `No rebuild of ${projection} is under way. Nothing was changed.`,
  }
}

const leftOut = (count: number) => (count === 0 ? '' : ` Left out because they can’t be read: ${count}.`)

function sentence({ store, events, turn, turns, done, kept }: RebuildProgress): string {
  const keeps = kept === 0 ? '' : `; ${kept} kept as they were, because events of theirs may be left out`
  if (done) return `${store}: done, ${events} events${keeps}`
  return `${store}: ${events} events, ${Math.floor((100 * turn) / Math.max(turns, 1))} %`
}
