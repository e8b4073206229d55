import { Text } from '@mantine/core'
import { memo } from 'react'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { RelativeTime } from '../../../shared/ui/RelativeTime.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupAddress } from '../route.ts'
import { ItemPhoto } from './ItemPhoto.tsx'
import classes from './PickupCard.module.css'
import { PrimaryAction } from './PrimaryAction.tsx'
import { PromisedTime } from './PromisedTime.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { stateLook } from './states.ts'
import { ToPay } from './ToPay.tsx'
import { useMoves } from './useMoves.ts'
import { useNoticeWords } from './word-notice.ts'

const shownLines = 3

/**
 * One pickup in the list: who, what, by when, and the one thing to do next. All of it opens the pickup. Drawn again only
 * when its own view changes: the list is read again at every change of any of them.
 */
export const PickupCard = memo(function PickupCard({ view, zone }: { view: PickupView; zone: string }) {
  const t = useMessages(pickupMessages)
  const moves = useMoves(view)
  const worded = useNoticeWords(zone)
  return (
    <li
      className={classes['card']}
      data-card
      data-testid="pickup-card"
      data-order={view.order.name}
      data-state={view.state}
    >
      <div className={classes['body']}>
        <div className={classes['head']}>
          <a
            className={classes['link']}
            href={pickupAddress(view.pickup)}
            aria-label={t.open(view.order.name, view.customer.name)}
          >
            {view.order.name}
          </a>
          <span className={classes['customer']}>{view.customer.name}</span>
          <StateBadge look={stateLook[view.state]} word={t.state[view.state]} testId="pickup-state" />
          <PromisedTime view={view} zone={zone} />
          <ToPay view={view} />
          {isEnded(view.state) && view.movedAt !== null && (
            <Text c="dimmed">
              {view.movedBy} <RelativeTime at={view.movedAt} zone={zone} />
            </Text>
          )}
        </div>
        <Items view={view} />
        {view.notice !== null && <StateBadge look="wrong" word={worded(view.notice)} />}
      </div>
      <div className={classes['action']}>
        <PrimaryAction view={view} moves={moves} zone={zone} />
      </div>
      {moves.failed !== null && (
        <div className={classes['problem']}>
          <Problem say={moves.failed.say} meaning={moves.failed.sentence} error={moves.failed.error} />
        </div>
      )}
    </li>
  )
})

function Items({ view }: { view: PickupView }) {
  const t = useMessages(pickupMessages)
  const more = view.lines.length - shownLines
  return (
    <ul className={classes['items']}>
      {view.lines.slice(0, shownLines).map(line => (
        <li key={line.id} className={classes['item']}>
          <ItemPhoto url={line.imageUrl} size={48} />
          <span className={classes['units']}>{line.units} ×</span>
          <span>
            {line.title}
            {line.variantTitle !== null && <span className={classes['variant']}>, {line.variantTitle}</span>}
          </span>
        </li>
      ))}
      {more > 0 && (
        <li className={classes['item']}>
          <Text c="dimmed">{t.more(more)}</Text>
        </li>
      )}
    </ul>
  )
}
