import { useEffect, useEffectEvent } from 'react'
import { ScanReader } from './scan-reader.ts'

interface TillKeys {
  search: () => void
  help: () => void
  back: () => void
  scan: (code: string) => void
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

/** The keys that work everywhere on the till page, and a scanner that types into it. */
export function useTillKeys(keys: TillKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent, scanner: ScanReader) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    const typing = isTyping(event.target)
    const code = scanner.stroke({ key: event.key, at: event.timeStamp })
    // A key held down, or the Enter that ends a scan, must not press the button that happens to have the focus.
    if (event.key === 'Enter' && !typing && (event.repeat || code !== null)) {
      event.preventDefault()
      event.stopPropagation()
    }
    const inDialog = document.querySelector('[role="dialog"]') !== null
    if (inDialog || typing) return
    if (code !== null) keys.scan(code)
    else if (!scanner.bursting) pressed(event, keys)
  })
  useEffect(() => {
    const scanner = new ScanReader()
    const listen = (event: KeyboardEvent) => onKey(event, scanner)
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [])
}

function pressed(event: KeyboardEvent, keys: TillKeys): void {
  const inMenu = event.target instanceof HTMLElement && event.target.closest('[role="menu"]') !== null
  if (event.key === '/') {
    event.preventDefault()
    keys.search()
  } else if (event.key === '?') keys.help()
  else if (event.key === 'Escape' && !inMenu) keys.back()
  else if (event.key.startsWith('Arrow') && !inMenu) moveFocus(event)
}

/** Up and down go between cards, left and right between a card and its button. */
function moveFocus(event: KeyboardEvent): void {
  const next = neighbour(event)
  if (next === null) return
  event.preventDefault()
  next.focus()
  next.closest('[data-card]')?.scrollIntoView({ block: 'nearest' })
}

function neighbour(event: KeyboardEvent): HTMLElement | null {
  const cards = [...document.querySelectorAll<HTMLElement>('[data-card]')]
  const own = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-card]') : null
  const at = own === null ? -1 : cards.indexOf(own)
  if (event.key === 'ArrowDown') return part(cards[Math.min(at + 1, cards.length - 1)], 'a')
  if (event.key === 'ArrowUp') return part(cards[Math.max(at - 1, 0)], 'a')
  return part(own, event.key === 'ArrowRight' ? 'button' : 'a')
}

function part(card: HTMLElement | null | undefined, selector: 'a' | 'button'): HTMLElement | null {
  return card?.querySelector<HTMLElement>(selector) ?? null
}
