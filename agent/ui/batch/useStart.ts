import { useRef } from 'react'
import { stateAfter } from '../../../shared/pickup-moves.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { isPicking } from '../picking/usePicking.ts'
import { useMoveMutation } from '../pickups/pickups.query.ts'
import { useStaff } from '../staff/Staff.tsx'

/** Whether an order is being picked, or can be begun. */
export function isToPick(view: PickupView): boolean {
  return isPicking(view) || stateAfter(view.state, 'pick') !== null
}

/** Begins to pick orders, each once. */
export function useStart() {
  const staff = useStaff()
  const mutation = useMoveMutation()
  const begun = useRef(new Map<string, Promise<boolean>>())

  async function begin({ pickup }: PickupView): Promise<boolean> {
    const name = staff.name ?? (await staff.ask())
    if (name === null) return false
    return mutation.mutateAsync({ pickup, move: 'pick', staff: name, reason: null }).then(
      () => true,
      () => false,
    )
  }
  /** Tells whether the order is being picked now; the caller says so when it is not. */
  return async (view: PickupView): Promise<boolean> => {
    const { pickup } = view
    if (isPicking(view)) return true
    const beginning = begun.current.get(pickup) ?? begin(view)
    begun.current.set(pickup, beginning)
    const isBegun = await beginning
    if (!isBegun) begun.current.delete(pickup)
    return isBegun
  }
}
