import { Button } from '@mantine/core'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './NewPickupBar.module.css'
import { noticeMessages } from './notice.messages.ts'

const named = 3

/** Names new pickups that the current view does not show, so that no filter hides one. */
export function NewPickupBar({ fresh, onShow }: { fresh: readonly PickupView[]; onShow: () => void }) {
  const t = useMessages(noticeMessages)
  if (fresh.length === 0) return null
  const names = fresh.slice(0, named).map(view => `${view.order.name} ${view.customer.name}`)
  return (
    <aside className={classes['bar']} aria-label={t.newOrders(fresh.length)} data-testid="new-pickups">
      <StateIcon look="waiting" size={22} />
      <span className={classes['words']}>
        <strong>{t.newOrders(fresh.length)}</strong> · {names.join(' · ')}
        {fresh.length > named && ' …'}
      </span>
      <Button variant="default" onClick={onShow}>
        {t.show}
      </Button>
    </aside>
  )
}
