/** A move of an item that its POS told. `quantity` in thousandths of a unit; times by the hub's clock, ms. */
export interface ToldMove {
  readonly quantity: number
  /** When the goods moved, as far as is known: the POS's stock table had it then, or later. */
  readonly moved_at: number
  /** When the hub heard of it. */
  readonly told_at: number
}

/** Two counts of an item and what is known of what lies between them. In thousandths of a unit. */
export interface ComparedCounts {
  readonly origin: { readonly at: number; readonly quantity: number }
  readonly newest: { readonly at: number; readonly quantity: number }
  /** The sum of the moves since the origin that are known to be in the newest count. */
  readonly told: number
  /** The part of the difference that was decided before. */
  readonly decided: number
}

/** What a count says. `counted` and `dropped`: moves that are in it since the origin, and those that the origin had already. */
export type CountDifference<M extends ToldMove> =
  | { readonly is: 'explained'; readonly counted: readonly M[]; readonly dropped: readonly M[] }
  /** `by`: so much more than is explained. `isSure` false: it can't be told which moves are in the counts. */
  | {
      readonly is: 'unexplained'
      readonly by: number
      readonly isSure: boolean
      readonly counted: readonly M[]
    }

/** A till's clock and the hub's may differ by so much, and a count is read so much before or after a sale. */
const EDGE_MS = 2 * 60_000
/** Of so many moves, each is tried alone and with any others. */
const MOST_TRIED = 10

/** Whether a count that nothing was told after for long has a move. */
export const isInCount = ({ moved_at }: ToldMove, at: number): boolean => moved_at <= at + EDGE_MS

/**
 * Compares the newest count with the origin: count 2 − count 1 = the moves in between + what is unexplained. A move that was told after
 * the origin was chosen, but may be older than it, is in both counts or in the newest alone; one about the time of the newest may be in
 * it or not. If any of these readings explains the count, it is explained. `heardUntil`: of what was told until then, another count would
 * have been told by now if the newest did not have it; hub clock, ms.
 */
export function compareCounts<M extends ToldMove>(
  { origin, newest, told, decided }: ComparedCounts,
  moves: readonly M[],
  heardUntil: number,
): CountDifference<M> {
  const old = moves.filter(one => isInCount(one, origin.at))
  const inside = moves
    .filter(one => !old.includes(one) && isInCount(one, newest.at))
    .toSorted((one, other) => one.moved_at - other.moved_at)
  const by = newest.quantity - origin.quantity - told - decided - sumOf(inside)
  const isCertain = (one: M) => one.moved_at <= newest.at - EDGE_MS || one.told_at <= heardUntil
  const certain = inside.findLastIndex(isCertain) + 1
  for (let end = inside.length; end >= certain; end -= 1) {
    const left = by + sumOf(inside.slice(end))
    const since = subsetWith(old, left)
    if (since === null) continue
    const counted = [...inside.slice(0, end), ...since]
    return { is: 'explained', counted, dropped: old.filter(one => !since.includes(one)) }
  }
  return { is: 'unexplained', by, isSure: old.length === 0, counted: inside }
}

const sumOf = (moves: readonly ToldMove[]) => moves.reduce((sum, { quantity }) => sum + quantity, 0)

/** The fewest of some moves that add up to a sum; null: none do. */
function subsetWith<M extends ToldMove>(moves: readonly M[], sum: number): readonly M[] | null {
  if (sum === 0) return []
  if (moves.length > MOST_TRIED) return sumOf(moves) === sum ? moves : null
  const found: M[][] = []
  for (let bits = 1; bits < 2 ** moves.length; bits += 1) {
    const some = moves.filter((_, index) => (bits >> index) % 2 === 1)
    if (sumOf(some) === sum) found.push(some)
  }
  return found.toSorted((one, other) => one.length - other.length)[0] ?? null
}
