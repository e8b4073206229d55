import { useEffect, useRef } from 'react'
import { useRemembered } from '../../../shared/ui/remembered.ts'

const longestCheckMs = 60_000

/**
 * Calls `whenIdle` once nothing was touched or pressed for `idleMs`, also over a reload and a sleeping PC, and `whenActive` from time
 * to time while someone is here.
 */
export function useIdle({
  idleMs,
  whenIdle,
  whenActive,
}: {
  idleMs: number
  whenIdle: () => void
  whenActive: () => void
}): void {
  const [lastText, keepLast] = useRemembered('tillbridge.staff-active')
  const last = useRef(Number(lastText ?? Date.now()))
  const kept = useRef(last.current)
  useEffect(() => {
    const checkMs = Math.min(longestCheckMs, idleMs / 5)
    const look = () => {
      if (Date.now() - last.current >= idleMs) whenIdle()
    }
    const active = () => {
      look()
      last.current = Date.now()
      // Kept once in a while: a write at each key would be read by every part of the page.
      if (last.current - kept.current <= checkMs) return
      kept.current = last.current
      keepLast(String(last.current))
      whenActive()
    }
    look()
    const timer = setInterval(look, checkMs)
    window.addEventListener('pointerdown', active, { capture: true })
    window.addEventListener('keydown', active, { capture: true })
    return () => {
      clearInterval(timer)
      window.removeEventListener('pointerdown', active, { capture: true })
      window.removeEventListener('keydown', active, { capture: true })
    }
  }, [idleMs, whenIdle, whenActive, keepLast])
}
