import { Button } from '@mantine/core'
import { IconBackspace } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { MOST_PIN_DIGITS } from '../../../shared/staff.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import classes from './PinPad.module.css'
import { staffMessages } from './staff.messages.ts'
import type { UnlockOutcome } from './unlock.ts'

interface PinPadProps {
  busy: boolean
  /** What became of the last PIN; a new object begins with an empty field. */
  answer: UnlockOutcome | null
  onEnter: (pin: string) => void
  children: ReactNode
}

/** No one types the next key so soon. What a scanner types is not a PIN. */
const scannerMs = 50
/** Pixels. */
const keyHeight = 64
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** Large keys for a PIN, which the keyboard types as well. It is not a text field: a browser would offer to keep what is typed. */
export function PinPad({ busy, answer, onEnter, children }: PinPadProps) {
  const t = useMessages(staffMessages)
  const [pin, setPin] = useState('')
  const pad = useRef<HTMLFieldSetElement>(null)
  const typedAt = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => pad.current?.focus(), [])
  useEffect(() => {
    if (answer !== null) setPin('')
  }, [answer])
  const add = (digit: string) => setPin(before => (before + digit).slice(0, MOST_PIN_DIGITS))
  const back = () => setPin(before => before.slice(0, -1))
  const enter = () => {
    if (pin !== '' && !busy) onEnter(pin)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const isScanner = event.timeStamp - typedAt.current < scannerMs
    typedAt.current = event.timeStamp
    if (isScanner) setPin('')
    else if (/^\d$/.test(event.key)) add(event.key)
    else if (event.key === 'Backspace') back()
    else if (event.key === 'Enter' && event.target === event.currentTarget) enter()
    else return
    event.preventDefault()
  }
  // A tap leaves the focus where typing goes on.
  const keepFocus = (event: { preventDefault: () => void }) => event.preventDefault()
  return (
    <fieldset
      className={classes['pad']}
      ref={pad}
      aria-label={t.pin}
      tabIndex={-1}
      data-testid="pin-pad"
      onKeyDown={onKeyDown}
      onMouseDown={keepFocus}
    >
      <div className={classes['shown']} role="img" aria-label={t.typed(pin.length)} data-testid="pin-shown">
        {pin === '' ? <span className={classes['ask']}>{t.pin}</span> : <Dots count={pin.length} />}
      </div>
      {children}
      <div className={classes['keys']}>
        {DIGITS.map(digit => (
          <Key key={digit} name={digit} onPress={() => add(digit)} />
        ))}
        <Button variant="default" mih={keyHeight} aria-label={t.back} onClick={back} data-testid="pin-back">
          <IconBackspace size={28} aria-hidden />
        </Button>
        <Key name="0" onPress={() => add('0')} />
        <Button mih={keyHeight} aria-disabled={busy || pin === ''} onClick={enter} data-testid="pin-enter">
          {t.enter}
        </Button>
      </div>
    </fieldset>
  )
}

/** One dot a digit. */
function Dots({ count }: { count: number }) {
  return DIGITS.slice(0, count).map(digit => <span key={digit} className={classes['dot']} />)
}

function Key({ name, onPress }: { name: string; onPress: () => void }) {
  return (
    <Button variant="default" mih={keyHeight} onClick={onPress} data-testid={`pin-${name}`}>
      {name}
    </Button>
  )
}
