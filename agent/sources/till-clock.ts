import type { TillbridgeError } from '../../shared/errors.ts'
import { saleJumpsBack, tillClockWrong } from './problems.ts'

/** Clocks that lost their battery begin at 1970, 1980, 2000 or at the year of their making; shops did not sell then. */
const EARLIEST = '2010-01-01'
/** A time zone that is set wrong, and no more. */
const AHEAD_MS = 26 * 3_600_000
/** A month's jump is a clock or a date typed wrong; a till that was off for weeks goes on later, never earlier. */
const BACK_MS = 21 * 86_400_000

/** The latest wall clock that a till can have when this PC has `nowWall`. */
export function latestWall(nowWall: string): string {
  return new Date(msOf(nowWall) + AHEAD_MS).toISOString().slice(0, 19)
}

/** Why a sale can't have been made at this time; null: it can. */
export function clockProblem(wall: string, latest: string): TillbridgeError | null {
  const dated = words(wall)
  if (wall < EARLIEST) return tillClockWrong({ wall: dated, why: 'long before this till can have been used' })
  if (wall > latest) return tillClockWrong({ wall: dated, why: "ahead of this PC's clock" })
  return null
}

/** The sales of one file in their order, by till. */
export interface TillClocks {
  /** Why this sale is far behind those before it; null: it is not, or the file goes backwards in time. */
  next(till: string, wall: string): TillbridgeError | null
}

export function tillClocks(): TillClocks {
  const last = new Map<string, { readonly wall: string; readonly isRising: boolean }>()
  return {
    next(till, wall) {
      const before = last.get(till)
      const isBack =
        before?.isRising === true && wall < before.wall && msOf(before.wall) - msOf(wall) > BACK_MS
      if (isBack && before !== undefined)
        return saleJumpsBack({ wall: words(wall), before: words(before.wall) })
      last.set(till, { wall, isRising: before !== undefined && wall >= before.wall })
      return null
    },
  }
}

function words(wall: string): string {
  return wall.slice(0, 16).replace('T', ' ')
}

function msOf(wall: string): number {
  return Date.parse(`${wall.slice(0, 19)}Z`)
}
