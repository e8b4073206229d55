import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import classes from './StaffDialog.module.css'
import { staffMessages } from './staff.messages.ts'

const longestName = 100

interface StaffDialogProps {
  /** Names that were given at this till. */
  seen: readonly string[]
  onAnswer: (name: string | null) => void
}

/** Asks who is at this till: one touch for a name that was here before. */
export function StaffDialog({ seen, onAnswer }: StaffDialogProps) {
  const t = useMessages(staffMessages)
  const { close } = useMessages(sharedMessages)
  const [isNew, setNew] = useState(seen.length === 0)
  const [name, setName] = useState('')
  const said = name.trim()
  return (
    <Modal opened onClose={() => onAnswer(null)} title={t.who} closeButtonProps={{ 'aria-label': close }}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (said !== '') onAnswer(said)
        }}
      >
        <Stack>
          <Text>{t.why}</Text>
          {!isNew && (
            <div className={classes['tiles']}>
              {seen.map(one => (
                <Button key={one} variant="default" data-testid="staff-tile" onClick={() => onAnswer(one)}>
                  {one}
                </Button>
              ))}
              <Button variant="light" data-testid="staff-new" onClick={() => setNew(true)}>
                {t.other}
              </Button>
            </div>
          )}
          {isNew && (
            <TextInput
              label={t.name}
              value={name}
              maxLength={longestName}
              autoComplete="off"
              autoFocus
              data-autofocus
              data-testid="staff-name"
              onChange={event => setName(event.currentTarget.value)}
            />
          )}
          <Group justify="space-between">
            <Button variant="default" onClick={() => onAnswer(null)}>
              {t.cancel}
            </Button>
            {isNew && (
              <Button type="submit" disabled={said === ''} data-testid="staff-save">
                {t.save}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
