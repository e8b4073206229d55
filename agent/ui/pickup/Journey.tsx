import { Text } from '@mantine/core'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './PickupPage.module.css'
import { pickupPageMessages } from './pickup.messages.ts'

type Words = (typeof pickupPageMessages)['en']

/** How far staff's last step has got on its way to head office, Shopify and the customer. */
export function Journey({ view }: { view: PickupView }) {
  const t = useMessages(pickupPageMessages)
  const { look, words } = journey(view, t)
  return (
    <div className={classes['fact']}>
      <Text c="dimmed" size="xs">
        {t.onItsWay}
      </Text>
      <p className={classes['journey']} data-look={look} data-testid="journey">
        <StateIcon look={look} size={20} />
        <span>{words}</span>
      </p>
    </div>
  )
}

function journey(view: PickupView, t: Words): { look: StateLook; words: string } {
  if (view.pendingMoves > 0) return { look: 'waiting', words: t.safeHere }
  if (view.shopify === 'sending') return { look: 'waiting', words: t.telling }
  if (view.shopify === 'refused') return { look: 'wrong', words: t.shopifyRefused }
  if (view.shopify === 'nothing-due') return { look: 'quiet', words: t.nothingDue }
  return { look: 'done', words: view.state === 'ready' ? t.customerTold : t.shopifyKnows }
}
