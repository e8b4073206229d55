import { Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { Tally } from './counts.ts'
import classes from './Picking.module.css'
import { pickingMessages } from './picking.messages.ts'

/** How far all of it is picked, in words and as a bar. */
export function Progress({ tally }: { tally: Tally }) {
  const t = useMessages(pickingMessages)
  const width = (units: number) => ({ width: `${(100 * units) / Math.max(1, tally.units)}%` })
  return (
    <>
      <Text fw={650} data-testid="progress">
        {t.progress(tally.picked, tally.units)}
      </Text>
      <div
        className={classes['track']}
        role="progressbar"
        aria-label={t.list}
        aria-valuemin={0}
        aria-valuemax={tally.units}
        aria-valuenow={tally.picked}
      >
        <div style={width(tally.picked)} />
        <div className={classes['gap']} style={width(tally.missing)} />
      </div>
    </>
  )
}

/** How far one item is picked: "1 of 2", and how many are missing. */
export function CountState({ tally }: { tally: Tally }) {
  const t = useMessages(pickingMessages)
  const { missing } = tally
  const look = tally.open > 0 ? 'open' : missing > 0 ? 'missing' : 'full'
  return (
    <span className={classes['state']} data-look={look}>
      <span className={classes['count']}>
        {look === 'full' && <IconCheck size={18} aria-hidden />}
        {t.of(tally.picked, tally.units)}
      </span>
      {missing > 0 && <span className={classes['lack']}>{t.missing(missing)}</span>}
    </span>
  )
}
