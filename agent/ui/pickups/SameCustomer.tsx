import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupAddress } from '../route.ts'
import { pickupMessages } from './pickups.messages.ts'
import { pickupsQuery } from './pickups.query.ts'
import classes from './SameCustomer.module.css'
import { othersOfCustomer } from './same-customer.ts'
import { shownState } from './states.ts'

/** Says that the customer has other orders here, so that none is left behind; each leads to its page. */
export function SameCustomer({ view, isLink }: { view: PickupView; isLink: boolean }) {
  const t = useMessages(pickupMessages)
  const { data: pickups = [] } = useQuery(pickupsQuery)
  const others = othersOfCustomer(view, pickups)
  if (others.length === 0) return null
  return (
    <div className={classes['others']} data-testid="same-customer">
      <StateIcon look="waiting" size={22} />
      <span>{t.sameCustomer(view.customer.name)}</span>
      {others.map(other => {
        const words = [other.order.name, shownState(other, t).word, other.keptAt ?? []].flat().join(' · ')
        return isLink ? (
          <Button key={other.pickup} component="a" href={pickupAddress(other.pickup)} variant="default">
            {words}
          </Button>
        ) : (
          <strong key={other.pickup}>{words}</strong>
        )
      })}
    </div>
  )
}
