import { Button } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { nextReminder } from './due.ts'
import { RemindDialog } from './RemindDialog.tsx'
import { remindMessages } from './remind.messages.ts'
import { useReminderRule } from './remind.query.ts'
import { useReminders } from './useReminders.ts'

interface RemindButtonProps {
  view: PickupView
  zone: string
  /** Whether it shows before the reminder is due as well: a customer may be reminded early. */
  isEarly: boolean
}

/** Asks staff to remind a customer who does not collect, and records how they did. */
export function RemindButton({ view, zone, isEarly }: RemindButtonProps) {
  const t = useMessages(remindMessages)
  const reminders = useReminders(view)
  const now = useNow()
  const next = nextReminder(view, useReminderRule())
  const [asked, setAsked] = useState<number | null>(null)
  if (next === null || !(isEarly || next.dueAt <= now)) return null
  const { failed } = reminders
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconBell size={22} aria-hidden />}
        aria-disabled={reminders.busy}
        data-testid="remind"
        data-guarded
        onClick={() => {
          if (!reminders.busy) setAsked(next.number)
        }}
      >
        {t.remind}
      </Button>
      {failed !== null && <Problem say={failed.say} meaning={failed.sentence} error={failed.error} />}
      {asked !== null && (
        <RemindDialog
          view={view}
          zone={zone}
          onNo={() => setAsked(null)}
          onReminded={how => {
            setAsked(null)
            void reminders.remind(asked, how)
          }}
        />
      )}
    </>
  )
}
