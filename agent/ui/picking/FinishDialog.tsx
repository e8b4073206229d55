import { Button, Modal, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import type { Move } from '../pickups/useMoves.ts'
import { ReasonChoice } from '../reasons/ReasonChoice.tsx'
import { DialogScan } from '../scan/DialogScan.tsx'
import { tallyOf } from './counts.ts'
import { pickingMessages } from './picking.messages.ts'

interface FinishDialogProps {
  view: PickupView
  /** Whether a hold asks for a reason. */
  isHeld: boolean
  onMove: (move: Move) => void
  /** Staff say that what was not counted can't be found. */
  onMissing: () => void
  onCancel: () => void
}

/** Asks before an order is marked ready that still has items to count, lacks some, or is on hold. */
export function FinishDialog({ view, isHeld, onMove, onMissing, onCancel }: FinishDialogProps) {
  const t = useMessages(pickingMessages)
  const { close } = useMessages(sharedMessages)
  const guard = useTapGuard()
  const [reason, setReason] = useState('')
  const { picked, missing, open, units } = tallyOf(view.lines)
  // The second half of a double tap on what opened this must not press what is now there.
  useEffect(() => guard(), [guard])
  const isNothing = open === 0 && picked === 0
  const mayFinish = !isHeld || reason !== ''
  const finish = () => {
    if (mayFinish) onMove({ move: 'finish', ...(isHeld ? { reason } : {}) })
  }
  const title =
    open > 0 ? t.ask.openTitle(picked, units) : isNothing ? t.ask.noneTitle : t.ask.withoutTitle(missing)
  const yes = open > 0 ? t.ask.allHere : missing > 0 ? t.ask.withoutYes : t.readyAll
  return (
    <Modal
      opened
      onClose={onCancel}
      title={open === 0 && missing === 0 ? t.readyAll : title}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack gap="sm">
        <DialogScan asks={view} />
        {open > 0 && <Text>{t.ask.open(open)}</Text>}
        {open === 0 && missing > 0 && <Text>{isNothing ? t.ask.none : t.ask.without(picked)}</Text>}
        {isHeld && !isNothing && (
          <>
            <Text fw={650}>{t.ask.held}</Text>
            <ReasonChoice reasons={t.ask.heldReasons} own={t.ownReason} onReason={setReason} />
          </>
        )}
        {!isNothing && (
          <Button
            data-autofocus
            data-guarded
            data-code="ready"
            data-testid="finish-yes"
            aria-disabled={!mayFinish}
            data-disabled={!mayFinish}
            onClick={finish}
          >
            {yes}
          </Button>
        )}
        {open > 0 && (
          <Button variant="default" data-testid="finish-missing" onClick={onMissing}>
            {t.ask.areMissing(open)}
          </Button>
        )}
        {open === 0 && missing > 0 && view.state === 'picking' && (
          <Button
            variant={isNothing ? 'filled' : 'default'}
            data-guarded
            data-testid="only-report"
            onClick={() => onMove({ move: 'miss' })}
          >
            {isNothing ? t.ask.noneYes : t.ask.onlyReport}
          </Button>
        )}
        <Button variant="subtle" onClick={onCancel}>
          {t.cancel}
        </Button>
      </Stack>
    </Modal>
  )
}
