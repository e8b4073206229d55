import { useEffect, useState, useSyncExternalStore } from 'react'
import { useNow } from '../../../shared/ui/now.tsx'
import { useRemembered } from '../../../shared/ui/remembered.ts'
import { type Chime, createChime, type Tune } from './chime.ts'

const muteMs = 30 * 60_000

export interface Sound {
  /** Plays unless muted. */
  readonly play: (tune: Tune) => void
  readonly allow: () => void
  /** Whether the browser waits for a touch before it lets the page make sound. */
  readonly blocked: boolean
  /** When the mute ends automatically; null when the sound is not muted. */
  readonly mutedUntil: number | null
  readonly mute: () => void
  readonly unmute: () => void
}

/** The till's sound and its mute, which ends automatically after 30 minutes, even across a reload. */
export function useSound(): Sound {
  const now = useNow()
  const [chime] = useState<Chime>(createChime)
  const blocked = !useSyncExternalStore(chime.subscribe, chime.isAllowed)
  const [remembered, remember] = useRemembered('tillbridge.muted-until')
  const until = Number(remembered ?? 0)
  const mutedUntil = until > now && until <= now + muteMs + 60_000 ? until : null

  useEffect(() => {
    window.addEventListener('pointerdown', chime.allow)
    window.addEventListener('keydown', chime.allow)
    return () => {
      window.removeEventListener('pointerdown', chime.allow)
      window.removeEventListener('keydown', chime.allow)
    }
  }, [chime])

  return {
    play: tune => {
      if (mutedUntil === null) chime.play(tune)
    },
    allow: chime.allow,
    blocked,
    mutedUntil,
    mute: () => remember(String(Date.now() + muteMs)),
    unmute: () => remember(null),
  }
}
