import { useEffect, useEffectEvent } from 'react'
import {
  type KeyStroke,
  type TypedScan,
  TypedScanReader,
  usualWedge,
  type WedgeSettings,
} from './scan-reader.ts'

interface TillKeys {
  search: () => void
  help: () => void
  back: () => void
  /** Enter where it presses nothing else. */
  act: () => void
  undo: () => void
  /** Counts one unit of the item that is shown large, or takes one back. */
  count: (more: 1 | -1) => void
  /** `trap`: the keyboard's layout or its capitals do not fit the scanner; the person should be told. */
  scan: (code: string, trap: TypedScan['trap']) => void
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button, summary, input, [role="menu"]') !== null
}

function isSearch(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input[type="search"]')
}

function strokeOf(event: KeyboardEvent): KeyStroke {
  const isAltGr = event.getModifierState('AltGraph') || (event.ctrlKey && event.altKey)
  return {
    key: event.key,
    at: event.timeStamp,
    code: event.code,
    shift: event.shiftKey,
    ctrl: event.ctrlKey && !isAltGr,
    alt: event.altKey && !isAltGr,
    capsLock: event.getModifierState('CapsLock'),
  }
}

/**
 * The keys that work everywhere on the till page, and a scanner that types into it.
 * @param wedge the same object as long as the settings are the same
 */
export function useTillKeys(keys: TillKeys, wedge: WedgeSettings = usualWedge): void {
  const onKey = useEffectEvent((event: KeyboardEvent, scanner: TypedScanReader, heard: Heard) => {
    clearTimeout(heard.later)
    if (event.metaKey || event.isComposing) return
    const typing = isTyping(event.target)
    const stroke = strokeOf(event)
    const wasPrefixed = scanner.prefixed
    const wasBursting = scanner.bursting
    const scan = scanner.stroke(stroke)
    const prefixed = scanner.prefixed || (wasPrefixed && scan !== null)
    const ends = event.key === 'Enter' || event.key === 'Tab'
    // A key held down, or the one that ends a scan, must not press the button that happens to have the focus.
    const pressesButton = ends && !typing && ((event.key === 'Enter' && event.repeat) || scan !== null)
    // A scan that goes into the search field is a scan: it takes the place of what was typed there.
    const replacesSearch = scan !== null && isSearch(event.target)
    // Ctrl and a sign within a scan is GS or the like, and no shortcut of the browser's.
    const isShortcut = stroke.ctrl === true && (scanner.bursting || scan !== null) && event.key !== 'Control'
    if (pressesButton || prefixed || isShortcut || replacesSearch) {
      event.preventDefault()
      event.stopPropagation()
    }
    const inDialog = document.querySelector('[role="dialog"]') !== null
    if (typing && !prefixed && !replacesSearch) return
    if (scan !== null) keys.scan(scan.text, scan.trap)
    else if (inDialog) return
    else if (!scanner.bursting && !wasBursting && !prefixed && !stroke.ctrl && !stroke.alt)
      pressed(event, keys, heard)
    if (event.key.length === 1 && !ownKeys.includes(event.key.toLowerCase())) heard.characterAt = stroke.at
  })
  useEffect(() => {
    const scanner = new TypedScanReader(wedge)
    const heard: Heard = { characterAt: Number.NEGATIVE_INFINITY, later: undefined }
    const listen = (event: KeyboardEvent) => onKey(event, scanner, heard)
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [wedge])
}

/** What was heard before a key. */
interface Heard {
  /** When a character was typed that is not a key of ours. */
  characterAt: number
  /** A key that waits to see whether it begins a scan. */
  later: ReturnType<typeof setTimeout> | undefined
}

const ownKeys = ['/', '?', '+', '-', 'u']
/** A scanner types its next character sooner. */
const scanPauseMs = 80
/** After what a slow scanner typed, its Enter must not count as a person's. */
const typedPauseMs = 1_000

function pressed(event: KeyboardEvent, keys: TillKeys, heard: Heard): void {
  const inMenu = event.target instanceof HTMLElement && event.target.closest('[role="menu"]') !== null
  if (event.key === '/') {
    event.preventDefault()
    keys.search()
  } else if (event.key === '?') keys.help()
  else if (event.key === '+' || event.key === '-') {
    const more = event.key === '+' ? 1 : -1
    heard.later = setTimeout(() => keys.count(more), scanPauseMs)
  } else if (event.key.toLowerCase() === 'u') heard.later = setTimeout(keys.undo, scanPauseMs)
  else if (event.key === 'Escape' && !inMenu) keys.back()
  else if (event.key === 'Enter') {
    const isTyped = event.timeStamp - heard.characterAt < typedPauseMs
    if (!event.repeat && !isTyped && !isControl(event.target)) keys.act()
  } else if (event.key.startsWith('Arrow') && !inMenu) moveFocus(event)
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
  return part(own, event.key === 'ArrowRight' ? '[data-action] :is(a, button)' : 'a')
}

function part(card: HTMLElement | null | undefined, selector: string): HTMLElement | null {
  return card?.querySelector<HTMLElement>(selector) ?? null
}
