import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useRecentTexts } from '../../../shared/ui/recent-texts.ts'
import { useRemembered } from '../../../shared/ui/remembered.ts'
import { StaffDialog } from './StaffDialog.tsx'

interface Staff {
  /** Who is at this till; null until a name has been given, and again once the till has been idle. */
  readonly name: string | null
  /** Asks for the name, also when one is known; null when the person would not say. */
  readonly ask: () => Promise<string | null>
}

const Context = createContext<Staff>({ name: null, ask: async () => null })

const idleMs = 30 * 60_000
const checkMs = 60_000
const mostSeen = 12

/**
 * Knows who is at this till. The name is asked for at the first step, and again after 30 minutes without a touch or a key:
 * the person who comes back may be someone else.
 */
export function StaffProvider({ children }: { children: ReactNode }) {
  const [name, remember] = useRemembered('tillbridge.staff')
  const [seen, keepSeen] = useRecentTexts('tillbridge.staff-seen', mostSeen)
  const [asking, setAsking] = useState(false)
  const answer = useRef<(name: string | null) => void>(() => undefined)
  useIdle(useCallback(() => remember(null), [remember]))

  const ask = useCallback(() => {
    setAsking(true)
    return new Promise<string | null>(resolve => {
      answer.current = resolve
    })
  }, [])
  const finish = (said: string | null) => {
    setAsking(false)
    if (said !== null) {
      remember(said)
      keepSeen(said)
    }
    answer.current(said)
  }
  const staff = useMemo(() => ({ name, ask }), [name, ask])
  return (
    <Context value={staff}>
      {children}
      {asking && <StaffDialog seen={seen} onAnswer={finish} />}
    </Context>
  )
}

/** Calls once nothing was touched or pressed for 30 minutes, also over a reload and a sleeping PC. */
function useIdle(whenIdle: () => void): void {
  const [lastText, keepLast] = useRemembered('tillbridge.staff-active')
  const last = useRef(Number(lastText ?? Date.now()))
  useEffect(() => {
    const look = () => {
      if (Date.now() - last.current >= idleMs) whenIdle()
    }
    const active = () => {
      look()
      // Kept once a minute: a write at each key would be read by every part of the page.
      if (Date.now() - last.current > checkMs) keepLast(String(Date.now()))
      last.current = Date.now()
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
  }, [whenIdle, keepLast])
}

/** Who is at this till, and how to ask. */
export function useStaff(): Staff {
  return useContext(Context)
}
