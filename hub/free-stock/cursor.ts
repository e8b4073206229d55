import { z } from 'zod'
import type { Place } from './changes.ts'

/**
 * How far a till has come. `whole`: it is being told everything, item after item, and goes on with the changes since `version`;
 * `changes`: it has everything up to there.
 */
export type StockReach =
  | { readonly is: 'whole'; readonly item: string; readonly version: number }
  | ({ readonly is: 'changes' } & Place)

const text = z.string().max(200)
const Said = z.union([
  z.tuple([z.string(), z.literal('whole'), text, z.int().min(0)]),
  z.tuple([z.string(), z.literal('changes'), z.int().min(0), text, text]),
])

export function cursorOf(place: StockReach, generation: string): string {
  return JSON.stringify(
    place.is === 'whole'
      ? [generation, place.is, place.item, place.version]
      : [generation, place.is, place.version, place.store, place.item],
  )
}

/** Null: it was given out before the database was put back, or by nothing of ours. */
export function readCursor(cursor: string, generation: string): StockReach | null {
  const said = Said.safeParse(jsonOf(cursor))
  if (!said.success || said.data[0] !== generation) return null
  return said.data[1] === 'whole'
    ? { is: 'whole', item: said.data[2], version: said.data[3] }
    : { is: 'changes', version: said.data[2], store: said.data[3], item: said.data[4] }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // what a till sends may be anything: it begins again
  }
}
