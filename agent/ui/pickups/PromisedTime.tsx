import { Text } from '@mantine/core'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import { clockOrDate, exactTime, relativeWords } from '../../../shared/ui/time-words.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupMessages } from './pickups.messages.ts'
import { primaryMove } from './states.ts'
import { isLate } from './tabs.ts'

/** When the customer was promised the goods; says so when that has passed. Nothing once the order has ended. */
export function PromisedTime({ view, zone }: { view: PickupView; zone: string }) {
  const t = useMessages(pickupMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const at = view.promisedBy
  if (primaryMove(view.state) === null) return null
  if (at === null) return <Text c="dimmed">{t.noPromise}</Text>
  const place = { zone, locale }
  const near = relativeWords(at, now, locale)
  const time = clockOrDate(at, now, place)
  const words = near === null ? time : `${time} (${near})`
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at, place)}>
      {isLate(view, now) ? <StateBadge look="wrong" word={t.late(words)} /> : t.by(words)}
    </time>
  )
}
