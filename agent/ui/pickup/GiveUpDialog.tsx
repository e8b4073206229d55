import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { GiveUpMove } from '../pickups/states.ts'
import { ReasonChoice } from '../reasons/ReasonChoice.tsx'
import { pickupPageMessages } from './pickup.messages.ts'

interface GiveUpProps {
  move: GiveUpMove
  order: string
  onReason: (reason: string) => void
  onKeep: () => void
}

/** Asks why a pickup can't be filled, and names what follows. */
export function GiveUpDialog({ move, order, onReason, onKeep }: GiveUpProps) {
  const t = useMessages(pickupPageMessages)
  const { close } = useMessages(sharedMessages)
  const [reason, setReason] = useState('')
  return (
    <Modal
      opened
      onClose={onKeep}
      title={t.giveUpTitle[move](order)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (reason !== '') onReason(reason)
        }}
      >
        <Stack gap="sm">
          <Text>{t.giveUpMeaning[move]}</Text>
          <ReasonChoice reasons={t.reasons} own={t.reasonOther} onReason={setReason} />
          <Group justify="space-between" mt="sm">
            <Button variant="default" onClick={onKeep}>
              {t.keep}
            </Button>
            <Button type="submit" color="red" disabled={reason === ''} data-guarded data-testid="give-up-yes">
              {t.giveUpYes[move]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
