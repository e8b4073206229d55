import { z } from 'zod'
import type { ItemLevel } from '../../stock/shop-level.ts'
import { ALL_LEVELS } from '../api/documents.ts'
import { LevelAnswer, toLevel } from './levels.ts'

/** A line of a file of all levels. */
export type LevelLine =
  | { readonly kind: 'location'; readonly location: string }
  | { readonly kind: 'level'; readonly location: string; readonly item: string; readonly level: ItemLevel }

const LevelLine: z.ZodType<LevelLine> = z.union([
  LevelAnswer.extend({
    item: z.object({ id: z.string(), tracked: z.boolean() }),
    location: z.object({ id: z.string() }),
  }).transform(level => ({
    kind: 'level' as const,
    location: level.location.id,
    item: level.item.id,
    level: toLevel(level.item.tracked, level),
  })),
  z.object({ id: z.string() }).transform(({ id }) => ({ kind: 'location' as const, location: id })),
])

/** Every active level of every location, as one file. A location without levels has a line all the same. */
export const allLevels = {
  what: 'all stock levels',
  document: ALL_LEVELS,
  capability: 'stock',
  row: LevelLine,
  keyOf: (line: LevelLine) => (line.kind === 'location' ? line.location : `${line.location}/${line.item}`),
} as const

/** The levels among some lines, by location and item. */
export function levelsByLocation(
  lines: readonly LevelLine[],
): ReadonlyMap<string, ReadonlyMap<string, ItemLevel>> {
  const found = new Map<string, Map<string, ItemLevel>>()
  for (const line of lines) {
    if (line.kind !== 'level') continue
    const at = found.get(line.location) ?? new Map<string, ItemLevel>()
    found.set(line.location, at.set(line.item, line.level))
  }
  return found
}
