import { resolve, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { SourceConfig } from './sources/configured.ts'
import { RECEIPTS } from './sources/paper/receipt-sources.ts'

/** The settings by which kinds of sources name where the sales are. */
const placeKeys = ['folder', 'files', 'file', 'product', 'host', 'port', 'database', 'tablePrefix', 'printer']
const paths: ReadonlySet<string> = new Set(['folder', 'file'])
const Settings = z.record(z.string(), z.unknown())

/** Whether two sources read the same sales: they are of one kind, and name the same folder, database or printer. */
export function isSamePlace(one: SourceConfig, other: SourceConfig): boolean {
  return one.kind === other.kind && isSame(one.settings, other.settings)
}

/** Whether its sales are brought to it, by a POS that posts or prints them: nothing of before can be read there. */
export const isPassive = ({ kind }: Pick<SourceConfig, 'kind'>) => kind === 'http' || kind === RECEIPTS

/** A place that was read under one name, and is to be read under another. */
export interface Renamed {
  readonly was: string
  readonly is: string
}

/** What changed settings would read once more under another name, and so count a second time: names are a part of receipts' keys. */
export function renamedSources(
  before: readonly SourceConfig[],
  now: readonly SourceConfig[],
): readonly Renamed[] {
  const isRead = (name: string, place: SourceConfig, sources: readonly SourceConfig[]) =>
    sources.some(one => one.source === name && isSamePlace(one, place))
  return before
    .filter(was => !isPassive(was) && !isRead(was.source, was, now))
    .flatMap(was => {
      const is = now.find(one => isSamePlace(one, was) && !isRead(one.source, was, before))
      return is === undefined ? [] : [{ was: was.source, is: is.source }]
    })
}

function isSame(one: unknown, other: unknown): boolean {
  const [first, second] = [Settings.safeParse(one), Settings.safeParse(other)]
  if (!first.success || !second.success) return isDeepStrictEqual(one, other)
  return placeKeys.every(key => isSame(placeIn(first.data, key), placeIn(second.data, key)))
}

/** One folder may be written in several ways. */
function placeIn(settings: Readonly<Record<string, unknown>>, key: string): unknown {
  const written = settings[key]
  if (typeof written !== 'string' || !paths.has(key)) return written
  const path = resolve(written)
  return sep === '\\' ? path.toLowerCase() : path
}
