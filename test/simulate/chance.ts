import type { Random } from '../../shared/world.ts'

/** A seeded source of chance. Each part of a run draws from a fork of its own, so that one more draw here moves nothing there. */
export interface Chance extends Random {
  fork(name: string): Chance
  /** Whole, from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True once in `every` times. */
  once(every: number): boolean
  /** Throws for an empty list. */
  pick<T>(from: readonly T[]): T
}

/** @param seed any text; the same text gives the same draws */
export function chanceOf(seed: string): Chance {
  const next = sfc32(seed)
  const fraction = (): number => next() / 2 ** 32
  const between = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1))
  return {
    fork: name => chanceOf(`${seed}/${name}`),
    fraction,
    bytes: count => Uint8Array.from({ length: count }, () => next() & 255),
    between,
    once: every => between(1, every) === 1,
    pick(from) {
      const found = from[between(0, from.length - 1)]
      if (found === undefined) throw new RangeError('nothing to pick from')
      return found
    },
  }
}

/** Small Fast Counter (PractRand), 32 bits, its state filled from the text by FNV-1a. */
function sfc32(seed: string): () => number {
  const word = (salt: number): number => {
    let hash = 2_166_136_261 ^ salt
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
    return hash | 0
  }
  let [a, b, c, counter] = [word(1), word(2), word(3), 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let warm = 0; warm < 15; warm += 1) next()
  return next
}
