import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { MOST_PLACE_LETTERS } from '../../../shared/hand-over.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { useRecentTexts } from '../../../shared/ui/recent-texts.ts'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import { ChoiceSet } from '../choice/ChoiceSet.tsx'
import reasonClasses from '../reasons/ReasonChoice.module.css'
import { DialogScan } from '../scan/DialogScan.tsx'
import { placeMessages } from './place.messages.ts'

const mostKnown = 9

interface PlaceDialogProps {
  order: string
  place: string | null
  onPlace: (place: string | null) => void
  onCancel: () => void
}

/** Asks where an order is kept: one tap for a place that was used before at this till, else a few letters. */
export function PlaceDialog({ order, place, onPlace, onCancel }: PlaceDialogProps) {
  const t = useMessages(placeMessages)
  const { close } = useMessages(sharedMessages)
  const [known, keep] = useRecentTexts('tillbridge.places', mostKnown)
  const [typed, setTyped] = useState(place ?? '')
  const choose = (said: string) => {
    keep(said)
    onPlace(said)
  }
  return (
    <Modal opened onClose={onCancel} title={t.title(order)} closeButtonProps={{ 'aria-label': close }}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (typed.trim() !== '') choose(typed.trim())
        }}
      >
        <Stack gap="sm">
          <DialogScan asks={null} />
          <Text>{t.meaning}</Text>
          {known.length > 0 && (
            <ChoiceSet title={t.known}>
              <div className={reasonClasses['reasons']}>
                {known.map(one => (
                  <Button
                    key={one}
                    variant="default"
                    justify="flex-start"
                    data-testid="known-place"
                    onClick={() => choose(one)}
                  >
                    {one}
                  </Button>
                ))}
              </div>
            </ChoiceSet>
          )}
          <TextInput
            label={t.field}
            value={typed}
            maxLength={MOST_PLACE_LETTERS}
            autoFocus
            onChange={event => setTyped(event.currentTarget.value)}
          />
          <Group justify="space-between" mt="sm">
            <Button variant="default" onClick={place === null ? onCancel : () => onPlace(null)}>
              {place === null ? t.cancel : t.forget}
            </Button>
            <Button type="submit" disabled={typed.trim() === ''} data-guarded data-testid="place-save">
              {t.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
