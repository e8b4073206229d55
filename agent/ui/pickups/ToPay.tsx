import { formatMoney } from '../../../shared/money.ts'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupMessages } from './pickups.messages.ts'

/** What the customer still has to pay for an open order, or that no one ever will; nothing when that is nothing. */
export function ToPay({ view }: { view: PickupView }) {
  const t = useMessages(pickupMessages)
  const { locale } = useLanguage()
  const { outstanding = null } = view
  if (isEnded(view.state)) return null
  if (view.isTest) return <StateBadge look="caution" word={t.testOrder} testId="test-order" />
  if (outstanding === null) return null
  const amount = formatMoney(outstanding.minor, outstanding.currency, locale)
  return <StateBadge look="wrong" word={t.toPay(amount)} testId="to-pay" />
}
