import { IconMapPin } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import classes from './KeptAt.module.css'
import { placeMessages } from './place.messages.ts'

/** Where the packed goods are kept; nothing when staff did not say. */
export function KeptAt({ place }: { place: string | null }) {
  const t = useMessages(placeMessages)
  if (place === null) return null
  return (
    <span className={classes['place']} data-testid="kept-at">
      <IconMapPin size={20} aria-hidden />
      <span>
        {t.keptAt} <strong>{place}</strong>
      </span>
    </span>
  )
}
