import { Button, Text } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { formatMoney } from '../../../shared/money.ts'
import type { ReturnableLine, ReturnableOrder } from '../../../shared/returns.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import { StepHead } from '../page/StepHead.tsx'
import { Stepper } from '../picking/Stepper.tsx'
import { ItemPhoto } from '../pickups/ItemPhoto.tsx'
import { itemTitle } from '../scan/scan-meaning.ts'
import { type Basket, totalUnits, unitsOf } from './basket.ts'
import classes from './Returns.module.css'
import { returnMessages } from './returns.messages.ts'

interface ChooseItemsProps {
  order: ReturnableOrder
  basket: Basket
  onBasket: (basket: Basket) => void
  /** What is to be said of the last scan; null: nothing. */
  said: string | null
  onBack: () => void
  onCheck: () => void
}

/** What of an order comes back, and in which condition: by scan, or by hand. */
export function ChooseItems({ order, basket, onBasket, said, onBack, onCheck }: ChooseItemsProps) {
  const t = useMessages(returnMessages)
  const units = totalUnits(basket)
  return (
    <main className={classes['page']}>
      <div className={classes['main']}>
        <StepHead
          title={`${order.name} ${order.customer.name}`}
          back={t.otherOrder}
          onBack={onBack}
          testId="return-back"
        />
        {said !== null && <Problem say={said} />}
        <ul className={classes['list']}>
          {order.lines.map(line => (
            <Line key={line.orderLine} line={line} basket={basket} onBasket={onBasket} />
          ))}
        </ul>
      </div>
      <div className={classes['bottom']}>
        <Button
          rightSection={<IconArrowRight size={22} aria-hidden />}
          aria-disabled={units === 0}
          data-disabled={units === 0}
          data-guarded
          data-primary
          data-testid="return-check"
          onClick={() => units > 0 && onCheck()}
        >
          {t.check(units)}
        </Button>
      </div>
    </main>
  )
}

interface LineProps {
  line: ReturnableLine
  basket: Basket
  onBasket: (basket: Basket) => void
}

function Line({ line, basket, onBasket }: LineProps) {
  const t = useMessages(returnMessages)
  const { locale } = useLanguage()
  const chosen = unitsOf(basket, line)
  const title = itemTitle(line)
  const set = (change: Partial<typeof chosen>) =>
    onBasket(new Map(basket).set(line.orderLine, { ...chosen, ...change }))
  const isChosen = chosen.sellable + chosen.damaged > 0
  return (
    <li className={classes['line']} data-testid="return-line" data-chosen={isChosen || undefined}>
      <ItemPhoto url={line.imageUrl} title={line.title} size={56} />
      <div>
        <Text fw={600}>{title}</Text>
        <Text c="dimmed">
          {t.ofUnits(line.units)}
          {line.price !== null && ` · ${formatMoney(line.price.minor, line.price.currency, locale)}`}
        </Text>
      </div>
      {(['sellable', 'damaged'] as const).map(condition => (
        <div key={condition} className={classes['counter']} data-testid={`return-${condition}`}>
          <Text size="sm">{t[condition]}</Text>
          <Stepper
            of={`${title}, ${t[condition]}`}
            units={chosen[condition]}
            least={0}
            isShared
            most={line.units - (condition === 'sellable' ? chosen.damaged : chosen.sellable)}
            onUnits={units => set({ [condition]: units })}
          />
        </div>
      ))}
    </li>
  )
}
