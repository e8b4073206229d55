import { VisuallyHidden } from '@mantine/core'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'

/** As long as a step can be undone. */
const saidMs = 8_000

const Context = createContext<(words: string) => void>(() => undefined)

/** Holds the page's one polite live region, which a screen reader reads out when its words change. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ words: '', count: 0 })
  const announce = useCallback((words: string) => setSaid(before => ({ words, count: before.count + 1 })), [])
  useEffect(() => {
    // what was said of a moment ("Press U to undo") must not be found there later
    const timer = setTimeout(() => setSaid(now => (now === said ? { ...now, words: '' } : now)), saidMs)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <Context value={announce}>
      {children}
      <VisuallyHidden role="status" aria-live="polite" data-testid="announcement">
        <span key={said.count}>{said.words}</span>
      </VisuallyHidden>
    </Context>
  )
}

/** Says something to those who do not see the page change. */
export function useAnnounce(): (words: string) => void {
  return useContext(Context)
}
