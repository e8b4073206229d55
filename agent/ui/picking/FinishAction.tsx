import { Button, Loader } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { isOnHold } from '../../../shared/pickup-notices.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { Move, Moves } from '../pickups/useMoves.ts'
import { CantFindDialog } from './CantFindDialog.tsx'
import { openUnits, tallyOf } from './counts.ts'
import { FinishDialog } from './FinishDialog.tsx'
import { isChosenOtherwise, isHeldAsMissing } from './held-rest.ts'
import { pickingMessages } from './picking.messages.ts'
import type { PickingWork } from './usePicking.ts'

interface FinishActionProps {
  work: PickingWork
  moves: Moves
  /** Where the goods will be kept; null: not said. */
  place: string | null
  onDone: () => void
}

/** Marks an order ready: at once when all of it was counted, else after a question. */
export function FinishAction({ work, moves, place, onDone }: FinishActionProps) {
  const t = useMessages(pickingMessages)
  const [asking, setAsking] = useState<'no' | 'finish' | 'missing'>('no')
  const { view } = work
  const { picked, missing, open, units } = tallyOf(view.lines)
  const isHeld = isOnHold(view.notice) && !isHeldAsMissing(view)
  if (view.state === 'short' && open === 0 && picked === 0) return null
  if (isChosenOtherwise(view)) return null
  async function make(move: Move): Promise<void> {
    setAsking('no')
    await work.kept()
    const keptAt = move.move === 'finish' && place !== null ? { keptAt: place } : {}
    if (await moves.make({ ...move, ...keptAt })) onDone()
  }
  const words =
    open > 0
      ? t.readyAnyway(picked, units)
      : picked === 0
        ? t.onlyMissing
        : missing > 0
          ? t.readyWithout(missing)
          : t.readyAll
  return (
    <>
      <Button
        variant={open > 0 ? 'default' : 'filled'}
        leftSection={
          moves.busy ? (
            <Loader size={22} color="currentColor" aria-hidden />
          ) : (
            <IconCheck size={22} aria-hidden />
          )
        }
        aria-disabled={moves.busy}
        data-primary
        data-guarded
        data-testid="primary-action"
        data-move="finish"
        onClick={() => {
          if (moves.busy) return
          if (open > 0 || missing > 0 || isHeld) setAsking('finish')
          else void make({ move: 'finish' })
        }}
      >
        {words}
      </Button>
      {asking === 'finish' && (
        <FinishDialog
          view={view}
          isHeld={isHeld}
          onMove={move => void make(move)}
          onMissing={() => setAsking('missing')}
          onCancel={() => setAsking('no')}
        />
      )}
      {asking === 'missing' && (
        <CantFindDialog
          title={t.ask.areMissing(open)}
          units={open}
          isFixed
          onMissing={why => {
            for (const line of view.lines)
              if (openUnits(line) > 0) work.miss({ ...why, units: openUnits(line) }, line)
            setAsking('finish')
          }}
          onCancel={() => setAsking('no')}
        />
      )}
    </>
  )
}
