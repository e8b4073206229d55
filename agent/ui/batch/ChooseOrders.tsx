import { Button, Text } from '@mantine/core'
import { IconBasket, IconCheck } from '@tabler/icons-react'
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import type { Tune } from '../notice/chime.ts'
import { StepHead } from '../page/StepHead.tsx'
import { isPicking } from '../picking/usePicking.ts'
import { DueTime } from '../pickups/DueTime.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { ordersNamed } from '../pickups/search.ts'
import { blocksHandOver, shownState } from '../pickups/states.ts'
import { mostUrgentFirst } from '../pickups/tabs.ts'
import { openBatch, openList } from '../route.ts'
import { ScanBar, type ScanFeedback } from '../scan/ScanBar.tsx'
import { commandOf } from '../scan/scan-meaning.ts'
import { TillTop } from '../TillTop.tsx'
import classes from './Batch.module.css'
import { batchMessages } from './batch.messages.ts'
import { MOST_AT_ONCE } from './batch-items.ts'
import { isToPick, useStart } from './useStart.ts'

interface ChooseOrdersProps {
  pickups: readonly PickupView[]
  zone: string
  above: ReactNode
  /** The last scan that was made here; a new object for each. */
  scan: { readonly code: string } | null
  play: (tune: Tune) => void
}

/** Staff choose the orders that they pick at once: by touch, by key, or by a scan of each order's code. */
export function ChooseOrders({ pickups, zone, above, scan, play }: ChooseOrdersProps) {
  const t = useMessages(batchMessages)
  const guard = useTapGuard()
  const { orders, chosen, feedback, toggle, choose } = useChoice(pickups, scan, play)
  useEffect(() => guard(), [guard])
  const fresh = orders.filter(view => !isPicking(view) && !blocksHandOver(view.notice)).slice(0, MOST_AT_ONCE)
  return (
    <>
      <TillTop>
        {above}
        <ScanBar feedback={feedback} hint={t.chooseHint} />
      </TillTop>
      <main className={classes['page']} data-testid="choose-orders">
        <div className={classes['main']}>
          <StepHead title={t.chooseTitle} back={t.back} onBack={openList} testId="batch-back" />
          <Text>{orders.length === 0 ? t.nothing : t.chooseMeaning}</Text>
          <div className={classes['ways']}>
            {fresh.length > 0 && (
              <Button
                variant="default"
                data-testid="choose-new"
                onClick={() => choose(fresh.map(({ pickup }) => pickup))}
              >
                {t.allNew(fresh.length)}
              </Button>
            )}
            {chosen.length > 0 && (
              <Button variant="default" onClick={() => choose([])}>
                {t.clear}
              </Button>
            )}
          </div>
          <ul className={classes['orders']}>
            {orders.map(view => (
              <li key={view.pickup}>
                <OrderChoice
                  view={view}
                  zone={zone}
                  isChosen={chosen.includes(view)}
                  onToggle={() => toggle(view)}
                />
              </li>
            ))}
          </ul>
        </div>
        <Start chosen={chosen} />
      </main>
    </>
  )
}

/** Which orders are chosen; those that ended meanwhile no longer are. */
function useChoice(
  pickups: readonly PickupView[],
  scan: { readonly code: string } | null,
  play: (tune: Tune) => void,
) {
  const t = useMessages(batchMessages)
  const [ids, setIds] = useState<readonly string[]>([])
  const [feedback, setFeedback] = useState<ScanFeedback | null>(null)
  const orders = pickups.filter(isToPick).toSorted(mostUrgentFirst)
  const chosen = orders.filter(({ pickup }) => ids.includes(pickup))

  function tell(isRight: boolean, say: string): void {
    play(isRight ? 'right' : 'wrong')
    setFeedback({ isRight, say })
  }
  function toggle(view: PickupView): void {
    const { pickup, order } = view
    if (chosen.includes(view)) {
      setIds(ids.filter(id => id !== pickup))
      tell(true, t.notChosen(order.name))
    } else if (chosen.length >= MOST_AT_ONCE) tell(false, t.most(MOST_AT_ONCE))
    else {
      setIds([...chosen.map(one => one.pickup), pickup])
      tell(true, t.chosen(order.name))
    }
  }
  const answer = useEffectEvent((code: string) => {
    const named = ordersNamed(pickups, code)
    const view = named.find(one => orders.includes(one))
    const start = document.querySelector<HTMLElement>('[data-primary]')
    if (view !== undefined) toggle(view)
    else if (commandOf(code) === 'ready' && chosen.length > 0 && start !== null) {
      play('right')
      start.click()
    } else if (commandOf(code) !== null) tell(false, t.chooseFirst)
    else tell(false, named[0] === undefined ? t.noOrder(code) : t.notToPick(named[0].order.name))
  })
  useEffect(() => {
    if (scan !== null) answer(scan.code)
  }, [scan])
  return { orders, chosen, feedback, toggle, choose: setIds }
}

function OrderChoice(props: { view: PickupView; zone: string; isChosen: boolean; onToggle: () => void }) {
  const { view, zone, isChosen, onToggle } = props
  const t = useMessages(pickupMessages)
  const state = shownState(view, t)
  return (
    <button
      type="button"
      className={classes['order']}
      aria-pressed={isChosen}
      data-testid="order-choice"
      data-order={view.order.name}
      onClick={onToggle}
    >
      <span className={classes['box']}>{isChosen && <IconCheck size={28} aria-hidden />}</span>
      <strong>{view.order.name}</strong>
      <span className={classes['customer']}>{view.customer.name}</span>
      <StateBadge look={state.look} word={state.word} testId="pickup-state" />
      {view.movedBy !== null && <span>{view.movedBy}</span>}
      <span className={classes['due']}>
        <DueTime view={view} zone={zone} />
      </span>
      <span className={classes['goods']}>
        {view.lines.map(line => `${line.units} × ${line.title}`).join(' · ')}
      </span>
    </button>
  )
}

/** Begins all of them, so that other tills see it, and opens their list; one that has ended meanwhile is named there. */
function Start({ chosen }: { chosen: readonly PickupView[] }) {
  const t = useMessages(batchMessages)
  const start = useStart()
  const guard = useTapGuard()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  async function begin(): Promise<void> {
    if (busy || chosen.length === 0) return
    setBusy(true)
    const failing: string[] = []
    for (const view of chosen) if (!(await start(view))) failing.push(view.order.name)
    setBusy(false)
    guard()
    if (failing.length < chosen.length) openBatch(chosen.map(({ pickup }) => pickup))
    else setFailed(failing.join(', '))
  }
  return (
    <div className={classes['bottom']}>
      {failed !== null && <Problem say={t.notStarted(failed)} />}
      <Button
        className={classes['next']}
        leftSection={<IconBasket size={22} aria-hidden />}
        aria-disabled={busy || chosen.length === 0}
        data-disabled={chosen.length === 0}
        data-primary
        data-guarded
        data-testid="start-batch"
        onClick={() => void begin()}
      >
        {chosen.length === 0 ? t.chooseFirst : t.start(chosen.length)}
      </Button>
    </div>
  )
}
