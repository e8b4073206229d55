import { Button, Kbd } from '@mantine/core'
import { IconArrowBackUp, IconCircleCheck } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { useMoves } from '../pickups/useMoves.ts'
import { openPickup } from '../route.ts'
import classes from './UndoBar.module.css'
import { undoMessages } from './undo.messages.ts'

const tickMs = 250
type Undoable = PickupView & { readonly undo: NonNullable<PickupView['undo']> }

/** Offers to undo this till's newest step until Shopify or head office is told of it. */
export function UndoBar({ pickups, isList }: { pickups: readonly PickupView[]; isList: boolean }) {
  const [last] = pickups
    .filter((view): view is Undoable => view.undo !== null)
    .toSorted((a, b) => b.undo.until - a.undo.until)
  if (last === undefined) return null
  return <Undo key={`${last.pickup} ${last.undo.until}`} view={last} isList={isList} />
}

function Undo({ view, isList }: { view: Undoable; isList: boolean }) {
  const t = useMessages(undoMessages)
  const announce = useAnnounce()
  const moves = useMoves(view)
  const seconds = useSecondsUntil(view.undo.until)
  const done = t.done[view.undo.move](view.order.name)
  // Told once: a reader that repeats each second would hide all else.
  const tell = useEffectEvent(() => announce(t.announce(done)))
  useEffect(() => tell(), [])
  async function undo(): Promise<void> {
    const { move } = view.undo
    if ((await moves.make({ move: 'undo' })) && move === 'finish') openPickup(view.pickup)
  }
  if (moves.failed !== null)
    return (
      <aside className={classes['bar']} data-list={isList} aria-label={t.label}>
        <Problem say={moves.failed.say} meaning={moves.failed.sentence} error={moves.failed.error} />
      </aside>
    )
  if (seconds <= 0) return null
  return (
    <aside className={classes['bar']} data-list={isList} aria-label={t.label} data-testid="undo-bar">
      <IconCircleCheck size={28} aria-hidden />
      <p className={classes['words']}>
        <strong>{done}</strong>
        <span>{t.until[view.undo.move](seconds)}</span>
      </p>
      <Button
        variant="white"
        leftSection={<IconArrowBackUp size={22} aria-hidden />}
        rightSection={<Kbd aria-hidden>U</Kbd>}
        aria-disabled={moves.busy}
        aria-keyshortcuts="u"
        data-undo
        data-guarded
        data-testid="undo"
        onClick={() => void undo()}
      >
        {t.undo}
      </Button>
    </aside>
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
