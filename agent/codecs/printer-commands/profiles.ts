import { bixolonPages, citizenPages, epsonPages, starPages } from './code-pages.ts'

/** How a printer's double-byte characters are coded, if it has them. `any`: told by the bytes. */
export type Kanji = 'any' | 'shift_jis' | 'gb18030' | 'big5' | 'euc-kr'

/** What differs between printers that speak one language. */
export interface Profile {
  readonly language: 'escpos' | 'star'
  readonly codePages: Readonly<Record<number, string>>
  readonly kanji: Kanji
  /** Double-byte characters without FS & before them. */
  readonly kanjiAtStart: boolean
  /** What ESC i cuts. Epson leaves one point. */
  readonly escI: 'full' | 'partial'
}

const epson: Profile = {
  language: 'escpos',
  codePages: epsonPages,
  kanji: 'any',
  kanjiAtStart: false,
  escI: 'partial',
}
const star: Profile = { ...epson, language: 'star', codePages: starPages }

/** By the name that `--profile` and the configuration take. */
export const profiles = {
  epson,
  'epson-japanese': { ...epson, kanji: 'shift_jis' },
  'epson-chinese': { ...epson, kanji: 'gb18030', kanjiAtStart: true },
  'epson-taiwanese': { ...epson, kanji: 'big5', kanjiAtStart: true },
  'epson-korean': { ...epson, kanji: 'euc-kr', kanjiAtStart: true },
  bixolon: { ...epson, codePages: bixolonPages },
  citizen: { ...epson, codePages: citizenPages, escI: 'full' },
  star,
  'star-japanese': { ...star, kanji: 'shift_jis' },
  'star-chinese': { ...star, kanji: 'gb18030', kanjiAtStart: true },
} as const satisfies Record<string, Profile>

/** `auto` tells ESC/POS and Star by the first bytes of a stream. */
export type ProfileName = keyof typeof profiles | 'auto'

export const profileNames = [...Object.keys(profiles), 'auto'] as readonly ProfileName[]
