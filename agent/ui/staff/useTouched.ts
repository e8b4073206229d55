import { useCallback, useEffect, useRef } from 'react'
import { postJson } from '../../../shared/ui/json.ts'
import { StaffActive } from '../../till/api-schema.ts'

const gatherMs = 10_000

/**
 * Tells the agent that the person is at this page, of several that may be open on this PC: a badge's scan is meant for the one that was
 * touched last. Returns what tells it if the page has the focus, for a new connection to the agent.
 */
export function useTouched(): () => void {
  const told = useRef(Number.NEGATIVE_INFINITY)
  const tell = useCallback(() => {
    told.current = performance.now()
    // unheard, the next touch tells it again
    void postJson('/api/staff/active', {}, StaffActive).catch(() => {
      told.current = Number.NEGATIVE_INFINITY
    })
  }, [])
  useEffect(() => {
    const touched = () => {
      if (performance.now() - told.current > gatherMs) tell()
    }
    window.addEventListener('focus', tell)
    window.addEventListener('pointerdown', touched, { capture: true })
    return () => {
      window.removeEventListener('focus', tell)
      window.removeEventListener('pointerdown', touched, { capture: true })
    }
  }, [tell])
  return useCallback(() => {
    if (document.hasFocus()) tell()
  }, [tell])
}
