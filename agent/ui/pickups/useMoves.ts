import { useState } from 'react'
import type { StaffMove } from '../../../shared/pickup-moves.ts'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useStaff } from '../staff/Staff.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { useMoveMutation } from './pickups.query.ts'

/** Moves of one pickup as its buttons make them. */
export interface Moves {
  /** Makes a move in the name of who is at the till, who is asked when unknown. Tells whether it was made. */
  readonly make: (move: StaffMove, reason: string | null, paid?: boolean) => Promise<boolean>
  readonly busy: boolean
  /** Why the last move was not made; null when all is well. */
  readonly failed: { readonly say: string; readonly sentence: string; readonly error: unknown } | null
}

/** The moves of one pickup. */
export function useMoves(view: PickupView): Moves {
  const t = useMessages(pickupMessages)
  const staff = useStaff()
  const announce = useAnnounce()
  const mutation = useMoveMutation(view.pickup)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Moves['failed']>(null)

  async function make(move: StaffMove, reason: string | null, paid = false): Promise<boolean> {
    if (busy) return false
    const name = staff.name ?? (await staff.ask())
    if (name === null) return false
    setBusy(true)
    setFailed(null)
    try {
      const moved = await mutation.mutateAsync({ move, staff: name, reason, ...(paid ? { paid } : {}) })
      announce(t.moved(moved.order.name, t.state[moved.state]))
      return true
    } catch (error) {
      const refused = error instanceof ApiError && error.failure === 'refused'
      // Without an answer it is unknown whether the move was made, so the words must not claim either.
      const words = refused
        ? { say: t.notMoved(view.order.name), sentence: error.message }
        : { say: t.noWord(view.order.name), sentence: t.noAnswer }
      setFailed({ ...words, error })
      return false
    } finally {
      setBusy(false)
    }
  }
  return { make, busy, failed }
}
