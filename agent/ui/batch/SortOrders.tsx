import { Button, Text, Title } from '@mantine/core'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { tallyOf } from '../picking/counts.ts'
import { CountState } from '../picking/Progress.tsx'
import { DueTime } from '../pickups/DueTime.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { shownState } from '../pickups/states.ts'
import { lookOfNotice, useNoticeWords } from '../pickups/word-notice.ts'
import { KeptAt } from '../place/KeptAt.tsx'
import { itemTitle } from '../scan/scan-meaning.ts'
import classes from './Batch.module.css'
import { batchMessages } from './batch.messages.ts'
import type { BatchWork } from './useBatch.ts'
import { isToPick } from './useStart.ts'

/** What goes into the bag of each order; each is finished on its own page, as an order that was picked alone. */
export function SortOrders({ work, zone }: { work: BatchWork; zone: string }) {
  const t = useMessages(batchMessages)
  const isDone = !work.orders.some(isToPick)
  return (
    <section className={classes['sort']} aria-labelledby="sort" data-testid="sort-orders">
      <Title order={2} id="sort">
        {isDone ? t.done : t.sortTitle}
      </Title>
      {!isDone && <Text>{t.sortMeaning}</Text>}
      <ul className={classes['orders']}>
        {work.orders.map(view => (
          <li key={view.pickup} className={classes['bag']} data-order={view.order.name}>
            <Bag view={view} zone={zone} onOpen={() => work.open(view)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Bag({ view, zone, onOpen }: { view: PickupView; zone: string; onOpen: () => void }) {
  const t = useMessages(batchMessages)
  const words = useMessages(pickupMessages)
  const notice = useNoticeWords(zone)
  const state = shownState(view, words)
  const isOpen = isToPick(view)
  return (
    <>
      <div className={classes['bagHead']}>
        <strong>{view.order.name}</strong>
        <span className={classes['customer']}>{view.customer.name}</span>
        <StateBadge look={state.look} word={state.word} testId="pickup-state" />
        {view.notice !== null && (
          <StateBadge look={lookOfNotice(view.notice)} word={notice.title(view.notice)} />
        )}
        <span className={classes['due']}>
          <DueTime view={view} zone={zone} />
        </span>
      </div>
      {isOpen ? (
        <ul className={classes['contents']}>
          {view.lines.map(line => (
            <li key={line.id}>
              <span>{itemTitle(line)}</span>
              <CountState tally={tallyOf([line])} />
            </li>
          ))}
        </ul>
      ) : (
        <KeptAt place={view.keptAt ?? null} />
      )}
      <Button variant="default" data-guarded data-testid="open-order" onClick={onOpen}>
        {isOpen ? t.finish(view.order.name) : t.look(view.order.name)}
      </Button>
    </>
  )
}
