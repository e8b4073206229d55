import { Button, Group, Text } from '@mantine/core'
import { ApiError } from './json.ts'
import { useMessages } from './language.tsx'
import classes from './Problem.module.css'
import { StateIcon } from './StateBadge.tsx'
import { sharedMessages } from './shared.messages.ts'
import type { StateLook } from './theme.ts'

interface ProblemProps {
  /** What happened, in a few words. */
  say: string
  /** What it means for the customer or the money, and what to do. */
  meaning?: string
  /** What was thrown; "Details" shows its code in small print. */
  error?: unknown
  retry?: () => void
  /** The retry button's word; "Try again" when left out. */
  label?: string
}

/** Something went wrong: what, what it means, what to do. Read out at once by a screen reader. */
export function Problem(props: ProblemProps) {
  return <Box {...props} look="wrong" role="alert" />
}

/** Something to know before the next step, which was there when the page opened: it does not interrupt a screen reader. */
export function Notice(props: ProblemProps & { look: StateLook }) {
  return <Box {...props} role="note" />
}

function Box({
  say,
  meaning,
  error,
  retry,
  label,
  look,
  role,
}: ProblemProps & { look: StateLook; role: 'alert' | 'note' }) {
  const t = useMessages(sharedMessages)
  return (
    <div role={role} className={classes['problem']} data-look={look}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <span className={classes['icon']}>
          <StateIcon look={look} size={24} />
        </span>
        <div className={classes['words']}>
          <Text fw={650}>{say}</Text>
          {meaning !== undefined && <Text>{meaning}</Text>}
          {error instanceof ApiError && (
            <details className={classes['details']}>
              <summary>{t.details}</summary>
              <code>
                {error.code} {error.detail}
              </code>
            </details>
          )}
        </div>
      </Group>
      {retry !== undefined && (
        <Button variant="default" onClick={retry} className={classes['retry']}>
          {label ?? t.tryAgain}
        </Button>
      )}
    </div>
  )
}
