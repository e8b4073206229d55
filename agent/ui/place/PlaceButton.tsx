import { Button } from '@mantine/core'
import { IconMapPin } from '@tabler/icons-react'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { PlaceDialog } from './PlaceDialog.tsx'
import { placeMessages } from './place.messages.ts'

/** Says where the goods that are being picked will be kept, and changes it. It goes out with "Mark ready". */
export function PlaceButton(props: {
  order: string
  place: string | null
  onPlace: (place: string | null) => void
}) {
  const { order, place, onPlace } = props
  const t = useMessages(placeMessages)
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconMapPin size={22} aria-hidden />}
        data-testid="place"
        data-guarded
        onClick={() => setAsking(true)}
      >
        {place === null ? t.say : `${t.keptAt} ${place}`}
      </Button>
      {asking && (
        <PlaceDialog
          order={order}
          place={place}
          onPlace={said => {
            setAsking(false)
            onPlace(said)
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  )
}
