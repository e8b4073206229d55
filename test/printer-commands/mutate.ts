import { DLE, ESC, FS, GS } from './bytes.ts'
import { escposStreams, starStreams } from './corpus.ts'

/** Chance that the same seed gives again (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const corpus = [...escposStreams, ...starStreams]
const INTRODUCERS = [ESC, GS, FS, DLE]

/** Commands with chance parameters, between texts: every opcode comes up. */
function generated(pick: (below: number) => number): number[] {
  const made: number[] = []
  for (let left = 1 + pick(12); left > 0; left -= 1) {
    const kind = pick(4)
    if (kind === 0) for (let n = pick(20); n > 0; n -= 1) made.push(0x20 + pick(0xe0))
    else if (kind === 1) made.push(pick(0x20))
    else {
      made.push(INTRODUCERS[pick(4)] ?? ESC, kind === 2 ? pick(256) : 0x20 + pick(0x60))
      if (pick(6) === 0) made.push(INTRODUCERS[pick(4)] ?? ESC)
      for (let n = pick(9); n > 0; n -= 1) made.push(pick(3) === 0 ? pick(256) : pick(4))
    }
  }
  return made
}

/** One hostile input: something sensible, or generated, with bits flipped, parts cut out, doubled, spliced, lengths spoilt. */
export function mutated(pick: (below: number) => number): Buffer {
  const whole = () => (pick(4) === 0 ? generated(pick) : [...(corpus[pick(corpus.length)] ?? [])])
  let input = whole()
  for (let left = pick(6); left > 0; left -= 1) {
    const at = pick(input.length + 1)
    switch (pick(7)) {
      case 0:
        if (at < input.length) input[at] = (input[at] ?? 0) ^ (1 << pick(8))
        break
      case 1:
        if (at < input.length) input[at] = pick(256)
        break
      case 2:
        input.splice(at, pick(16))
        break
      case 3:
        input.splice(at, 0, ...input.slice(at, at + pick(32)))
        break
      case 4: {
        const other = whole()
        input = [...input.slice(0, at), ...other.slice(pick(other.length + 1))]
        break
      }
      case 5:
        input.splice(at, 0, ...generated(pick))
        break
      default:
        input.length = at
    }
  }
  return Buffer.from(input.slice(0, 2_000))
}

/** Where to cut a stream of that length into pieces, ascending. */
export function cutsOf(length: number, pick: (below: number) => number): number[] {
  return Array.from({ length: 1 + pick(6) }, () => pick(length + 1)).toSorted((a, b) => a - b)
}
