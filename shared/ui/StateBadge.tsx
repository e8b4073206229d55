import {
  IconAlertCircle,
  IconAlertTriangle,
  IconBasket,
  IconCircleCheck,
  IconClock,
  IconMinus,
  type TablerIcon,
} from '@tabler/icons-react'
import classes from './StateBadge.module.css'
import type { StateLook } from './theme.ts'

const icons: Record<StateLook, TablerIcon> = {
  waiting: IconClock,
  working: IconBasket,
  done: IconCircleCheck,
  wrong: IconAlertTriangle,
  caution: IconAlertCircle,
  quiet: IconMinus,
}

/** A look's icon alone; a word must stand beside it. */
export function StateIcon({ look, size }: { look: StateLook; size: number }) {
  const Icon = icons[look]
  return <Icon size={size} stroke={2} aria-hidden className={classes['icon']} />
}

/** A state as word, icon and hue together, so that it never depends on colour. */
export function StateBadge(props: { look: StateLook; word: string; testId?: string }) {
  return (
    <span className={classes['badge']} data-look={props.look} data-testid={props.testId}>
      <StateIcon look={props.look} size={16} />
      <span className={classes['word']}>{props.word}</span>
    </span>
  )
}
