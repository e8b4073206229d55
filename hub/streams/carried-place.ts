import type { Position } from '../../shared/stream/log.ts'
import type { Carried } from './epochs.ts'

type Run = Carried['runs'][number]

/** The first record of every epoch but the first opens it, and is not carried on. */
const firstCarried = ({ epoch, first }: Run) => (epoch > 1 ? Math.max(2, first) : first)
const lengthOf = (run: Run) => Math.max(0, run.last - firstCarried(run) + 1)

/**
 * Where a record of an epoch was before; null: it is not one that was carried on, or its run is not named. Runs name the
 * newest records, so that they are counted from the end.
 */
export function placeBefore({ records, runs }: Carried, seq: number): Position | null {
  let back = records + 1 - seq
  if (seq < 2 || back < 0) return null
  for (const run of runs.toReversed()) {
    const length = lengthOf(run)
    if (back < length) return { epoch: run.epoch, seq: run.last - back }
    back -= length
  }
  return null
}

/** Where an epoch carries on the record of an older place; null: it does not. */
export function placeAfter({ epoch, records, runs }: Carried, place: Position): Position | null {
  let back = 0
  for (const run of runs.toReversed()) {
    if (run.epoch === place.epoch && place.seq <= run.last && place.seq >= firstCarried(run)) {
      const seq = records + 1 - back - (run.last - place.seq)
      return seq < 2 ? null : { epoch, seq }
    }
    back += lengthOf(run)
  }
  return null
}
