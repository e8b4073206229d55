import { useEffect, useEffectEvent, useRef } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { noticeMessages } from './notice.messages.ts'
import type { Sound } from './useSound.ts'

const repeatMs = 30_000

/**
 * Makes new pickups noticed: a sound at once and every 30 s until someone starts them, their count in the window's
 * title, and words for a screen reader.
 */
export function useNewPickups(fresh: readonly PickupView[], sound: Sound, place: string): void {
  const t = useMessages(noticeMessages)
  const announce = useAnnounce()
  const known = useRef<ReadonlySet<string>>(new Set())
  const waiting = fresh.length > 0
  const ring = useEffectEvent(() => sound.play('order'))
  const tell = useEffectEvent((newest: PickupView) =>
    announce(t.announce(newest.order.name, newest.customer.name)),
  )

  useEffect(() => {
    const newest = fresh.filter(view => !known.current.has(view.pickup))
    known.current = new Set(fresh.map(view => view.pickup))
    const last = newest.at(-1)
    if (last === undefined) return
    ring()
    tell(last)
  }, [fresh])

  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(ring, repeatMs)
    return () => clearInterval(timer)
  }, [waiting])

  useEffect(() => {
    document.title = `${fresh.length > 0 ? `(${fresh.length}) ` : ''}${t.pageTitle} · ${place}`
  }, [fresh.length, t.pageTitle, place])
}
