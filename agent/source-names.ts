import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { isPassive, overlaps, type RealPath } from './source-place.ts'
import type { SourceConfig } from './sources/configured.ts'

/** A source, and whose sales it may have as well. */
export interface PlacedSource extends SourceConfig {
  readonly witnessOf?: string | undefined
  readonly countsAgain?: readonly string[] | undefined
}

/** The names under which its sales may be as well: its own, those of the sources that it confirms or that confirm it, and what it counts again. */
export function mayShare(one: PlacedSource, sources: readonly PlacedSource[]): ReadonlySet<string> {
  const primary = one.witnessOf ?? one.source
  const witnesses = sources.flatMap(({ source, witnessOf }) => (witnessOf === primary ? [source] : []))
  return new Set([one.source, primary, ...witnesses, ...(one.countsAgain ?? [])])
}

/** Whether it only confirms another's sales, and has no counted sales itself. */
export const isWitness = ({ source, witnessOf }: PlacedSource, sources: readonly PlacedSource[]): boolean =>
  witnessOf !== undefined && witnessOf !== source && sources.some(each => each.source === witnessOf)

/** Two names under which the same sales would be counted. `was`: the one that was first. */
export interface TwoNames {
  readonly was: string
  readonly is: string
}

/** The pairs of sources that would read the same sales, of which neither confirms the other's. */
export function sourcesThatShare(sources: readonly PlacedSource[], realPath: RealPath): readonly TwoNames[] {
  return sources.flatMap((is, at) => {
    const shares = mayShare(is, sources)
    return sources
      .slice(0, at)
      .filter(was => !shares.has(was.source) && overlaps(was, is, realPath))
      .map(was => ({ was: was.source, is: is.source }))
  })
}

/** What changed settings would read once more under another name, and so count a second time: names are a part of receipts' keys. */
function renamedSources(
  before: readonly PlacedSource[],
  now: readonly PlacedSource[],
  realPath: RealPath,
): readonly TwoNames[] {
  const isRead = (name: string, place: SourceConfig, sources: readonly SourceConfig[]) =>
    sources.some(one => one.source === name && overlaps(one, place, realPath))
  return before
    .filter(was => !isPassive(was) && !isWitness(was, before) && !isRead(was.source, was, now))
    .flatMap(was => {
      const is = now.find(
        one =>
          overlaps(one, was, realPath) &&
          !isRead(one.source, was, before) &&
          !mayShare(one, now).has(was.source),
      )
      return is === undefined ? [] : [{ was: was.source, is: is.source }]
    })
}

/** Why changed settings may count sales twice. */
export type Repeats = {
  readonly renamed: readonly TwoNames[]
  /** Two sources that read the same, and did not before. */
  readonly pairs: readonly TwoNames[]
  /** Sources whose receipts get other keys, under which they may be counted once more. */
  readonly rekeyed: readonly string[]
}

/**
 * @param before the settings that were in use. What has long been so in them may stay.
 * @param wasRead those of them that were read: nothing else can be read once more
 */
export function newRepeats(
  before: readonly PlacedSource[],
  wasRead: ReadonlySet<string>,
  now: readonly PlacedSource[],
  realPath: RealPath,
): Repeats {
  const former = new Set(sourcesThatShare(before, realPath).map(namesOf))
  const pairs = sourcesThatShare(now, realPath).filter(pair => !former.has(namesOf(pair)))
  const read = before.filter(({ source }) => wasRead.has(source))
  const renamed = renamedSources(read, now, realPath)
  return { renamed, pairs, rekeyed: rekeyedSources(read, now, realPath) }
}

/** Sources that read what they did, by another column or field for the receipt's number, and from no other day on than before. */
function rekeyedSources(
  before: readonly SourceConfig[],
  now: readonly PlacedSource[],
  realPath: RealPath,
): readonly string[] {
  return now
    .filter(is => !(is.countsAgain ?? []).includes(is.source))
    .filter(is =>
      before.some(
        was =>
          was.source === is.source &&
          overlaps(was, is, realPath) &&
          !isDeepStrictEqual(receiptKeyOf(was), receiptKeyOf(is)) &&
          isDeepStrictEqual(firstDayOf(was), firstDayOf(is)),
      ),
    )
    .map(({ source }) => source)
}

const Keyed = z.looseObject({
  columns: z.looseObject({ receipt: z.unknown().optional() }).optional(),
  fields: z.looseObject({ receipt: z.unknown().optional() }).optional(),
  startFrom: z.unknown().optional(),
})

/** The columns or fields that make a receipt's key in its file; one may be written alone or in a list. */
function receiptKeyOf({ settings }: SourceConfig): readonly unknown[] {
  const { columns, fields } = Keyed.safeParse(settings).data ?? {}
  return [columns?.receipt, fields?.receipt].flat()
}

const firstDayOf = ({ settings }: SourceConfig) => Keyed.safeParse(settings).data?.startFrom ?? 'all'

const namesOf = ({ was, is }: TwoNames) => [was, is].sort().join(' ')

/** For people: what is read as what. */
export const renamedWords = (renamed: readonly TwoNames[]) =>
  renamed.map(({ was, is }) => `as ${is} what was read as ${was}`).join(', ')
export const sharedWords = (pairs: readonly TwoNames[]) =>
  pairs.map(({ was, is }) => `as ${was} and as ${is}`).join(', ')
