import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { GiveUpMove } from '../pickups/states.ts'
import { pickupPageMessages } from './pickup.messages.ts'

const longestReason = 500

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
  const [chosen, setChosen] = useState<string | null>(null)
  const [own, setOwn] = useState('')
  const isOther = chosen !== null && chosen === t.reasons.at(-1)
  const reason = isOther ? own.trim() : (chosen ?? '')
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
          {t.reasons.map(text => (
            <Button
              key={text}
              variant={text === chosen ? 'filled' : 'default'}
              aria-pressed={text === chosen}
              justify="flex-start"
              onClick={() => setChosen(text)}
            >
              {text}
            </Button>
          ))}
          {isOther && (
            <TextInput
              label={t.reasonOther}
              value={own}
              maxLength={longestReason}
              autoFocus
              onChange={event => setOwn(event.currentTarget.value)}
            />
          )}
          <Group justify="space-between" mt="sm">
            <Button variant="default" onClick={onKeep}>
              {t.keep}
            </Button>
            <Button type="submit" color="red" disabled={reason === ''} data-testid="give-up-yes">
              {t.giveUpYes[move]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
