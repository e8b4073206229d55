/** Letters whose scripts need a joiner between them, and signs that emoji are joined from. */
const JOINED =
  '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F\\p{M}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}]'

/** A joiner, or a variant of the sign before it, where it belongs. */
const USEFUL = new RegExp(
  `(?<=${JOINED})[\\u200C\\u200D](?=${JOINED})|(?<=[^\\p{C}\\p{Z}\\p{M}])[\\uFE00-\\uFE0F]`,
  'uy',
)

/**
 * What shows nothing, or changes how the text around it shows: controls, direction marks, zero-width characters, fillers,
 * tags, half surrogate pairs. Line ends and tabs among them.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\u115F\u1160\u3164\uFFA0]|\u034F|\u17B4|\u17B5/u
const EACH_HIDDEN = new RegExp(HIDDEN.source, 'gu')

/** Whether a text holds a character that `visibleText` would remove or replace. */
export function hasHidden(text: string): boolean {
  return HIDDEN.test(text) && visibleText(text) !== text
}

/**
 * The text without characters that show nothing, change the direction of what is around them or drive a terminal. Line
 * ends and tabs become spaces unless `lines` keeps them. The joiners that emoji and some scripts are written with stay.
 */
export function visibleText(text: string, { lines = false } = {}): string {
  if (!HIDDEN.test(text)) return text
  return text.replace(/\r\n/g, '\n').replace(EACH_HIDDEN, (character, at: number, whole: string) => {
    if (/[\n\r\t\u0085\u2028\u2029]/.test(character)) return lines ? lineSign(character) : ' '
    USEFUL.lastIndex = at
    return USEFUL.test(whole) ? character : ''
  })
}

const lineSign = (character: string) => (character === '\t' ? '\t' : '\n')

/** As `visibleText`, but each character that goes leaves its number, so that two texts that differ still differ. */
export function spelledOut(text: string): string {
  if (!HIDDEN.test(text)) return text
  return text.replace(EACH_HIDDEN, (character, at: number, whole: string) => {
    USEFUL.lastIndex = at
    if (USEFUL.test(whole)) return character
    return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`
  })
}

/** As `visibleText` with its lines, but what would go is written as its escape, which JSON reads back. For a terminal. */
export function escapeHidden(text: string): string {
  if (!HIDDEN.test(text)) return text
  return text.replace(EACH_HIDDEN, (character, at: number, whole: string) => {
    USEFUL.lastIndex = at
    if (character === '\n' || character === '\t' || USEFUL.test(whole)) return character
    const units = Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
    return units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
}
