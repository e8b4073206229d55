import { IconBellCheck } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './Remind.module.css'
import { remindMessages } from './remind.messages.ts'

/** How, by whom and when the customer was reminded last; nothing before the first reminder. */
export function Reminded({ view, zone }: { view: PickupView; zone: string }) {
  const t = useMessages(remindMessages)
  const last = view.reminders.at(-1)
  if (last === undefined) return null
  return (
    <span className={classes['reminded']} data-testid="reminded">
      <IconBellCheck size={20} aria-hidden />
      <span>
        {t.times(t.by[last.how], last.number)}: {last.staff}, <RelativeTime at={last.at} zone={zone} />
      </span>
    </span>
  )
}
