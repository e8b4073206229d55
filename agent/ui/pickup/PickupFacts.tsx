import { useMessages } from '../../../shared/ui/language.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { ToPay } from '../pickups/ToPay.tsx'
import { Journey } from './Journey.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

/** What there is to know about a pickup besides its items. */
export function PickupFacts({ view, zone }: { view: PickupView; zone: string }) {
  const t = useMessages(pickupPageMessages)
  const words = useMessages(pickupMessages)
  return (
    <aside className={classes['facts']} aria-label={t.facts}>
      <ToPay view={view} />
      <dl className={classes['table']}>
        {view.customer.phoneEnd !== null && (
          <>
            <dt>{t.phoneLabel}</dt>
            <dd>… {view.customer.phoneEnd}</dd>
          </>
        )}
        <dt>{t.ordered}</dt>
        <dd>
          <RelativeTime at={view.order.placedAt} zone={zone} />
        </dd>
        {view.movedBy !== null && view.movedAt !== null && (
          <>
            <dt className={classes['whole']}>{words.state[view.state]}</dt>
            <dd className={classes['whole']} data-testid="moved-by">
              {view.movedBy} <RelativeTime at={view.movedAt} zone={zone} />
            </dd>
          </>
        )}
      </dl>
      <Journey view={view} />
    </aside>
  )
}
