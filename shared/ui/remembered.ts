import { useCallback, useSyncExternalStore } from 'react'

const changed = new EventTarget()

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // A browser that forbids storage forgets; nothing else depends on it.
    return null
  }
}

/**
 * A text that this browser remembers under `key`, shared by all who ask for it, also in other windows.
 * `set(null)` forgets it.
 */
export function useRemembered(key: string): [value: string | null, set: (value: string | null) => void] {
  const subscribe = useCallback((tell: () => void) => {
    changed.addEventListener('change', tell)
    window.addEventListener('storage', tell)
    return () => {
      changed.removeEventListener('change', tell)
      window.removeEventListener('storage', tell)
    }
  }, [])
  const value = useSyncExternalStore(subscribe, () => read(key))
  const set = useCallback(
    (next: string | null) => {
      try {
        if (next === null) localStorage.removeItem(key)
        else localStorage.setItem(key, next)
      } catch {
        // As above.
      }
      changed.dispatchEvent(new Event('change'))
    },
    [key],
  )
  return [value, set]
}
