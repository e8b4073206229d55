import { type RefObject, useEffect, useRef } from 'react'

const flashMs = 1_200

/** Flashes an element once when `facts` change after it was first shown; not for people who want no motion. */
export function useFlash<E extends HTMLElement>(facts: string): RefObject<E | null> {
  const element = useRef<E>(null)
  const before = useRef(facts)
  useEffect(() => {
    if (before.current === facts) return
    before.current = facts
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    element.current?.animate(
      [{ backgroundColor: 'var(--tb-working-back)' }, { backgroundColor: 'transparent' }],
      { duration: flashMs, easing: 'ease-out' },
    )
  }, [facts])
  return element
}
