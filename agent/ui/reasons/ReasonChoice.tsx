import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import classes from './ReasonChoice.module.css'

const longestReason = 500

interface ReasonChoiceProps {
  /** The last one asks for the person's own words. */
  reasons: readonly string[]
  /** The label of the field for those. */
  own: string
  /** The reason as it is now; empty until one is given. */
  onReason: (reason: string) => void
}

/** Buttons for the usual reasons, and a field for any other. */
export function ReasonChoice({ reasons, own, onReason }: ReasonChoiceProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  const isOther = chosen !== null && chosen === reasons.at(-1)
  return (
    <>
      <div className={classes['reasons']}>
        {reasons.map(text => (
          <Button
            key={text}
            variant={text === chosen ? 'filled' : 'default'}
            aria-pressed={text === chosen}
            justify="flex-start"
            onClick={() => {
              setChosen(text)
              onReason(text === reasons.at(-1) ? '' : text)
            }}
          >
            {text}
          </Button>
        ))}
      </div>
      {isOther && (
        <TextInput
          label={own}
          maxLength={longestReason}
          autoFocus
          onChange={event => onReason(event.currentTarget.value.trim())}
        />
      )}
    </>
  )
}
