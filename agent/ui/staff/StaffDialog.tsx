import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import { staffMessages } from './staff.messages.ts'

const longestName = 100

/** Asks who is at this till. */
export function StaffDialog(props: { known: string | null; onAnswer: (name: string | null) => void }) {
  const t = useMessages(staffMessages)
  const { close } = useMessages(sharedMessages)
  const [name, setName] = useState(props.known ?? '')
  const said = name.trim()
  return (
    <Modal
      opened
      onClose={() => props.onAnswer(null)}
      title={t.who}
      closeButtonProps={{ 'aria-label': close }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (said !== '') props.onAnswer(said)
        }}
      >
        <Stack>
          <Text>{t.why}</Text>
          <TextInput
            label={t.name}
            value={name}
            maxLength={longestName}
            autoComplete="off"
            data-autofocus
            data-testid="staff-name"
            onChange={event => setName(event.currentTarget.value)}
          />
          <Group justify="space-between">
            <Button variant="default" onClick={() => props.onAnswer(null)}>
              {t.cancel}
            </Button>
            <Button type="submit" disabled={said === ''} data-testid="staff-save">
              {t.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
