import { useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { useUndoAcknowledgeMutation } from '../pickups/pickups.query.ts'
import { shownState } from '../pickups/states.ts'
import { useStaff } from '../staff/Staff.tsx'

/** Takes back that the goods of an order were put back. `failed`: why that was not done. */
export function useUndoPutBack({ pickup, order }: PickupView) {
  const t = useMessages(pickupMessages)
  const staff = useStaff()
  const announce = useAnnounce()
  const guard = useTapGuard()
  const mutation = useUndoAcknowledgeMutation()
  const [failed, setFailed] = useState<{ say: string; sentence: string; error: unknown } | null>(null)
  async function undo(): Promise<void> {
    const name = staff.name ?? (await staff.ask())
    if (name === null || mutation.isPending) return
    try {
      const back = await mutation.mutateAsync({ pickup, staff: name })
      announce(t.moved(order.name, shownState(back, t).word))
    } catch (error) {
      const isRefused = error instanceof ApiError && error.failure === 'refused'
      setFailed({ say: t.noWord(order.name), sentence: isRefused ? error.message : t.noAnswer, error })
    } finally {
      guard()
    }
  }
  return { undo, busy: mutation.isPending, failed }
}
