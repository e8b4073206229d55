import iconv from 'iconv-lite'
import { multiBytePages } from './code-pages.ts'
import type { Kanji, Profile } from './profiles.ts'

/** Characters of more than one byte: Kanji mode (Epson ESC/POS reference, FS &, FS C) and UTF-8 (FS ( C). */
export interface MultiByte {
  mode: 'off' | 'kanji' | 'utf-8'
  coding: Kanji
  /** Both bytes of a Kanji are 0x21 to 0x7E (FS C 0). */
  jis: boolean
  /** The mode was set by a code-page number that stands for a multi-byte encoding, and ends with that page. */
  byPage: boolean
  /** The bytes of a character that is not whole yet. */
  pending: number[]
}

/** Multi-byte reading at power-on, with the code page that the printer starts in. */
export function newMultiByte(profile: Profile, page: string): MultiByte {
  const state: MultiByte = {
    mode: profile.kanjiAtStart ? 'kanji' : 'off',
    coding: profile.kanji,
    jis: profile.kanji === 'shift_jis',
    byPage: false,
    pending: [],
  }
  followPage(state, profile, page)
  return state
}

const codingByPage = new Map(Object.entries(multiBytePages))

/** A code page was selected: multi-byte reading begins or ends with it. FS & keeps its own mode under any other page. */
export function followPage(state: MultiByte, profile: Profile, page: string): void {
  const coding = codingByPage.get(page)
  if (coding !== undefined) {
    state.mode = coding === 'utf-8' ? 'utf-8' : 'kanji'
    if (coding !== 'utf-8') state.coding = coding
    state.jis = false
    state.byPage = true
  } else if (state.byPage) {
    state.mode = 'off'
    state.coding = profile.kanji
    state.jis = profile.kanji === 'shift_jis'
    state.byPage = false
  }
}

export interface Character {
  readonly text: string
  /** Cells of a single-byte character that it fills. */
  readonly cells: number
  /** Name of its coding; null for a single byte of the code page. */
  readonly coding: string | null
}

/** Takes one byte; gives what became whole by it: nothing yet, one character, or a wrong one and what follows it. */
export function readByte(state: MultiByte, byte: number, glyphs: Uint16Array): readonly Character[] {
  return state.mode === 'utf-8' ? readUtf8(state, byte) : readKanji(state, byte, glyphs)
}

function readUtf8(state: MultiByte, byte: number): readonly Character[] {
  const { pending } = state
  const continues = byte >= 0x80 && byte < 0xc0
  if (pending.length > 0 && !continues) {
    state.pending = []
    return [wrong('utf-8'), ...readUtf8(state, byte)]
  }
  if (pending.length === 0 && byte < 0x80)
    return [{ text: String.fromCharCode(byte), cells: 1, coding: 'utf-8' }]
  pending.push(byte)
  const length = lengthOfUtf8(pending[0] ?? 0)
  if (length === 0) {
    state.pending = []
    return [wrong('utf-8')]
  }
  if (pending.length < length) return []
  state.pending = []
  const text = Buffer.from(pending).toString('utf8')
  return [{ text, cells: (text.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1, coding: 'utf-8' }]
}

function lengthOfUtf8(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
}

function readKanji(state: MultiByte, byte: number, glyphs: Uint16Array): readonly Character[] {
  const { pending } = state
  const lead = pending[0]
  if (lead === undefined) {
    if (!isLead(state, byte)) return single(byte, glyphs)
    pending.push(byte)
    return []
  }
  if (!isTrail(state, pending, byte)) {
    state.pending = []
    return [...pending.flatMap(each => single(each, glyphs)), ...readKanji(state, byte, glyphs)]
  }
  pending.push(byte)
  if (pending.length < lengthOfKanji(state, pending)) return []
  state.pending = []
  const jis = state.jis && lead < 0x80
  const encoding = encodingOf(state)
  const text = jis
    ? iconv.decode(
        Uint8Array.from(pending, each => each | 0x80),
        'euc-jp',
      )
    : iconv.decode(Uint8Array.from(pending), encoding)
  return [{ text, cells: 2, coding: encoding }]
}

const single = (byte: number, glyphs: Uint16Array): Character[] => [
  { text: String.fromCharCode(glyphs[byte] ?? 0xfffd), cells: 1, coding: null },
]

const wrong = (coding: string): Character => ({ text: '\uFFFD', cells: 1, coding })

/** Chinese is what is sent after FS & to printers of no stated country. */
const encodingOf = (state: MultiByte): Exclude<Kanji, 'any'> =>
  state.coding === 'any' ? 'gb18030' : state.coding

function isLead(state: MultiByte, byte: number): boolean {
  if (encodingOf(state) !== 'shift_jis') return byte >= 0x81 && byte <= 0xfe
  if (state.jis && byte >= 0x21 && byte <= 0x7e) return true
  return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc)
}

function isTrail(state: MultiByte, pending: readonly number[], byte: number): boolean {
  const encoding = encodingOf(state)
  if (encoding === 'gb18030' && pending.length > 1)
    return pending.length === 2 ? byte >= 0x81 && byte <= 0xfe : byte >= 0x30 && byte <= 0x39
  if (encoding === 'gb18030' && byte >= 0x30 && byte <= 0x39) return true
  if (state.jis && (pending[0] ?? 0) < 0x80) return byte >= 0x21 && byte <= 0x7e
  return byte >= 0x40 && byte <= 0xfe && byte !== 0x7f
}

function lengthOfKanji(state: MultiByte, pending: readonly number[]): number {
  const second = pending[1] ?? 0
  return encodingOf(state) === 'gb18030' && second >= 0x30 && second <= 0x39 ? 4 : 2
}
