import { Button, Modal, Stack, Text } from '@mantine/core'
import { useEffect } from 'react'
import { type ReminderMeans, reminderMeans } from '../../../shared/reminders.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import { lengthWords } from '../../../shared/ui/time-words.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { ChoiceSet } from '../choice/ChoiceSet.tsx'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { waitingSince } from '../pickups/tabs.ts'
import { DialogScan } from '../scan/DialogScan.tsx'
import classes from './Remind.module.css'
import { Reminded } from './Reminded.tsx'
import { remindMessages } from './remind.messages.ts'

interface RemindDialogProps {
  view: PickupView
  zone: string
  onReminded: (how: ReminderMeans) => void
  onNo: () => void
}

/** Whom to remind and what of; one tap says how staff did it. */
export function RemindDialog({ view, zone, onReminded, onNo }: RemindDialogProps) {
  const t = useMessages(remindMessages)
  const { close } = useMessages(sharedMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const guard = useTapGuard()
  const { order, customer } = view
  // The second half of a double tap on what opened this must not press what is now there.
  useEffect(() => guard(), [guard])
  return (
    <Modal
      opened
      onClose={onNo}
      size={600}
      title={t.title(order.name, customer.name)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack data-testid="remind-dialog">
        <DialogScan asks={null} />
        <div>
          <Text fw={650}>
            {t.waiting(lengthWords(Math.max(0, now - waitingSince(view)), locale))}
            {customer.phoneEnd !== null && ` · ${t.phone(customer.phoneEnd)}`}
          </Text>
          <Reminded view={view} zone={zone} />
        </div>
        <Text>{t.contact}</Text>
        <Text>{t.meaning}</Text>
        <ChoiceSet title={t.how}>
          <div className={classes['means']}>
            {reminderMeans.map(how => (
              <Button
                key={how}
                variant="default"
                data-guarded
                data-testid={`reminded-${how}`}
                onClick={() => onReminded(how)}
              >
                {t.means[how]}
              </Button>
            ))}
          </div>
        </ChoiceSet>
        <Button variant="default" className={classes['no']} onClick={onNo}>
          {t.no}
        </Button>
      </Stack>
    </Modal>
  )
}
