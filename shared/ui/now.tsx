import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'

const Context = createContext(0)
const tickMs = 10_000

/**
 * Gives the time to all below, again every 10 s. `aheadMs`: how far the server's clock, which wrote the times on the
 * page, is ahead of this computer's.
 */
export function NowProvider({ aheadMs = 0, children }: { aheadMs?: number; children: ReactNode }) {
  const [own, setOwn] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setOwn(Date.now()), tickMs)
    return () => clearInterval(timer)
  }, [])
  const now = useMemo(() => own + aheadMs, [own, aheadMs])
  return <Context value={now}>{children}</Context>
}

/** The server's time, at most 10 s old. */
export function useNow(): number {
  return useContext(Context)
}
