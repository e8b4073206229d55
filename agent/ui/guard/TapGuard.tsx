import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef } from 'react'

const guardMs = 700
const Context = createContext<() => void>(() => undefined)

const endGuard = () => document.documentElement.toggleAttribute('data-guarding', false)

/**
 * Keeps a second tap from acting on what the first one brought under the finger: after each change, and after each
 * change of page, controls marked `data-guarded` take no click for 700 ms, from touch, mouse or key.
 * The root carries `data-guarding` meanwhile, so that what drives the page can wait as a person does.
 */
export function TapGuard({ children }: { children: ReactNode }) {
  const until = useRef(Number.NEGATIVE_INFINITY)
  const end = useRef<number>(undefined)
  const guard = useCallback(() => {
    until.current = performance.now() + guardMs
    document.documentElement.toggleAttribute('data-guarding', true)
    clearTimeout(end.current)
    end.current = window.setTimeout(endGuard, guardMs)
  }, [])
  useEffect(() => () => clearTimeout(end.current), [])
  useEffect(() => {
    const swallow = (event: MouseEvent) => {
      if (performance.now() >= until.current) return
      if (!(event.target instanceof Element) || event.target.closest('[data-guarded]') === null) return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('click', swallow, { capture: true })
    return () => window.removeEventListener('click', swallow, { capture: true })
  }, [])
  return <Context value={guard}>{children}</Context>
}

/** Call it when something that can be pressed changes: it begins the 700 ms. */
export function useTapGuard(): () => void {
  return useContext(Context)
}
