import { resolve, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { SourceConfig } from './sources/configured.ts'
import { databaseKinds } from './sources/kinds.ts'
import { RECEIPTS } from './sources/paper/receipt-sources.ts'
import { canMatchOne } from './sources/sales-files/name-patterns.ts'
import { usualFiles } from './sources/sales-files/settings.ts'

/** `Files.realPath`: two ways to one folder have one. */
export type RealPath = (path: string) => string

/** The settings by which kinds of sources name where the sales are. */
const placeKeys = ['folder', 'files', 'file', 'product', 'host', 'port', 'database', 'tablePrefix', 'printer']
const paths: ReadonlySet<string> = new Set(['folder', 'file'])
const Settings = z.record(z.string(), z.unknown())

/** Whether two sources are set to the same place: they are of one kind, and name the same folder, database or printer. */
export function isSamePlace(one: SourceConfig, other: SourceConfig): boolean {
  return one.kind === other.kind && isSame(one.settings, other.settings)
}

/** Whether its sales are brought to it, by a POS that posts or prints them: nothing of before can be read there. */
export const isPassive = ({ kind }: Pick<SourceConfig, 'kind'>) => kind === 'http' || kind === RECEIPTS

/** Whether some sales could be read by both. What posts its sales has an address for each source. */
export function overlaps(one: SourceConfig, other: SourceConfig, realPath: RealPath): boolean {
  const [first, second] = [Settings.safeParse(one.settings).data, Settings.safeParse(other.settings).data]
  if (first === undefined || second === undefined) return false
  if (one.kind === RECEIPTS || other.kind === RECEIPTS)
    return one.kind === other.kind && first['printer'] === second['printer']
  const [folder, sameFolder] = [first['folder'], second['folder']]
  if (typeof folder === 'string' && typeof sameFolder === 'string')
    return (
      realPath(folder) === realPath(sameFolder) &&
      canReadAlike(one, other) &&
      filesOf(one.kind, first).some(name =>
        filesOf(other.kind, second).some(otherName => canMatchOne(name, otherName)),
      )
    )
  const [database, sameDatabase] = [databaseOf(first, realPath), databaseOf(second, realPath)]
  return database !== null && isDeepStrictEqual(database, sameDatabase) && canReadTablesAlike(one, other)
}

/** A mapping may be of any kind of file. */
const canReadAlike = (one: SourceConfig, other: SourceConfig) =>
  one.kind === other.kind || one.kind === 'mapping' || other.kind === 'mapping'

const posDatabases: ReadonlySet<string> = new Set(databaseKinds.map(({ kind }) => kind))

/** A third party's mapping may read tables of its own. */
function canReadTablesAlike(one: SourceConfig, other: SourceConfig): boolean {
  const mappingOf = ({ settings }: SourceConfig) => Settings.parse(settings)['mapping']
  if (posDatabases.has(one.kind) && posDatabases.has(other.kind)) return true
  return one.kind === other.kind && isDeepStrictEqual(mappingOf(one), mappingOf(other))
}

const Names = z.array(z.string())
const usual: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(usualFiles))

function filesOf(kind: string, settings: Readonly<Record<string, unknown>>): readonly string[] {
  return Names.safeParse(settings['files']).data ?? usual.get(kind) ?? ['*']
}

/** What names a database, for every source that reads it; null: these settings name none. */
function databaseOf(settings: Readonly<Record<string, unknown>>, realPath: RealPath): unknown {
  const named = Settings.safeParse(settings['database']).data ?? settings
  const { product = 'sqlite', file, host, port, database } = named
  const tables = settings['tablePrefix'] ?? ''
  if (typeof file === 'string') return { product: 'sqlite', file: realPath(file), tables }
  if (typeof host !== 'string' || typeof database !== 'string') return null
  return {
    product,
    host: loopback.has(host.toLowerCase()) ? 'localhost' : host.toLowerCase(),
    port: port ?? (product === 'postgres' ? 5_432 : 3_306),
    database,
    tables,
  }
}
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1'])

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
