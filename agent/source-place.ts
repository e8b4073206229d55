import { resolve, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { SourceConfig } from './sources/configured.ts'

/** The settings by which kinds of sources name where the sales are. */
const placeKeys = ['folder', 'files', 'file', 'product', 'host', 'port', 'database', 'tablePrefix', 'printer']
const paths: ReadonlySet<string> = new Set(['folder', 'file'])
const Settings = z.record(z.string(), z.unknown())

/** Whether two sources read the same sales: they are of one kind, and name the same folder, database or printer. */
export function isSamePlace(one: SourceConfig, other: SourceConfig): boolean {
  return one.kind === other.kind && isSame(one.settings, other.settings)
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
