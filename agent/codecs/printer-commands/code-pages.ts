import iconv from 'iconv-lite'
import { internationalSigns, isInternationalSet } from './international.ts'

/** What stands for a byte that its code page gives no character. */
export const NO_CHARACTER = '\uFFFD'

/** Half-width katakana and the signs around them, 0x80 to 0xFF (JIS X 0201 with the printers' own signs). */
const KATAKANA =
  '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯ ' +
  String.fromCharCode(...Array.from({ length: 63 }, (_, place) => 0xff61 + place)) +
  '═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▒ '

/** Thai character code 42, from 0x90 on: its own order, unlike TIS-620's. */
const THAI_42 = [
  ...'๐๑๒๓๔๕๖๗๘๙งฉรำไ\uFFFD กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮะฦาำเแโใไๆ',
  ...'\u0E31\u0E38\u0E39\u0E34\u0E35\u0E36\u0E37\u0E4A\u0E4D\u0E47\u0E48\u0E49\u0E4A\u0E4B\u0E4C',
]

/** Our names that iconv-lite spells differently. */
const ICONV_NAMES: Readonly<Record<string, string>> = {
  'kz-1048': 'rk1048',
  'tcvn-3': 'tcvn',
  'tcvn-3-capitals': 'tcvn',
  'thai-11': 'windows-874',
  'thai-13': 'windows-874',
  'thai-14': 'windows-874',
  'thai-16': 'windows-874',
  'thai-17': 'windows-874',
  'thai-18': 'windows-874',
  cp928: 'iso-8859-7',
  cp3021: 'mik',
}

const upperHalves = new Map<string, readonly string[]>()

/** The characters of 0x80 to 0xFF; U+FFFD for those that the page, or our tables, lack. */
function upperHalf(page: string): readonly string[] {
  const known = upperHalves.get(page)
  if (known !== undefined) return known
  const half = Array.from({ length: 128 }, (_, place) => characterOf(page, 0x80 + place))
  upperHalves.set(page, half)
  return half
}

function characterOf(page: string, byte: number): string {
  if (page === 'katakana') return [...KATAKANA][byte - 0x80] ?? NO_CHARACTER
  if (page === 'thai-42') return THAI_42[byte - 0x90] ?? NO_CHARACTER
  const encoding = page.startsWith('unknown-') ? 'cp437' : (ICONV_NAMES[page] ?? page)
  if (!iconv.encodingExists(encoding)) return NO_CHARACTER
  const character = iconv.decode(Uint8Array.of(byte), encoding)
  if (character === '\u00a0') return ' ' // blank on paper
  if (character === '' || (character >= '\u0080' && character <= '\u009f')) return NO_CHARACTER
  return page === 'tcvn-3-capitals' ? character.toUpperCase() : character
}

/** By page, then by international set; looked up at every ESC @ and ESC t. */
const glyphTables = new Map<string, Map<number, Uint16Array>>()

/**
 * What each of 256 bytes puts on paper in a code page (by our name, as in `DecodedReceipt.codePages`) and an
 * international set (ESC R): one UTF-16 unit each. DEL stays as it is, to be left out of lines. An `unknown-<n>` page reads as cp437.
 */
export function glyphsOf(page: string, international: number): Uint16Array {
  const set = isInternationalSet(international) ? international : 0
  const tables = glyphTables.get(page) ?? new Map<number, Uint16Array>()
  const known = tables.get(set)
  if (known !== undefined) return known
  const table = drawTable(page, set)
  glyphTables.set(page, tables.set(set, table))
  return table
}

function drawTable(page: string, international: number): Uint16Array {
  const signs = internationalSigns(international)
  const upper = upperHalf(page)
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    const glyph = byte < 0x80 ? (signs.get(byte) ?? String.fromCharCode(byte)) : upper[byte - 0x80]
    return (glyph ?? NO_CHARACTER).charCodeAt(0)
  })
}

/** Encodings of more than one byte a character that a code-page number may stand for, by our name. */
export const multiBytePages: Readonly<Record<string, 'gb18030' | 'big5' | 'shift_jis' | 'euc-kr' | 'utf-8'>> =
  { gb18030: 'gb18030', big5: 'big5', shift_jis: 'shift_jis', 'euc-kr': 'euc-kr', 'utf-8': 'utf-8' }

/** Pages that no manual gives a number, but that clones print. */
const FURTHER_PAGES = ['koi8-r', 'koi8-u', 'iso-8859-1', 'iso-8859-5', 'iso-8859-9', 'iso-8859-13'] as const

/** Other spellings of our names, as people and manuals write them. */
const ALIASES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map(n => [`cp${n}`, `windows-${n}`]),
  ),
  gbk: 'gb18030',
  cp936: 'gb18030',
  cp950: 'big5',
  cp932: 'shift_jis',
  cp949: 'euc-kr',
  utf8: 'utf-8',
  mik: 'cp3021',
  latin1: 'iso-8859-1',
  latin2: 'iso-8859-2',
}

