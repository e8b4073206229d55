import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import type { TillState } from '../till/api-schema.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { askAgent } from './running-agent.ts'

export function statusCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'status',
    'show this till’s link to the hub, its unsent events and its sources; exit code 1 when something is wrong',
  ).option(...folderOption)
  return answers<Data>(of, terminal, async ({ data }) => {
    const { state, url } = await askAgent(world, data)
    const exitCode = isWell(state) ? exitCodes.ok : exitCodes.failed
    return { json: { url, ...state }, text: statusText(state), exitCode }
  })
}

/** The till's state as lines of text. */
export function statusText(state: TillState): string {
  const {
    storeName,
    till,
    link,
    unsent,
    problem,
    sources,
    writeBacks,
    kept,
    unreadCommands,
    settingsProblem,
    settingsWaiting,
    settingsTrial,
  } = state
  return [
    `${storeName} · ${till}: ${link}, ${unsent} events waiting`,
    ...(problem === null ? [] : [problem]),
    ...(settingsProblem === null ? [] : [settingsProblem]),
    ...(settingsWaiting === null ? [] : [settingsWaiting]),
    ...(settingsTrial === null ? [] : [settingsTrial]),
    ...sources.map(s => `source ${s.source}: ${s.state}${s.problem === null ? '' : ` – ${s.problem}`}`),
    ...writeBacks.map(
      w =>
        `write-back ${w.target}: ${w.state}, ${w.waiting} waiting, ${w.refused} refused, ${w.givenUp} given up${w.problem === null ? '' : ` – ${w.problem}`}`,
    ),
    ...kept.map(
      k =>
        `${k.records} records of store ${k.store}, where this PC was before, are kept here and not sent yet.`,
    ),
    settingsText(state),
    ...(unreadCommands === 0
      ? []
      : [`${unreadCommands} commands of the hub can't be read by this version. Update the agent.`]),
  ].join('\n')
}

/** What monitoring goes by: this till is connected, reads and writes what it should, and runs with its agent.json. */
export function isWell(state: TillState): boolean {
  const { link, problem, diskFull, settingsProblem, sources, writeBacks, unreadCommands } = state
  return (
    link === 'online' &&
    problem === null &&
    !diskFull &&
    settingsProblem === null &&
    sources.every(source => source.state === 'reading') &&
    writeBacks.every(target => target.state === 'ready') &&
    unreadCommands === 0
  )
}

/** The hub's name for no settings at all. */
const NONE = 'none'

function settingsText({ settings, settingsProblem, settingsTrial }: TillState): string {
  const isOwn = settingsProblem === null || settingsTrial !== null
  if (settings?.isOnTrial === true && settings.runs === NONE)
    return 'settings of head office: none any more, on trial; this till reads what its own agent.json names'
  if (settings === null || settings.runs === NONE)
    return isOwn
      ? 'settings: its own agent.json alone'
      : 'settings: those that worked last, alone (agent.last-good.json)'
  const over = isOwn ? '' : ', over those that worked last (agent.last-good.json)'
  if (settings.isOnTrial) return `settings of head office: ${settings.runs}, on trial${over}`
  const since = settings.since === null ? '' : `, since ${new Date(settings.since).toISOString()}`
  return `settings of head office: ${settings.runs}${since}${over}`
}
