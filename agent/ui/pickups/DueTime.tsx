import { isEnded } from '../../../shared/pickup-moves.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import {
  clockOrDay,
  clockTime,
  exactTime,
  lengthWords,
  relativeWords,
  type TimePlace,
} from '../../../shared/ui/time-words.ts'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './DueTime.module.css'
import { pickupMessages } from './pickups.messages.ts'
import { isLate, isSoon, waitingSince } from './tabs.ts'

type Words = (typeof pickupMessages)['en']
interface Shown {
  readonly look: 'usual' | 'soon' | 'late' | 'quiet'
  readonly at: number
  readonly before?: string
  readonly large: string
  readonly after?: string
}

const longWaitMs = 3 * 24 * 3_600_000

/**
 * The time that matters now, large: when the customer was promised the goods, how long a ready order has been waiting, when
 * it ended. Red when late, amber when it soon will be.
 */
export function DueTime({ view, zone }: { view: PickupView; zone: string }) {
  const t = useMessages(pickupMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const place = { zone, locale }
  const shown = dueTime(view, now, place, t)
  if (shown === null) return <p className={classes['none']}>{t.noTime}</p>
  return (
    <time
      className={classes['time']}
      data-look={shown.look}
      data-testid="due"
      dateTime={new Date(shown.at).toISOString()}
      title={exactTime(shown.at, place)}
    >
      {shown.before !== undefined && <span className={classes['small']}>{shown.before} </span>}
      <span className={classes['large']}>{shown.large}</span>
      {shown.after !== undefined && <span className={classes['small']}> {shown.after}</span>}
    </time>
  )
}

function dueTime(view: PickupView, now: number, place: TimePlace, t: Words): Shown | null {
  if (isEnded(view.state)) {
    const at = view.movedAt ?? view.at
    return { look: 'quiet', at, large: clockTime(at, place) }
  }
  if (view.state === 'ready') {
    const at = waitingSince(view)
    const waited = Math.max(0, now - at)
    const look = waited >= longWaitMs ? 'soon' : 'quiet'
    return { look, at, before: t.waiting, large: lengthWords(waited, place.locale) }
  }
  const at = view.promisedBy
  if (at === null) return null
  const large = clockOrDay(at, now, place)
  if (isLate(view, now))
    return { look: 'late', at, large, after: t.late(lengthWords(now - at, place.locale)) }
  const after = relativeWords(at, now, place.locale)
  return { look: isSoon(view, now) ? 'soon' : 'usual', at, large, ...(after === null ? {} : { after }) }
}
