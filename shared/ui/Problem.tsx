import { Button, Group, Text } from '@mantine/core'
import { ApiError } from './json.ts'
import { useMessages } from './language.tsx'
import classes from './Problem.module.css'
import { StateIcon } from './StateBadge.tsx'
import { sharedMessages } from './shared.messages.ts'

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
export function Problem({ say, meaning, error, retry, label }: ProblemProps) {
  const t = useMessages(sharedMessages)
  return (
    <div role="alert" className={classes['problem']}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <span className={classes['icon']}>
          <StateIcon look="wrong" size={24} />
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