/** Whether the decoder can turn this page's bytes into characters. */
const isReadable = (page: string): boolean =>
  page === 'katakana' || page === 'thai-42' || iconv.encodingExists(ICONV_NAMES[page] ?? page)

/** Our name of an encoding, for any spelling that `encodingNames` lists. */
export const pageNamed = (name: string): string => ALIASES[name] ?? name

/** Pages by the number of ESC t n (Epson ESC/POS reference, ESC t). */
export const epsonPages: Readonly<Record<number, string>> = {
  0: 'cp437',
  1: 'katakana',
  2: 'cp850',
  3: 'cp860',
  4: 'cp863',
  5: 'cp865',
  11: 'cp851',
  12: 'cp853',
  13: 'cp857',
  14: 'cp737',
  15: 'iso-8859-7',
  16: 'windows-1252',
  17: 'cp866',
  18: 'cp852',
  19: 'cp858',
  20: 'thai-42',
  21: 'thai-11',
  26: 'thai-13',
  30: 'tcvn-3',
  31: 'tcvn-3-capitals',
  32: 'cp720',
  33: 'cp775',
  34: 'cp855',
  35: 'cp861',
  36: 'cp862',
  37: 'cp864',
  38: 'cp869',
  39: 'iso-8859-2',
  40: 'iso-8859-15',
  41: 'cp1098',
  42: 'cp1118',
  43: 'cp1119',
  44: 'cp1125',
  45: 'windows-1250',
  46: 'windows-1251',
  47: 'windows-1253',
  48: 'windows-1254',
  49: 'windows-1255',
  50: 'windows-1256',
  51: 'windows-1257',
  52: 'windows-1258',
  53: 'kz-1048',
}

/** Pages by the number of ESC GS t n (Star Line mode command specifications, ESC GS t). */
export const starPages: Readonly<Record<number, string>> = {
  0: 'cp437',
  1: 'cp437',
  2: 'katakana',
  3: 'cp437',
  4: 'cp858',
  5: 'cp852',
  6: 'cp860',
  7: 'cp861',
  8: 'cp863',
  9: 'cp865',
  10: 'cp866',
  11: 'cp855',
  12: 'cp857',
  13: 'cp862',
  14: 'cp864',
  15: 'cp737',
  16: 'cp851',
  17: 'cp869',
  18: 'cp928',
  19: 'cp772',
  20: 'cp774',
  21: 'windows-874',
  32: 'windows-1252',
  33: 'windows-1250',
  34: 'windows-1251',
  64: 'cp3840',
  65: 'cp3841',
  66: 'cp3843',
  67: 'cp3844',
  68: 'cp3845',
  69: 'cp3846',
  70: 'cp3847',
  71: 'cp3848',
  72: 'cp1001',
  73: 'cp2001',
  74: 'cp3001',
  75: 'cp3002',
  76: 'cp3011',
  77: 'cp3012',
  78: 'cp3021',
  79: 'cp3041',
  96: 'thai-42',
  97: 'thai-11',
  98: 'thai-13',
  99: 'thai-14',
  100: 'thai-16',
  101: 'thai-17',
  102: 'thai-18',
}

/** Citizen's numbers, where they differ from Epson's (Citizen CT-S command reference, ESC t). */
export const citizenPages: Readonly<Record<number, string>> = {
  ...epsonPages,
  2: 'cp858',
  6: 'cp852',
  7: 'cp866',
  8: 'cp857',
  32: 'windows-1258',
  40: 'cp864',
}

/** Bixolon's numbers, where they differ from Epson's (Bixolon SRP-350 command manual, ESC t). */
export const bixolonPages: Readonly<Record<number, string>> = {
  ...epsonPages,
  21: 'cp862',
  22: 'cp864',
  23: 'thai-42',
  24: 'windows-1253',
  25: 'windows-1254',
  26: 'windows-1257',
  27: 'cp1098',
  28: 'windows-1251',
  29: 'cp737',
  30: 'cp775',
  31: 'thai-14',
  33: 'windows-1255',
  34: 'thai-11',
  35: 'thai-18',
  36: 'cp855',
  37: 'cp857',
  38: 'iso-8859-7',
  39: 'thai-16',
  40: 'windows-1256',
  41: 'windows-1258',
  46: 'cp866',
  47: 'windows-1250',
  49: 'tcvn-3',
  50: 'tcvn-3-capitals',
}

/** Every encoding that the decoder can read, by our names. */
export const readablePages: readonly string[] = [
  ...new Set([
    ...[epsonPages, starPages, citizenPages, bixolonPages].flatMap(table => Object.values(table)),
    ...FURTHER_PAGES,
    ...Object.keys(multiBytePages),
  ]),
]
  .filter(isReadable)
  .toSorted()

/** Every name that a setting may give a code-page number: ours, then the other spellings. */
export const encodingNames: readonly string[] = [...readablePages, ...Object.keys(ALIASES).toSorted()]
