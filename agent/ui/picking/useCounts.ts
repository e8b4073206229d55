import { useRef, useState } from 'react'
import type { PickRequest, PickupView } from '../../till/api-schema.ts'
import { usePickMutation } from '../pickups/pickups.query.ts'
import { useStaff } from '../staff/Staff.tsx'
import type { LineCounts } from './counts.ts'

/** The counts of the lines of pickups that are picked together. */
interface CountsOfAll {
  /** The pickups with what was counted here on top, also what their till has not confirmed yet. */
  readonly views: readonly PickupView[]
  /** The same as they are this moment, between two drawings: scans come faster than a screen is drawn. */
  readonly now: () => readonly PickupView[]
  /** Keeps a line's counts. Tells whether that worked. */
  readonly set: (
    pickup: PickupView['pickup'],
    line: string,
    counts: LineCounts,
    by: PickRequest['by'],
  ) => Promise<boolean>
  /** Resolves once all that was counted is kept. */
  readonly kept: () => Promise<void>
}

type Waiting = ReadonlyMap<string, LineCounts>
const keyOf = (pickup: string, line: string) => JSON.stringify([pickup, line])

/** Counts at once and keeps each count with the till's program, one after another. */
export function useCountsOfAll(views: readonly PickupView[]): CountsOfAll {
  const staff = useStaff()
  const mutation = usePickMutation()
  const [waiting, setWaiting] = useState<Waiting>(new Map())
  const newest = useRef({ views, waiting })
  newest.current.views = views
  const chain = useRef<Promise<unknown>>(Promise.resolve())

  function change(by: (waiting: Map<string, LineCounts>) => void): void {
    const next = new Map(newest.current.waiting)
    by(next)
    newest.current.waiting = next
    setWaiting(next)
  }
  const set: CountsOfAll['set'] = async (pickup, line, counts, by) => {
    const name = staff.name ?? (await staff.ask())
    if (name === null) return false
    const key = keyOf(pickup, line)
    change(next => next.set(key, counts))
    const keep = chain.current.then(() => mutation.mutateAsync({ pickup, line, ...counts, by, staff: name }))
    chain.current = keep.catch(() => undefined)
    try {
      await keep
      return true
    } catch {
      return false // the caller says so; the line shows again what the till's program has
    } finally {
      change(next => {
        if (next.get(key) === counts) next.delete(key)
      })
    }
  }
  return {
    views: withCounts(views, waiting),
    now: () => withCounts(newest.current.views, newest.current.waiting),
    set,
    kept: async () => void (await chain.current),
  }
}

/** The counts of one pickup's lines. */
interface Counts extends Pick<CountsOfAll, 'kept'> {
  readonly view: PickupView
  readonly now: () => PickupView
  readonly set: (line: string, counts: LineCounts, by: PickRequest['by']) => Promise<boolean>
}

/** The same for one pickup that is picked alone. */
export function useCounts(view: PickupView): Counts {
  const { views, now, set, kept } = useCountsOfAll([view])
  return {
    view: views[0] ?? view,
    now: () => now()[0] ?? view,
    set: (line, counts, by) => set(view.pickup, line, counts, by),
    kept,
  }
}

function withCounts(views: readonly PickupView[], waiting: Waiting): readonly PickupView[] {
  if (waiting.size === 0) return views
  return views.map(view => ({
    ...view,
    lines: view.lines.map(line => ({ ...line, ...waiting.get(keyOf(view.pickup, line.id)) })),
  }))
}
