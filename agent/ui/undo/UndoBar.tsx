import { Button, Kbd } from '@mantine/core'
import { IconArrowBackUp, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import type { PickupView, ReturnView } from '../../till/api-schema.ts'
import { useMoves } from '../pickups/useMoves.ts'
import { useReminders } from '../remind/useReminders.ts'
import { returnsQuery } from '../returns/returns.query.ts'
import { useReturnUndo } from '../returns/useReturnUndo.ts'
import { openPickup } from '../route.ts'
import classes from './UndoBar.module.css'
import { undoMessages } from './undo.messages.ts'
import { useUndoPutBack } from './useUndoPutBack.ts'

const tickMs = 250
type UndoablePickup = PickupView & { readonly undo: NonNullable<PickupView['undo']> }
type RemindedPickup = PickupView & { readonly undoReminder: NonNullable<PickupView['undoReminder']> }
type PutBackPickup = PickupView & { readonly undoAcknowledge: NonNullable<PickupView['undoAcknowledge']> }
type UndoableReturn = ReturnView & { readonly undo: NonNullable<ReturnView['undo']> }
const noReturns: readonly ReturnView[] = []

interface UndoBarProps {
  pickups: readonly PickupView[]
  /** Whether this till takes anything back. */
  returns: boolean
  isList: boolean
  /** Without contact no one is told of anything for now. */
  isOffline: boolean
}

/** Offers to undo this till's newest step until Shopify or head office is told of it. */
export function UndoBar({ pickups, returns, isList, isOffline }: UndoBarProps) {
  const { data = noReturns } = useQuery({ ...returnsQuery, enabled: returns })
  const [move] = pickups
    .filter((view): view is UndoablePickup => view.undo !== null)
    .toSorted((a, b) => b.undo.until - a.undo.until)
  const [taken] = data
    .filter((view): view is UndoableReturn => view.undo !== null)
    .toSorted((a, b) => b.undo.until - a.undo.until)
  const [reminded] = pickups
    .filter((view): view is RemindedPickup => view.undoReminder !== null)
    .toSorted((a, b) => b.undoReminder.until - a.undoReminder.until)
  const [putBack] = pickups
    .filter((view): view is PutBackPickup => view.undoAcknowledge !== null)
    .toSorted((a, b) => b.undoAcknowledge.until - a.undoAcknowledge.until)
  const newest = Math.max(move?.undo.until ?? 0, taken?.undo.until ?? 0)
  const since = Math.max(newest, reminded?.undoReminder.until ?? 0)
  if (putBack !== undefined && putBack.undoAcknowledge.until > since)
    return (
      <UndoPutBack
        key={`${putBack.pickup} ${putBack.undoAcknowledge.until}`}
        view={putBack}
        isList={isList}
      />
    )
  if (reminded !== undefined && reminded.undoReminder.until > newest)
    return (
      <UndoReminder
        key={`${reminded.pickup} ${reminded.undoReminder.until}`}
        view={reminded}
        isList={isList}
      />
    )
  if (taken !== undefined && taken.undo.until > (move?.undo.until ?? 0))
    return (
      <UndoReturn key={`${taken.returnId} ${taken.undo.until}`} view={taken} {...{ isList, isOffline }} />
    )
  if (move === undefined) return null
  return <UndoMove key={`${move.pickup} ${move.undo.until}`} view={move} {...{ isList, isOffline }} />
}

interface UndoOf<View> {
  view: View
  isList: boolean
  isOffline: boolean
}

function UndoMove({ view, isList, isOffline }: UndoOf<UndoablePickup>) {
  const t = useMessages(undoMessages)
  const moves = useMoves(view)
  const { move, until } = view.undo
  async function undo(): Promise<void> {
    if ((await moves.make({ move: 'undo' })) && move === 'finish') openPickup(view.pickup)
  }
  if (moves.failed !== null)
    return (
      <Bar isList={isList}>
        <Problem say={moves.failed.say} meaning={moves.failed.sentence} error={moves.failed.error} />
      </Bar>
    )
  const done = t.done[move](view.order.name)
  const offer = { done, words: isOffline ? t.offline : t.until[move], until, busy: moves.busy }
  return <Offer {...offer} isList={isList} onUndo={() => void undo()} />
}

function UndoReturn({ view, isList, isOffline }: UndoOf<UndoableReturn>) {
  const t = useMessages(undoMessages)
  const undoing = useReturnUndo(view)
  if (undoing.failed !== null)
    return (
      <Bar isList={isList}>
        <Problem say={undoing.failed.say} meaning={undoing.failed.sentence} error={undoing.failed.error} />
      </Bar>
    )
  const words = isOffline ? t.offline : t.until.return
  const offer = { done: t.done.return(view.orderName), words, until: view.undo.until }
  return <Offer {...offer} busy={undoing.busy} isList={isList} onUndo={() => void undoing.undo()} />
}

function UndoPutBack({ view, isList }: { view: PutBackPickup; isList: boolean }) {
  const t = useMessages(undoMessages)
  const { undo, busy, failed } = useUndoPutBack(view)
  if (failed !== null)
    return (
      <Bar isList={isList}>
        <Problem say={failed.say} meaning={failed.sentence} error={failed.error} />
      </Bar>
    )
  const { until } = view.undoAcknowledge
  const offer = { done: t.done.putBack(view.order.name), words: t.until.reminder, until, busy }
  return <Offer {...offer} isList={isList} onUndo={() => void undo()} />
}

function UndoReminder({ view, isList }: { view: RemindedPickup; isList: boolean }) {
  const t = useMessages(undoMessages)
  const { undo, busy, failed } = useReminders(view)
  const { number, until } = view.undoReminder
  if (failed !== null)
    return (
      <Bar isList={isList}>
        <Problem say={failed.say} meaning={failed.sentence} error={failed.error} />
      </Bar>
    )
  const offer = { done: t.done.reminder(view.order.name), words: t.until.reminder, until, busy }
  return <Offer {...offer} isList={isList} onUndo={() => void undo(number)} />
}

function Bar({ isList, children }: { isList: boolean; children: ReactNode }) {
  const t = useMessages(undoMessages)
  return (
    <aside className={classes['bar']} data-list={isList} aria-label={t.label} data-testid="undo-bar">
      {children}
    </aside>
  )
}

interface OfferProps {
  done: string
  words: (seconds: number) => string
  until: number
  busy: boolean
  isList: boolean
  onUndo: () => void
}

function Offer({ done, words, until, busy, isList, onUndo }: OfferProps) {
  const t = useMessages(undoMessages)
  const announce = useAnnounce()
  const seconds = useSecondsUntil(until)
  // Told once: a reader that repeats each second would hide all else.
  const tell = useEffectEvent(() => announce(t.announce(done)))
  useEffect(() => tell(), [])
  if (seconds <= 0) return null
  return (
    <Bar isList={isList}>
      <IconCircleCheck size={28} aria-hidden />
      <p className={classes['words']}>
        <strong>{done}</strong>
        <span>{words(seconds)}</span>
      </p>
      <Button
        variant="white"
        leftSection={<IconArrowBackUp size={22} aria-hidden />}
        rightSection={<Kbd aria-hidden>U</Kbd>}
        aria-disabled={busy}
        aria-keyshortcuts="u"
        data-undo
        data-guarded
        data-testid="undo"
        onClick={onUndo}
      >
        {t.undo}
      </Button>
    </Bar>
  )
}

/** Whole seconds until a moment of this PC's clock. A number that counts down moves nothing on the screen. */
function useSecondsUntil(until: number): number {
  const left = () => Math.ceil((until - Date.now()) / 1_000)
  const [seconds, setSeconds] = useState(left)
  const tick = useEffectEvent(() => setSeconds(left()))
  useEffect(() => {
    const timer = setInterval(tick, tickMs)
    return () => clearInterval(timer)
  }, [])
  return seconds
}
