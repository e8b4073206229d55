import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { formatMoney } from '../../../shared/money.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { Notice } from '../../../shared/ui/Problem.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { ReasonChoice } from '../reasons/ReasonChoice.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { blocksHandOver } from './states.ts'
import { useNoticeWords } from './word-notice.ts'

/** How staff hand it over: what they confirmed, and why in spite of a hold. */
export interface HandOverHow {
  readonly paid?: boolean
  readonly reason?: string
}

interface HandOverDialogProps {
  view: PickupView
  zone: string
  onYes: (how: HandOverHow) => void
  onNo: () => void
}

/** Asks once before a handover, and names what it means. What is held goes out only behind a reason. */
export function HandOverDialog({ view, zone, onYes, onNo }: HandOverDialogProps) {
  const t = useMessages(pickupMessages)
  const { close } = useMessages(sharedMessages)
  const guard = useTapGuard()
  const { order, customer, lines, outstanding = null } = view
  const [paid, setPaid] = useState(false)
  const [isOverruled, setOverruled] = useState(false)
  const [reason, setReason] = useState('')
  const isHeld = blocksHandOver(view.notice)
  const mayGo = (outstanding === null || paid) && (!isHeld || reason !== '')
  const units = lines.reduce((sum, line) => sum + line.units, 0)
  // The second half of a double tap on what opened this must not press what is now there.
  useEffect(() => guard(), [guard])
  return (
    <Modal
      opened
      onClose={onNo}
      title={t.handOver.title(order.name, customer.name)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack>
        <Text fw={650}>
          {t.units(units)}
          {customer.phoneEnd !== null && ` · ${t.handOver.phone(customer.phoneEnd)}`}
        </Text>
        {isHeld && <Held view={view} zone={zone} />}
        {isOverruled && (
          <ReasonChoice reasons={t.handOver.anywayReasons} own={t.handOver.ownReason} onReason={setReason} />
        )}
        <Paid view={view} paid={paid} onPaid={setPaid} />
        {!isHeld && <Text>{t.handOver.consequence}</Text>}
        <Group justify="space-between">
          <Button variant="default" onClick={onNo}>
            {t.handOver.no}
          </Button>
          {isHeld && !isOverruled ? (
            <Button variant="default" data-testid="hand-over-anyway" onClick={() => setOverruled(true)}>
              {t.handOver.anyway}
            </Button>
          ) : (
            <Button
              data-autofocus={!isHeld || undefined}
              {...(isHeld ? { color: 'red' } : {})}
              aria-disabled={!mayGo}
              data-disabled={!mayGo}
              data-guarded
              data-code="collected"
              data-testid="hand-over-yes"
              onClick={() => {
                if (mayGo)
                  onYes({
                    ...(outstanding === null ? {} : { paid: true }),
                    ...(isHeld ? { reason } : {}),
                  })
              }}
            >
              {isHeld ? t.handOver.anywayYes : t.handOver.yes}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

function Held({ view, zone }: { view: PickupView; zone: string }) {
  const words = useNoticeWords(zone)
  if (view.notice === null) return null
  return <Notice look="caution" say={words.title(view.notice)} meaning={words.say(view.notice)} />
}

/** What is still owed, and the tick that it was paid. */
function Paid(props: { view: PickupView; paid: boolean; onPaid: (paid: boolean) => void }) {
  const t = useMessages(pickupMessages)
  const { locale } = useLanguage()
  const { outstanding = null } = props.view
  if (outstanding === null) return null
  return (
    <>
      <StateBadge look="wrong" word={t.handOver.payFirst} />
      <Checkbox
        checked={props.paid}
        onChange={event => props.onPaid(event.currentTarget.checked)}
        label={t.handOver.paid(formatMoney(outstanding.minor, outstanding.currency, locale))}
        data-testid="hand-over-paid"
      />
    </>
  )
}
