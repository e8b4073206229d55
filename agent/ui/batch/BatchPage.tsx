import { Button } from '@mantine/core'
import { IconArrowLeft, IconArrowsSplit, IconBasket } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Notice } from '../../../shared/ui/Problem.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import type { Tune } from '../notice/chime.ts'
import { StepHead } from '../page/StepHead.tsx'
import { openList } from '../route.ts'
import { ScanBar } from '../scan/ScanBar.tsx'
import { TillTop } from '../TillTop.tsx'
import classes from './Batch.module.css'
import { batchMessages } from './batch.messages.ts'
import { isCalledOff } from './batch-items.ts'
import { ItemList } from './ItemList.tsx'
import { LargeItem } from './LargeItem.tsx'
import { SortOrders } from './SortOrders.tsx'
import { type BatchWork, useBatch } from './useBatch.ts'
import { isToPick } from './useStart.ts'

interface BatchPageProps {
  /** The pickups that were chosen. */
  ids: readonly string[]
  pickups: readonly PickupView[]
  zone: string
  above: ReactNode
  /** The last scan that was made here; a new object for each. */
  scan: { readonly code: string } | null
  play: (tune: Tune) => void
}

/** Several orders picked in one walk: one list of their items, then a bag for each order. */
export function BatchPage({ ids, pickups, zone, above, scan, play }: BatchPageProps) {
  const t = useMessages(batchMessages)
  const guard = useTapGuard()
  const chosen = pickups.filter(({ pickup }) => ids.includes(pickup))
  const work = useBatch({ chosen, pickups, scan, play })
  const [isSorting, setSorting] = useState(false)
  const { item } = work
  const sorts = isSorting || item === null
  // What the button at the bottom right does has changed.
  const shown = useRef<boolean | null>(null)
  useEffect(() => {
    if (shown.current !== sorts) guard()
    shown.current = sorts
  }, [guard, sorts])
  const show = (key: string | null) => {
    setSorting(false)
    work.choose(key)
  }
  return (
    <>
      <TillTop>
        {above}
        <ScanBar feedback={work.feedback} hint={t.scanHint} />
      </TillTop>
      <main className={classes['page']} data-testid="batch">
        <div className={classes['main']}>
          <StepHead title={t.title(chosen.length)} back={t.back} onBack={openList} testId="batch-back" />
          <CalledOff work={work} />
          <div className={classes['columns']}>
            <ItemList work={work} current={sorts ? null : item.key} onItem={show} />
            {sorts ? <SortOrders work={work} zone={zone} /> : <LargeItem item={item} work={work} />}
          </div>
        </div>
        <Bottom
          work={work}
          isSorting={sorts}
          onSort={() => setSorting(true)}
          onPick={item === null ? null : () => show(null)}
        />
      </main>
    </>
  )
}

/** The orders that ended while they were picked here. */
function CalledOff({ work }: { work: BatchWork }) {
  const t = useMessages(batchMessages)
  return work.orders.filter(isCalledOff).map(view => (
    <div key={view.pickup} data-testid="called-off">
      <Notice
        look="caution"
        say={t.calledOff(view.order.name)}
        meaning={t.calledOffMeaning}
        label={t.look(view.order.name)}
        retry={() => work.open(view)}
      />
    </div>
  ))
}

interface BottomProps {
  work: BatchWork
  isSorting: boolean
  onSort: () => void
  /** Null: nothing is left to look for. */
  onPick: (() => void) | null
}

/** The next step at the right: sort, then finish the orders one after another. */
function Bottom({ work, isSorting, onSort, onPick }: BottomProps) {
  const t = useMessages(batchMessages)
  const next = work.orders.find(isToPick)
  return (
    <div className={classes['bottom']} onClickCapture={work.forget}>
      {isSorting && onPick !== null && (
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={22} aria-hidden />}
          data-testid="go-on"
          onClick={onPick}
        >
          {t.goOn}
        </Button>
      )}
      {isSorting ? (
        <Button
          className={classes['next']}
          leftSection={<IconBasket size={22} aria-hidden />}
          data-primary
          data-guarded
          data-testid="primary-action"
          onClick={() => (next === undefined ? openList() : work.open(next))}
        >
          {next === undefined ? t.toList : t.finish(next.order.name)}
        </Button>
      ) : (
        <Button
          className={classes['next']}
          variant="default"
          leftSection={<IconArrowsSplit size={22} aria-hidden />}
          data-primary
          data-guarded
          data-testid="primary-action"
          onClick={onSort}
        >
          {t.sort}
        </Button>
      )}
    </div>
  )
}
