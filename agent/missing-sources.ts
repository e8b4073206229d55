import type { AgentConfig } from './config.ts'
import { isPassive, isSamePlace } from './source-place.ts'

type Source = AgentConfig['sources'][number]

/** What of the sources that were read with the settings before a changed agent.json has not shown. */
export interface MissingSource {
  /** As the settings before name it. */
  readonly was: Source
  /** What people are to look at: its name now, or the former one. */
  readonly name: string
  /**
   * `reading`: it, or what replaces it, is not read. `sale`: it is read at another place or in another way, and nothing came from there yet.
   * `entry`: the file names no source at all.
   */
  readonly lacks: 'reading' | 'sale' | 'entry'
}

export interface SourcesShown {
  /** Every source that the settings before name. */
  readonly former: readonly Source[]
  /** Those of them that were read. */
  readonly wasRead: ReadonlySet<string>
  readonly now: Pick<AgentConfig, 'sources' | 'takenOut'>
  readonly isRead: (source: Source) => boolean
  /** Something came from it since the file is in use. */
  readonly hasTold: (source: Source) => boolean
  /** With the settings before it can't be read any more. */
  readonly isDead: (former: Source) => boolean
}

/**
 * Compares the sources of a changed agent.json with those that were read before. Whatever was read has to be read, by its name, or by a new
 * source that reads the same; or the file gives it up: by taking it out and naming no new source, or by its name in `takenOut`.
 */
export function missingSources(shown: SourcesShown): readonly MissingSource[] {
  const named = new Map(shown.now.sources.map(one => [one.source, one]))
  const givenUp = new Set(shown.now.takenOut)
  const before = shown.former.filter(({ source }) => shown.wasRead.has(source))
  const stayed = before.flatMap(was => {
    const is = named.get(was.source)
    return is === undefined ? [] : ofNamed(was, is, shown)
  })
  const gone = before.filter(({ source }) => !named.has(source) && !givenUp.has(source))
  return [...stayed, ...ofGone(gone, shown)]
}

function ofNamed(was: Source, is: Source, shown: SourcesShown): readonly MissingSource[] {
  if (!shown.isRead(is)) return [{ was, name: is.source, lacks: 'reading' }]
  if (isSamePlace(was, is) || shown.hasTold(is)) return []
  return [{ was, name: is.source, lacks: 'sale' }]
}

function ofGone(gone: readonly Source[], shown: SourcesShown): readonly MissingSource[] {
  const { sources } = shown.now
  if (sources.length === 0) return gone.map(was => ({ was, name: was.source, lacks: 'entry' }))
  const known = new Set<string>(shown.former.map(({ source }) => source))
  const added = sources.filter(({ source }) => !known.has(source))
  if (added.length === 0 && sources.some(shown.isRead)) return []
  const free = new Set(added)
  const same = gone.map(was => [was, takenFrom(free, is => isSamePlace(was, is))] as const)
  return same.flatMap(([was, is]) => (is === null ? ofMoved(was, free, shown) : ofRenamed(was, is, shown)))
}

function ofRenamed(was: Source, is: Source, shown: SourcesShown): readonly MissingSource[] {
  if (!shown.isRead(is)) return [{ was, name: was.source, lacks: 'reading' }]
  // what it reads is brought to it: that it is ready shows nothing
  return isPassive(is) && !shown.hasTold(is) ? [{ was, name: is.source, lacks: 'sale' }] : []
}

/**
 * A new source of the same kind at another place counts for it once the former place is gone, and something came from the new one. Where one
 * of several such is not read, that one may be it.
 */
function ofMoved(was: Source, free: Set<Source>, shown: SourcesShown): readonly MissingSource[] {
  const fits = [...free].filter(({ kind }) => kind === was.kind)
  const first = fits.find(shown.hasTold) ?? fits[0]
  if (!shown.isDead(was) || first === undefined || !fits.every(shown.isRead))
    return [{ was, name: was.source, lacks: 'reading' }]
  free.delete(first)
  return shown.hasTold(first) ? [] : [{ was, name: first.source, lacks: 'sale' }]
}

function takenFrom(free: Set<Source>, fits: (source: Source) => boolean): Source | null {
  const found = [...free].find(fits) ?? null
  if (found !== null) free.delete(found)
  return found
}
