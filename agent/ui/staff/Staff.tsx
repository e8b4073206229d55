import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { useRemembered } from '../../../shared/ui/remembered.ts'
import { StaffDialog } from './StaffDialog.tsx'

interface Staff {
  /** Who is at this till; null until a name has been given. */
  readonly name: string | null
  /** Asks for the name, also when one is known; null when the person would not say. */
  readonly ask: () => Promise<string | null>
}

const Context = createContext<Staff>({ name: null, ask: async () => null })

/** Knows who is at this till. The name is asked for at the first step, and remembered by this browser. */
export function StaffProvider({ children }: { children: ReactNode }) {
  const [name, remember] = useRemembered('tillbridge.staff')
  const [asking, setAsking] = useState(false)
  const answer = useRef<(name: string | null) => void>(() => undefined)

  const ask = useCallback(() => {
    setAsking(true)
    return new Promise<string | null>(resolve => {
      answer.current = resolve
    })
  }, [])
  const finish = (said: string | null) => {
    setAsking(false)
    if (said !== null) remember(said)
    answer.current(said)
  }
  const staff = useMemo(() => ({ name, ask }), [name, ask])
  return (
    <Context value={staff}>
      {children}
      {asking && <StaffDialog known={name} onAnswer={finish} />}
    </Context>
  )
}

/** Who is at this till, and how to ask. */
export function useStaff(): Staff {
  return useContext(Context)
}
