import type { ReactNode } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { handOverMessages } from '../hand-over/hand-over.messages.ts'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { ToPay } from '../pickups/ToPay.tsx'
import { Journey } from './Journey.tsx'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

/** What there is to know about a pickup besides its items. `children`: what else, above how far it has come. */
export function PickupFacts(props: { view: PickupView; zone: string; children?: ReactNode }) {
  const { view, zone, children } = props
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
              <HandedToWords view={view} />
            </dd>
          </>
        )}
      </dl>
      {children}
      <Journey view={view} />
    </aside>
  )
}

/** To whom it was handed over, and what was checked then. */
function HandedToWords({ view }: { view: PickupView }) {
  const t = useMessages(handOverMessages)
  const { handedTo = null } = view
  if (view.state !== 'collected' || handedTo === null) return null
  const { who, checked } = handedTo
  const words = [who === null ? [] : t.handedTo[who], checked === null ? [] : t.checked[checked]].flat()
  return <div data-testid="handed-to">{words.join(', ')}</div>
}
