import { Button, Text } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { formatMoney } from '../../../shared/money.ts'
import {
  type ReturnableOrder,
  ReturnId,
  type ReturnReason,
  type ReturnRule,
  returnReasons,
} from '../../../shared/returns.ts'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { ApiError } from '../../../shared/ui/json.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { ChoiceSet } from '../choice/ChoiceSet.tsx'
import { StepHead } from '../page/StepHead.tsx'
import { itemTitle } from '../scan/scan-meaning.ts'
import { useStaff } from '../staff/Staff.tsx'
import { type Basket, damagedUnits, returnedLines, totalUnits, worthOf } from './basket.ts'
import classes from './Returns.module.css'
import { returnMessages } from './returns.messages.ts'
import { useReturnMutation } from './returns.query.ts'

interface CheckReturnProps {
  order: ReturnableOrder
  /** The same for each press: two count once. */
  returnId: string
  basket: Basket
  rule: ReturnRule
  reason: ReturnReason
  onReason: (reason: ReturnReason) => void
  onBack: () => void
  onDone: () => void
}

/** Says what follows, and records the return: the money can't be called back. */
export function CheckReturn(props: CheckReturnProps) {
  const { order, returnId, basket, rule, reason, onReason, onBack, onDone } = props
  const t = useMessages(returnMessages)
  const staff = useStaff()
  const announce = useAnnounce()
  const mutation = useReturnMutation()
  const [isAsking, setAsking] = useState(false)
  const lines = returnedLines(order, basket, reason)

  async function takeBack(): Promise<void> {
    if (mutation.isPending || isAsking) return
    setAsking(true)
    const name = staff.name ?? (await staff.ask())
    setAsking(false)
    if (name === null) return
    const request = { order: order.order, orderName: order.name, lines, staff: name }
    const made = await mutation
      .mutateAsync({ ...request, returnId: ReturnId.parse(returnId) })
      .catch(() => null)
    if (made === null) return
    announce(t.state[made.state])
    onDone()
  }
  const refused = mutation.error instanceof ApiError && mutation.error.failure === 'refused'
  return (
    <main className={classes['page']}>
      <div className={classes['main']}>
        <StepHead title={t.checkTitle(order.name)} back={t.change} onBack={onBack} testId="return-back" />
        {mutation.isError && (
          <Problem
            say={t.failed}
            meaning={refused ? mutation.error.message : t.noAnswer}
            error={mutation.error}
          />
        )}
        <Summary order={order} basket={basket} rule={rule} lines={lines} />
        <ChoiceSet title={t.reason}>
          <div className={classes['reasons']}>
            {returnReasons.map(one => (
              <Button
                key={one}
                variant={one === reason ? 'filled' : 'default'}
                aria-pressed={one === reason}
                data-testid={`return-reason-${one}`}
                onClick={() => onReason(one)}
              >
                {t.reasons[one]}
              </Button>
            ))}
          </div>
        </ChoiceSet>
      </div>
      <div className={classes['bottom']}>
        <Button
          leftSection={<IconArrowBackUp size={22} aria-hidden />}
          aria-disabled={mutation.isPending}
          loading={mutation.isPending}
          data-guarded
          data-primary
          data-testid="return-yes"
          onClick={() => void takeBack()}
        >
          {t.yes}
        </Button>
      </div>
    </main>
  )
}

interface SummaryProps {
  order: ReturnableOrder
  basket: Basket
  rule: ReturnRule
  lines: ReturnType<typeof returnedLines>
}

function Summary({ order, basket, rule, lines }: SummaryProps) {
  const t = useMessages(returnMessages)
  const { locale } = useLanguage()
  const damaged = damagedUnits(basket)
  const sellable = totalUnits(basket) - damaged
  const worth = worthOf(order, basket)
  const money = worth === null ? t.moneyUnknown : t.money(formatMoney(worth.minor, worth.currency, locale))
  return (
    <section className={classes['summary']} data-testid="return-summary">
      <ul>
        {lines.map(line => (
          <li key={`${line.orderLine}/${line.condition}`}>
            {line.units} × {itemTitle(line)}
            {line.condition === 'damaged' && ` (${t.isDamaged})`}
          </li>
        ))}
      </ul>
      {sellable > 0 && <Text>{t.shelf(sellable)}</Text>}
      {damaged > 0 && <Text>{t.waste(damaged)}</Text>}
      <Text fw={600}>{rule === 'refund' ? money : t.office}</Text>
    </section>
  )
}
