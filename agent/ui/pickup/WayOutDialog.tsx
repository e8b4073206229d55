import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { WayOutMove } from '../pickups/states.ts'
import { ReasonChoice } from '../reasons/ReasonChoice.tsx'
import { DialogScan } from '../scan/DialogScan.tsx'
import { pickupPageMessages } from './pickup.messages.ts'

interface WayOutProps {
  move: WayOutMove
  order: string
  onReason: (reason: string) => void
  onKeep: () => void
}

/** Asks why an order is given up or taken back to picking, and names what follows. */
export function WayOutDialog({ move, order, onReason, onKeep }: WayOutProps) {
  const t = useMessages(pickupPageMessages)
  const { close } = useMessages(sharedMessages)
  const [reason, setReason] = useState('')
  return (
    <Modal
      opened
      onClose={onKeep}
      title={t.wayOutTitle[move](order)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (reason !== '') onReason(reason)
        }}
      >
        <Stack gap="sm">
          <DialogScan asks={null} />
          <Text>{t.wayOutMeaning[move]}</Text>
          <ReasonChoice reasons={t.reasons[move]} own={t.reasonOther} onReason={setReason} />
          <Group justify="space-between" mt="sm">
            <Button variant="default" onClick={onKeep}>
              {t.keep}
            </Button>
            <Button
              type="submit"
              {...(move === 'refuse' ? { color: 'red' } : {})}
              disabled={reason === ''}
              data-guarded
              data-testid="give-up-yes"
            >
              {t.wayOutYes[move]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
