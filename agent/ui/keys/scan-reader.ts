import { characterOfKey } from './us-keyboard.ts'

/** How the scanner is set to type. Keys by the names of `KeyboardEvent.key`: `F9`, `~`; control characters as such. */
export interface WedgeSettings {
  /** Typed before each scan; null: none, and speed alone tells a scanner from a person. */
  readonly prefix: string | null
  /** Any of them ends a scan. */
  readonly suffixes: readonly string[]
  /** Longest pause between two strokes of a scan without a prefix. */
  readonly longestGapMs: number
  readonly fewestCharacters: number
}

/** A scanner types far faster than people do; both limits were set for scanners that type 20 characters a second. */
export const usualWedge: WedgeSettings = {
  prefix: null,
  suffixes: ['Enter', 'Tab'],
  longestGapMs: 60,
  fewestCharacters: 4,
}

export interface KeyStroke {
  readonly key: string
  /** Milliseconds on a clock that only grows. */
  readonly at: number
  /** The key's place on the keyboard, as `KeyboardEvent.code` names it. */
  readonly code?: string
  readonly shift?: boolean
  /** Control alone: with Alt it is AltGr, which types characters. */
  readonly ctrl?: boolean
  /** Alt alone. */
  readonly alt?: boolean
  readonly capsLock?: boolean
}

/**
 * What a scanner typed. `layout`: it types on a US layout and this computer uses another (y and z are swapped, `]` is a
 * `+`); the text was corrected by the keys' positions. `caps-lock`: upper and lower case may be swapped.
 */
export interface TypedScan {
  readonly text: string
  readonly trap: 'layout' | 'caps-lock' | null
}

/** After a prefix nothing but a scan is expected, but not for ever. */
const longestPausePrefixedMs = 500
/** QR codes hold no more. */
const mostCharacters = 4_296
const silentKeys = ['Shift', 'Control', 'Alt', 'AltGraph', 'CapsLock', 'NumLock']
const AIM = /^\][A-Za-z][0-9A-Za-z]/

/** Tells a barcode scanner in keyboard mode from a person typing: by its prefix, or by a fast burst, and its suffix. */
export class TypedScanReader {
  private readonly settings: WedgeSettings
  private text = ''
  /** The same strokes as a US keyboard types them; null once a stroke has no place on it. */
  private usText: string | null = ''
  private altDigits = ''
  private last = Number.NEGATIVE_INFINITY
  private isOpen = false
  private capsLock = false

  constructor(settings: WedgeSettings = usualWedge) {
    this.settings = settings
  }

  /** Takes one stroke; the scan when it ends one, else null. */
  stroke(stroke: KeyStroke): TypedScan | null {
    const { key, at } = stroke
    const pause = at - this.last
    this.last = at
    if (pause > (this.isOpen ? longestPausePrefixedMs : this.settings.longestGapMs)) this.clear()
    if (stroke.alt === true && /^\d$/.test(key)) {
      this.altDigits = `${this.altDigits}${key}`.slice(-4)
      return null
    }
    this.endAltCode()
    const typed = stroke.ctrl === true ? controlCharacter(key) : key
    if (this.isPrefix(stroke, typed)) {
      this.clear()
      this.isOpen = true
    } else if (typed !== '' && this.settings.suffixes.includes(suffixName(typed))) return this.end()
    else if (typed.length === 1 || typed === 'Dead') this.add(stroke, typed)
    else if (!silentKeys.includes(key)) this.clear()
    return null
  }

  /** Whether the strokes so far come as from a scanner. */
  get bursting(): boolean {
    return this.isOpen || this.text.length > 1
  }

  /** Whether a prefix has begun a scan: then its keystrokes go to this reader alone, whatever has the focus. */
  get prefixed(): boolean {
    return this.isOpen
  }

  private isPrefix(stroke: KeyStroke, typed: string): boolean {
    const { prefix } = this.settings
    if (prefix === null || this.isOpen) return false
    return typed === prefix || characterOfKey(stroke.code ?? '', stroke.shift === true) === prefix
  }

  private add(stroke: KeyStroke, typed: string): void {
    if (this.text.length >= mostCharacters) return
    if (typed !== 'Dead') this.text += typed
    const us = stroke.ctrl === true ? typed : characterOfKey(stroke.code ?? '', stroke.shift === true)
    this.usText = us === null || this.usText === null ? null : this.usText + us
    this.capsLock ||= stroke.capsLock === true && /\p{L}/u.test(typed)
  }

  /** A character by its number on the keypad, Alt held down: how some scanners type GS, `Alt+029`. */
  private endAltCode(): void {
    if (this.altDigits === '') return
    const character = String.fromCharCode(Number(this.altDigits) % 256)
    this.altDigits = ''
    this.text += character
    if (this.usText !== null) this.usText += character
  }

  private end(): TypedScan | null {
    const { text, usText, capsLock, isOpen } = this
    this.clear()
    // only an AIM identifier proves that the keyboard's layout is wrong: nothing else begins with this key
    if (usText !== null && AIM.test(usText) && !text.startsWith(']')) return { text: usText, trap: 'layout' }
    if (text.length < (isOpen ? 1 : this.settings.fewestCharacters)) return null
    return { text, trap: capsLock ? 'caps-lock' : null }
  }

  private clear(): void {
    this.text = ''
    this.usText = ''
    this.altDigits = ''
    this.isOpen = false
    this.capsLock = false
  }
}

/** Ctrl and a letter or sign as terminals read it: Ctrl+] is GS, Ctrl+B is STX. */
function controlCharacter(key: string): string {
  return /^[@-_a-z]$/.test(key) ? String.fromCharCode(key.toUpperCase().charCodeAt(0) & 31) : ''
}

function suffixName(typed: string): string {
  if (typed === '\r' || typed === '\n') return 'Enter'
  return typed === '\t' ? 'Tab' : typed
}
