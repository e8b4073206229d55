import { VisuallyHidden } from '@mantine/core'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

const Context = createContext<(words: string) => void>(() => undefined)

/** Holds the page's one polite live region, which a screen reader reads out when its words change. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ words: '', count: 0 })
  const announce = useCallback((words: string) => setSaid(before => ({ words, count: before.count + 1 })), [])
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
