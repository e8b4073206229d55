import type { Command } from 'commander'
import { refuseTogether, someWords } from '../../shared/command-line.ts'
import type { TillPreview } from '../remote-settings/preview.ts'
import type { SettingsPlace } from '../remote-settings/versions.ts'

export interface PlaceOptions {
  fleet?: boolean
  region?: string
  store?: string
  till?: string
}

/** Adds the options that say for which tills settings are; one of them has to be given. */
export function placeOptions(of: Command): Command {
  of.option('--fleet', 'for every till')
    .option('--region <region>', 'for the stores of a region', someWords)
    .option('--store <store>', 'for the tills of a store', someWords)
    .option('--till <till>', 'for one till, as STORE/TILL or by its device id', someWords)
  const names = ['fleet', 'region', 'store', 'till']
  for (const [at, one] of names.entries())
    for (const other of names.slice(at + 1)) refuseTogether(of, one, other)
  return of
}

/** The place that was named; none is wrong usage. */
export function demandOnePlace(of: Command, { fleet, region, store, till }: PlaceOptions): SettingsPlace {
  if (region !== undefined) return { level: 'region', target: region }
  if (store !== undefined) return { level: 'store', target: store }
  if (till !== undefined) return { level: 'till', target: till }
  if (fleet === true) return { level: 'fleet', target: '' }
  return of.error("error: one of the options '--fleet', '--region', '--store' and '--till' is needed")
}

/** What changes where, for people. */
export function changesText(tills: readonly TillPreview[]): string {
  if (tills.length === 0) return 'Nothing changes at any till.'
  return tills
    .flatMap(({ store, till, isPinned, changes }) => [
      `${store} · ${till}${isPinned ? ' (pinned: nothing comes to it)' : ''}`,
      ...changes.map(({ setting, from, to }) => `  ${setting}: ${valueText(from)} → ${valueText(to)}`),
    ])
    .join('\n')
}

function valueText(value: unknown): string {
  return value === undefined ? 'as the till has it' : JSON.stringify(value)
}
