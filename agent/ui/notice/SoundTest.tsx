import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { useRemembered } from '../../../shared/ui/remembered.ts'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import classes from './NewPickupBar.module.css'
import { noticeMessages } from './notice.messages.ts'
import type { Sound } from './useSound.ts'

type Step = 'ask' | 'asked-to-play' | 'played' | 'not-heard'

/**
 * Until staff of this till have heard the sound of a new order, the list begins with this: a till that is mute misses orders, and
 * staff who are at the POS have nothing else to notice them by.
 */
export function SoundTest({ sound }: { sound: Sound }) {
  const t = useMessages(noticeMessages)
  const [heard, remember] = useRemembered('tillbridge.sound-heard')
  const [step, setStep] = useState<Step>('ask')
  const { blocked, play, unmute, allow } = sound
  const isPlaying = step === 'asked-to-play' && !blocked
  useEffect(() => {
    // The browser lets the page make sound a moment after the touch.
    if (!isPlaying) return
    play('order')
    setStep('played')
  }, [isPlaying, play])
  if (heard !== null) return null
  const start = () => {
    unmute()
    allow()
    setStep('asked-to-play')
  }
  return (
    <aside className={classes['bar']} aria-label={t.soundTest.title} data-testid="sound-test">
      <StateIcon look="waiting" size={22} />
      <span className={classes['words']} role="status">
        <strong>{t.soundTest.title}</strong> {t.soundTest.say[step]}
      </span>
      {step === 'played' && (
        <Button
          variant="default"
          data-guarded
          data-testid="sound-not-heard"
          onClick={() => setStep('not-heard')}
        >
          {t.soundTest.notHeard}
        </Button>
      )}
      {step === 'played' ? (
        <Button data-guarded data-testid="sound-heard" onClick={() => remember('yes')}>
          {t.soundTest.heard}
        </Button>
      ) : (
        <Button variant="default" data-testid="sound-play" onClick={start}>
          {t.soundTest.play}
        </Button>
      )}
    </aside>
  )
}
