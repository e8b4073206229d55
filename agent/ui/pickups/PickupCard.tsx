import { Text } from '@mantine/core'
import { memo } from 'react'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { KeptAt } from '../place/KeptAt.tsx'
import { RemindButton } from '../remind/RemindButton.tsx'
import { Reminded } from '../remind/Reminded.tsx'
import { pickupAddress } from '../route.ts'
import { DueTime } from './DueTime.tsx'
import { ItemPhoto } from './ItemPhoto.tsx'
import { ListAction } from './ListAction.tsx'
import classes from './PickupCard.module.css'
import { pickupMessages } from './pickups.messages.ts'
import { shownState } from './states.ts'
import { ToPay } from './ToPay.tsx'
import { useMoves } from './useMoves.ts'
import { lookOfNotice, useNoticeWords } from './word-notice.ts'

const shownLines = 3

interface PickupCardProps {
  view: PickupView
  zone: string
  /** Whether this is the pickup to be done next. */
  isNext: boolean
}

/**
 * One pickup in the list: by when, who, what, and the one thing to do next. All of it opens the pickup. Drawn again only
 * when its own view changes: the list is read again at every change of any of them.
 */
export const PickupCard = memo(function PickupCard({ view, zone, isNext }: PickupCardProps) {
  const t = useMessages(pickupMessages)
  const moves = useMoves(view)
  const words = useNoticeWords(zone)
  const state = shownState(view, t)
  return (
    <li
      className={classes['card']}
      data-card
      data-testid="pickup-card"
      data-order={view.order.name}
      data-state={view.state}
      data-look={state.look}
    >
      <div className={classes['due']}>
        <DueTime view={view} zone={zone} />
      </div>
      <div className={classes['body']}>
        <div className={classes['head']}>
          <a
            className={classes['link']}
            href={pickupAddress(view.pickup)}
            aria-label={t.open(view.order.name, view.customer.name)}
            data-pickup={view.pickup}
            data-guarded
          >
            {view.order.name}
          </a>
          <span className={classes['customer']}>{view.customer.name}</span>
          <StateBadge look={state.look} word={state.word} testId="pickup-state" />
          <ToPay view={view} />
          {isEnded(view.state) && view.movedBy !== null && <Text c="dimmed">{view.movedBy}</Text>}
        </div>
        <Items view={view} />
        {view.state === 'ready' && <KeptAt place={view.keptAt ?? null} />}
        <Reminded view={view} zone={zone} />
        {view.notice !== null && (
          <StateBadge look={lookOfNotice(view.notice)} word={words.say(view.notice, view)} />
        )}
      </div>
      <Photos view={view} />
      <div className={classes['action']} data-action>
        <ListAction view={view} moves={moves} zone={zone} isNext={isNext} />
        <RemindButton view={view} zone={zone} isEarly={false} />
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
        <li key={line.id}>
          <span className={classes['units']}>{line.units} ×</span> {line.title}
          {line.variantTitle !== null && <span className={classes['variant']}>, {line.variantTitle}</span>}
        </li>
      ))}
      {more > 0 && <li className={classes['variant']}>{t.more(more)}</li>}
    </ul>
  )
}

function Photos({ view }: { view: PickupView }) {
  return (
    <div className={classes['photos']} aria-hidden>
      {view.lines.slice(0, shownLines).map(line => (
        <ItemPhoto key={line.id} url={line.imageUrl} title={line.title} size={56} />
      ))}
    </div>
  )
}
