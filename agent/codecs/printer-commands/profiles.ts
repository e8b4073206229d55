import { z } from 'zod'
import { bixolonPages, citizenPages, encodingNames, epsonPages, pageNamed, starPages } from './code-pages.ts'

/** How a printer's double-byte characters are encoded, if it has them. `any`: the profile does not say. */
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

/** `auto` recognises ESC/POS or Star by the first bytes of a stream, and reads them as Epson's or Star's own. */
export type ProfileName = keyof typeof profiles | 'auto'

export const profileNames = [...Object.keys(profiles), 'auto'] as readonly ProfileName[]

/** A code-page number as JSON writes it, 0 to 255. */
const CodePageNumber = z.string().regex(/^(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/, {
  error: issue => `"${String(issue.input)}" is not a code-page number from 0 to 255`,
})

const EncodingName = z.enum(encodingNames, {
  error: issue => `"${String(issue.input)}" is not a known encoding. Known are: ${encodingNames.join(', ')}`,
})

/**
 * How to read what a POS sends to one printer. `codePages` overrides the profile's table: code-page number → encoding. Many
 * clones print cp1251, cp866 or GBK under numbers of their own. 0 is also what the printer starts with.
 */
export const PrinterProfile = z.strictObject({
  profile: z.enum(profileNames).default('auto'),
  codePages: z.record(CodePageNumber, EncodingName).optional(),
})
export type PrinterProfile = z.infer<typeof PrinterProfile>

/** The named profile with the overrides in its table. */
export function profileWith(
  name: Exclude<ProfileName, 'auto'>,
  overrides: PrinterProfile['codePages'] = {},
): Profile {
  const named: Profile = profiles[name]
  const codePages: Record<number, string> = { ...named.codePages }
  for (const [number, encoding] of Object.entries(overrides)) codePages[Number(number)] = pageNamed(encoding)
  return { ...named, codePages }
}
