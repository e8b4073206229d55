import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { HandedTo } from '../../../shared/hand-over.ts'
import { formatMoney } from '../../../shared/money.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { Notice } from '../../../shared/ui/Problem.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { Stepper } from '../picking/Stepper.tsx'
import { pickupMessages } from '../pickups/pickups.messages.ts'
import { SameCustomer } from '../pickups/SameCustomer.tsx'
import { blocksHandOver } from '../pickups/states.ts'
import type { Move } from '../pickups/useMoves.ts'
import { useNoticeWords } from '../pickups/word-notice.ts'
import { KeptAt } from '../place/KeptAt.tsx'
import { ReasonChoice } from '../reasons/ReasonChoice.tsx'
import { DialogScan } from '../scan/DialogScan.tsx'
import { itemTitle } from '../scan/scan-meaning.ts'
import { stateQuery } from '../state/state.query.ts'
import { HandedToChoice } from './HandedToChoice.tsx'
import classes from './HandOverDialog.module.css'

/** How staff hand it over: to whom, what they confirmed, why in spite of a hold, and what goes out when it is only a part. */
export type HandOverHow = Pick<Move, 'paid' | 'reason' | 'lines' | 'handedTo'>

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
  const { order, customer, outstanding = null } = view
  const packed = packedLines(view)
  const [part, setPart] = useState<ReadonlyMap<string, number> | null>(null)
  const [paid, setPaid] = useState(false)
  const [handedTo, setHandedTo] = useState<HandedTo>({ who: null, checked: null })
  const { data: rule = 'free' } = useQuery({ ...stateQuery, select: state => state.handOver })
  const [isOverruled, setOverruled] = useState(false)
  const [reason, setReason] = useState('')
  const isHeld = blocksHandOver(view.notice)
  const all = packed.reduce((sum, line) => sum + line.picked, 0)
  const units = part === null ? all : [...part.values()].reduce((sum, each) => sum + each, 0)
  const isChecked = rule === 'free' || handedTo.checked !== null
  const mayGo = (outstanding === null || paid) && (!isHeld || reason !== '') && units > 0 && isChecked
  const yes = () => {
    if (!mayGo) return
    onYes({
      ...(handedTo.who === null && handedTo.checked === null ? {} : { handedTo }),
      ...(outstanding === null ? {} : { paid: true }),
      ...(isHeld ? { reason } : {}),
      ...(part === null || units === all
        ? {}
        : { lines: [...part].map(([line, each]) => ({ line, units: each })) }),
    })
  }
  // The second half of a double tap on what opened this must not press what is now there.
  useEffect(() => guard(), [guard])
  return (
    <Modal
      opened
      onClose={onNo}
      size={600}
      title={t.handOver.title(order.name, customer.name)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack data-hands-over={view.pickup}>
        <DialogScan asks={view} handsOver />
        <Group justify="space-between" wrap="nowrap">
          <Stack gap={4}>
            <Text fw={650}>
              {units === all ? t.units(all) : t.handOver.some(units, all)}
              {customer.phoneEnd !== null && ` · ${t.handOver.phone(customer.phoneEnd)}`}
            </Text>
            <KeptAt place={view.keptAt ?? null} />
          </Stack>
          {part === null && all > 1 && (
            <Button
              variant="default"
              data-testid="hand-over-part"
              onClick={() => setPart(new Map(packed.map(line => [line.id, line.picked])))}
            >
              {t.handOver.part}
            </Button>
          )}
        </Group>
        <SameCustomer view={view} isLink={false} />
        {part !== null && (
          <Part lines={packed} part={part} onPart={(line, each) => setPart(new Map(part).set(line, each))} />
        )}
        {isHeld && <Held view={view} zone={zone} />}
        {isOverruled && (
          <ReasonChoice reasons={t.handOver.anywayReasons} own={t.handOver.ownReason} onReason={setReason} />
        )}
        <Paid view={view} paid={paid} onPaid={setPaid} />
        <HandedToChoice rule={rule} chosen={handedTo} onChoose={setHandedTo} />
        {!isHeld && <Text>{t.handOver.consequence}</Text>}
        <Group justify="space-between" className={classes['actions']}>
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
              onClick={yes}
            >
              {isHeld ? t.handOver.anywayYes : t.handOver.yes}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

/** What lies packed; all that is due where an older hub does not say. */
function packedLines({ lines }: PickupView): PickupView['lines'] {
  const packed = lines.filter(line => line.picked > 0)
  return packed.length > 0 ? packed : lines.map(line => ({ ...line, picked: line.units }))
}

/** How much of each item goes out now. */
function Part(props: {
  lines: PickupView['lines']
  part: ReadonlyMap<string, number>
  onPart: (line: string, units: number) => void
}) {
  return (
    <Stack gap="sm" data-testid="part">
      {props.lines.map(line => (
        <div key={line.id}>
          <Text>{itemTitle(line)}</Text>
          <Stepper
            of={itemTitle(line)}
            units={props.part.get(line.id) ?? 0}
            least={0}
            most={line.picked}
            onUnits={units => props.onPart(line.id, units)}
          />
        </div>
      ))}
    </Stack>
  )
}

function Held({ view, zone }: { view: PickupView; zone: string }) {
  const words = useNoticeWords(zone)
  if (view.notice === null) return null
  return <Notice look="caution" say={words.title(view.notice)} meaning={words.say(view.notice, view)} />
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
