import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { missingReasons } from '../../../shared/pickup-lines.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { PickRequest } from '../../till/api-schema.ts'
import reasonClasses from '../reasons/ReasonChoice.module.css'
import { DialogScan } from '../scan/DialogScan.tsx'
import { type MissingReason, pickingMessages } from './picking.messages.ts'
import { Stepper } from './Stepper.tsx'

const longestReason = 500

interface CantFindProps {
  title: string
  /** How many can be missing at most, and are at first. */
  units: number
  /** Whether all of them are missing, so that nothing is to be chosen. */
  isFixed?: boolean
  onMissing: (missing: NonNullable<PickRequest['missing']>) => void
  onCancel: () => void
}

/** Asks how many of an item are missing, and why. */
export function CantFindDialog({ title, units, isFixed = false, onMissing, onCancel }: CantFindProps) {
  const t = useMessages(pickingMessages)
  const { close } = useMessages(sharedMessages)
  const [missing, setMissing] = useState(units)
  const [reason, setReason] = useState<MissingReason | null>(null)
  const [said, setSaid] = useState('')
  const mayGo = reason !== null && (reason !== 'other' || said.trim() !== '')
  return (
    <Modal
      opened
      onClose={onCancel}
      title={isFixed ? title : t.cantFindTitle(title)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (reason !== null && mayGo)
            onMissing({ units: missing, reason, said: reason === 'other' ? said.trim() : null })
        }}
      >
        <Stack gap="sm">
          <DialogScan asks={null} />
          {units > 1 && !isFixed && <Stepper of={title} units={missing} most={units} onUnits={setMissing} />}
          <Text>{t.cantFindMeaning}</Text>
          <div className={reasonClasses['reasons']}>
            {missingReasons.map(one => (
              <Button
                key={one}
                variant={one === reason ? 'filled' : 'default'}
                aria-pressed={one === reason}
                justify="flex-start"
                onClick={() => setReason(one)}
              >
                {t.reason[one]}
              </Button>
            ))}
          </div>
          {reason === 'other' && (
            <TextInput
              label={t.ownReason}
              value={said}
              maxLength={longestReason}
              autoFocus
              onChange={event => setSaid(event.currentTarget.value)}
            />
          )}
          <Group justify="space-between" mt="sm">
            <Button variant="default" onClick={onCancel}>
              {t.cancel}
            </Button>
            <Button type="submit" disabled={!mayGo} data-guarded data-testid="missing-yes">
              {t.report(missing)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
