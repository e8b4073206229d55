/**
 * What one character is to a number written in a text: a digit of any script, something people or machines put between
 * digits, or its end.
 */
export const Break = -1
/** Spaces, dashes, dots, slashes, control and invisible characters. */
export const Loose = -2
/** A loose one that also ends a line. */
export const LineEnd = -3
/** Any other sign: between digits only where the number's grouping speaks for itself. */
export const Sign = -4
/** 0 to 9, or one of the constants above. */
export type CharacterClass = number

const ascii = Int8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/\d/.test(character)) return code - 48
  if (/[\n\v\f\r]/.test(character)) return LineEnd
  if (code < 32 || code === 127 || ' -./\\_'.includes(character)) return Loose
  return /[a-z]/i.test(character) ? Break : Sign
})
const REMEMBERED = 4_096
const others = new Map<number, CharacterClass>()

export function classOf(codePoint: number): CharacterClass {
  if (codePoint < 128) return ascii[codePoint] ?? Break
  const known = others.get(codePoint)
  if (known !== undefined) return known
  const found = classify(codePoint)
  if (others.size >= REMEMBERED) others.clear()
  others.set(codePoint, found)
  return found
}

function classify(codePoint: number): CharacterClass {
  if (codePoint === 0x85 || codePoint === 0x2028 || codePoint === 0x2029) return LineEnd
  const character = String.fromCodePoint(codePoint)
  if (/\p{Nd}/u.test(character)) return decimalValue(codePoint)
  const plain = character.normalize('NFKC') // full-width, superscript and circled forms
  if (plain.length === 1 && plain.charCodeAt(0) < 128) return ascii[plain.charCodeAt(0)] ?? Break
  if (/[\s\p{Pd}\p{Cf}\p{Cc}\p{M}·•−\ufffd]/u.test(character)) return Loose
  return /[\p{L}\p{N}]/u.test(character) ? Break : Sign
}

/** Unicode's decimal digits come in whole tens, zero first (Unicode Standard, section 4.6). */
function decimalValue(codePoint: number): number {
  const isMathematical = codePoint >= 0x1d7ce && codePoint <= 0x1d7ff
  if (isMathematical) return (codePoint - 0x1d7ce) % 10
  let zero = codePoint
  while (zero > codePoint - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return codePoint - zero
}

/** Cheap test: may `text` hold digits at all? */
export function mayHoldDigits(text: string): boolean {
  return /[0-9\u00b2\u00b3\u00b9\u0660-\uffff]/.test(text)
}
