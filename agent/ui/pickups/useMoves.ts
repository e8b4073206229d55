import { useRef, useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { MoveRequest, PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { useStaff } from '../staff/Staff.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { useMoveMutation } from './pickups.query.ts'

/** A move without who makes it. */
export type Move = Omit<MoveRequest, 'staff' | 'reason'> & { readonly reason?: string | null }

/** Moves of one pickup as its buttons make them. */
export interface Moves {
  /** Makes a move in the name of who is at the till, who is asked when unknown. Tells whether it was made. */
  readonly make: (move: Move) => Promise<boolean>
  readonly busy: boolean
  /** Why the last move was not made; null when all is well, and once the pickup has moved on. */
  readonly failed: { readonly say: string; readonly sentence: string; readonly error: unknown } | null
  readonly forget: () => void
}

/** The moves of one pickup. */
export function useMoves(view: PickupView): Moves {
  const t = useMessages(pickupMessages)
  const staff = useStaff()
  const announce = useAnnounce()
  const guard = useTapGuard()
  const mutation = useMoveMutation()
  const [busy, setBusy] = useState(false)
  const isMoving = useRef(false)
  const [failed, setFailed] = useState<(NonNullable<Moves['failed']> & { state: string }) | null>(null)

  async function make({ reason = null, ...move }: Move): Promise<boolean> {
    if (isMoving.current) return false
    const name = staff.name ?? (await staff.ask())
    if (name === null) return false
    isMoving.current = true
    setBusy(true)
    setFailed(null)
    try {
      const moved = await mutation.mutateAsync({ ...move, pickup: view.pickup, staff: name, reason })
      announce(t.moved(moved.order.name, t.state[moved.state]))
      return true
    } catch (error) {
      const refused = error instanceof ApiError && error.failure === 'refused'
      // Without an answer it is unknown whether the move was made, so the words must not claim either.
      const words = refused
        ? { say: t.notMoved(view.order.name), sentence: error.message }
        : { say: t.noWord(view.order.name), sentence: t.noAnswer }
      setFailed({ ...words, error, state: view.state })
      return false
    } finally {
      guard()
      isMoving.current = false
      setBusy(false)
    }
  }
  // What was unknown is known once the state shows: the words about it must not outlive it.
  return { make, busy, failed: failed?.state === view.state ? failed : null, forget: () => setFailed(null) }
}
