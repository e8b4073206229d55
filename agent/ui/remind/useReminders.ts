import { useRef, useState } from 'react'
import type { ReminderMeans } from '../../../shared/reminders.ts'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { useRemindMutation, useUndoReminderMutation } from '../pickups/pickups.query.ts'
import { useStaff } from '../staff/Staff.tsx'
import { remindMessages } from './remind.messages.ts'

interface Failed {
  readonly say: string
  readonly sentence: string
  readonly error: unknown
}

/** Records reminders of one pickup in the name of who is at the till, and takes the last one back. */
export function useReminders(view: PickupView) {
  const t = useMessages(remindMessages)
  const staff = useStaff()
  const announce = useAnnounce()
  const guard = useTapGuard()
  const remind = useRemindMutation()
  const undo = useUndoReminderMutation()
  const isWorking = useRef(false)
  const [failed, setFailed] = useState<Failed | null>(null)
  const { pickup, order } = view

  async function work(send: (staff: string) => Promise<unknown>, done: string): Promise<boolean> {
    if (isWorking.current) return false
    isWorking.current = true
    setFailed(null)
    try {
      const name = staff.name ?? (await staff.ask())
      if (name === null) return false
      await send(name)
      announce(done)
      return true
    } catch (error) {
      const isRefused = error instanceof ApiError && error.failure === 'refused'
      setFailed({ say: t.notSaved(order.name), sentence: isRefused ? error.message : t.noAnswer, error })
      return false
    } finally {
      guard()
      isWorking.current = false
    }
  }
  return {
    /** Tells whether it was recorded. */
    remind: (number: number, how: ReminderMeans) =>
      work(name => remind.mutateAsync({ pickup, number, how, staff: name }), t.done(order.name)),
    undo: (number: number) =>
      work(name => undo.mutateAsync({ pickup, number, staff: name }), t.undone(order.name)),
    busy: remind.isPending || undo.isPending,
    failed,
  }
}
