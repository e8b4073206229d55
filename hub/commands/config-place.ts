import type { Command } from 'commander'
import { refuseTogether, someWords } from '../../shared/command-line.ts'
import type { SettingChange, TillPreview } from '../remote-settings/preview.ts'
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
    .flatMap(({ store, till, isPinned, hasConnected, changes }) => [
      `${store} · ${till}${isPinned ? ' (pinned: nothing comes to it)' : hasConnected ? '' : ' (has never been connected)'}`,
      ...changes.map(
        change =>
          `  ${change.setting}: ${valueText(change.from)} → ${valueText(change.to)}${whereText(change, changes)}`,
      ),
    ])
    .join('\n')
}

/** A setting of a list's entry, such as `sources "pos".compareNumbers`, changes nothing at a till that has no such entry. */
function whereText({ setting }: SettingChange, all: readonly SettingChange[]): string {
  const entry = /^(\w+) "(.*)"\./.exec(setting)
  if (entry === null) return ''
  const [, list = '', name = ''] = entry
  if (all.some(one => one.setting === `${list} "${name}".kind`)) return ''
  return `, if agent.json there has "${name}"`
}

function valueText(value: unknown): string {
  return value === undefined ? 'as the till has it' : JSON.stringify(value)
}
