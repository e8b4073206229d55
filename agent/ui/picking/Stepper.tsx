import { Button } from '@mantine/core'
import { IconMinus, IconPlus } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import classes from './Picking.module.css'
import { pickingMessages } from './picking.messages.ts'

interface StepperProps {
  /** What is counted, for a screen reader. */
  of: string
  units: number
  /** 1 when left out. */
  least?: number
  most: number
  /** Whether the number alone is shown, because another counter shares what there is. */
  isShared?: boolean
  /** What the keys `+` and `-` do to it; left out: nothing. */
  keys?: { readonly more: boolean; readonly fewer: boolean }
  onUnits: (units: number) => void
}

/** A number of units, by two buttons. */
export function Stepper({ of, units, least = 1, most, isShared = false, keys, onUnits }: StepperProps) {
  const t = useMessages(pickingMessages)
  return (
    <div className={classes['counter']}>
      <Button
        variant="default"
        aria-label={`${t.fewer}: ${of}`}
        disabled={units <= least}
        data-count-back={keys?.fewer || undefined}
        onClick={() => onUnits(units - 1)}
      >
        <IconMinus size={28} aria-hidden />
      </Button>
      <output className={classes['units']}>{isShared ? units : t.of(units, most)}</output>
      <Button
        variant="default"
        aria-label={`${t.more}: ${of}`}
        disabled={units >= most}
        data-count-one={keys?.more || undefined}
        onClick={() => onUnits(units + 1)}
      >
        <IconPlus size={28} aria-hidden />
      </Button>
    </div>
  )
}
