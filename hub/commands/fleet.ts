import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import { type TillDrift, tillDrifts } from '../drift/till-drift.ts'
import { NONE } from '../remote-settings/choose.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

/** `fleet`: each till with what it runs, what it is to run, and what is wrong, the worst first. */
export function fleetCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'fleet',
    'show what each till runs, what it is to run, and in what it differs: versions, settings, clock, sources, disk, certificate; what is wrong first',
  )
    .option('--wrong', 'only tills with something to look at')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { wrong?: boolean }>(of, terminal, async ({ data, database, wrong }) => {
    const all = await withDb(world, { data, database }, db => tillDrifts(db, world.clock.now()))
    const tills =
      wrong === true ? all.filter(({ findings }) => findings.some(({ isNotice }) => isNotice !== true)) : all
    const none = all.length === 0 ? 'No till is enrolled.' : 'Every till is as it should be.'
    const now = world.clock.now()
    return { json: { tills }, text: tills.map(till => driftText(till, now)).join('\n') || none }
  })
}

function driftText(one: TillDrift, now: number): string {
  const version = one.version ?? 'no version known'
  const settings =
    one.settings === null || one.settings === '' || one.settings === NONE ? '' : `, settings ${one.settings}`
  const desktop = one.desktop === null ? '' : `, desktop app ${one.desktop}`
  const head = `${one.store} · ${one.till}: ${version}${desktop}${settings}${machineText(one, now)}`
  const findings = one.findings.map(
    ({ sentence, since, isNotice }) => `  ${isNotice === true ? 'Note: ' : ''}${sentence}${sinceText(since)}`,
  )
  return [head, ...findings].join('\n')
}

const DAY_MS = 24 * 3_600_000

function machineText({ disk, certificateEnds }: TillDrift, now: number): string {
  const free = disk === null ? '' : `, ${gigabytes(disk.free)} of ${gigabytes(disk.total)} GB free`
  const days = certificateEnds === null ? null : Math.floor((certificateEnds - now) / DAY_MS)
  if (days === null) return free
  const left = days === 1 ? '1 day' : `${days} days`
  return `${free}, certificate ${days < 0 ? 'ended' : `ends in ${left}`}`
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0)

const sinceText = (since: number | null) => (since === null ? '' : ` (since ${shownMinute(since)})`)
