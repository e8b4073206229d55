import { useRef, useState } from 'react'
import type { PickRequest, PickupView } from '../../till/api-schema.ts'
import { usePickMutation } from '../pickups/pickups.query.ts'
import { useStaff } from '../staff/Staff.tsx'
import type { LineCounts } from './counts.ts'

/** The counts of one pickup's lines. */
export interface Counts {
  /** The pickup with what was counted here on top, also what its till has not confirmed yet. */
  readonly view: PickupView
  /** The same as it is this moment, between two drawings: scans come faster than a screen is drawn. */
  readonly now: () => PickupView
  /** Keeps a line's counts. Tells whether that worked. */
  readonly set: (line: string, counts: LineCounts, by: PickRequest['by']) => Promise<boolean>
  /** Resolves once all that was counted is kept. */
  readonly kept: () => Promise<void>
}

type Waiting = ReadonlyMap<string, LineCounts>

/** Counts at once and keeps each count with the till's program, one after another. */
export function useCounts(view: PickupView): Counts {
  const staff = useStaff()
  const mutation = usePickMutation(view.pickup)
  const [waiting, setWaiting] = useState<Waiting>(new Map())
  const newest = useRef({ view, waiting })
  newest.current.view = view
  const chain = useRef<Promise<unknown>>(Promise.resolve())

  function change(by: (waiting: Map<string, LineCounts>) => void): void {
    const next = new Map(newest.current.waiting)
    by(next)
    newest.current.waiting = next
    setWaiting(next)
  }
  async function set(line: string, counts: LineCounts, by: PickRequest['by']): Promise<boolean> {
    const name = staff.name ?? (await staff.ask())
    if (name === null) return false
    change(next => next.set(line, counts))
    const keep = chain.current.then(() => mutation.mutateAsync({ line, ...counts, by, staff: name }))
    chain.current = keep.catch(() => undefined)
    try {
      await keep
      return true
    } catch {
      return false // the caller says so; the line shows again what the till's program has
    } finally {
      change(next => {
        if (next.get(line) === counts) next.delete(line)
      })
    }
  }
  return {
    view: withCounts(view, waiting),
    now: () => withCounts(newest.current.view, newest.current.waiting),
    set,
    kept: async () => void (await chain.current),
  }
}

function withCounts(view: PickupView, waiting: Waiting): PickupView {
  if (waiting.size === 0) return view
  return { ...view, lines: view.lines.map(line => ({ ...line, ...waiting.get(line.id) })) }
}
