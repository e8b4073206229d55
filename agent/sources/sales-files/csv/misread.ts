/** Signs that no language writes within a word, and letters of other code pages read as Windows-1252: `gr³n`, `Tasse gr\u0081n`. */
const SIGN = '[\\u0080-\\u009f€‚ƒ„…†‡ˆ‰‹“”•˜™›¡¢£¤¥¦§¨«¬¯°±²³µ¶¸¹»¼½¾¿×÷]'
/** Behind a word's last letter these mean nothing either: `caf‚`, `menuˆ`. */
const NEVER_BEHIND = '[\\u0080-\\u009f‚ƒ„†‡ˆ‹¤¢¨¯¸˜]'
const MISREAD = new RegExp(
  `\\p{L}${SIGN}\\p{L}|\\p{L}${NEVER_BEHIND}(?![\\p{L}\\p{N}])|[a-z][À-ÖØ-ÞŠŽŒŸ]|[\\u0080-\\u009f]\\p{L}`,
  'u',
)

/** The first word of a text that no language writes so: it was read in the wrong code page. Null: there is none. */
export function misreadWord(text: string): string | null {
  const found = MISREAD.exec(text)
  if (found === null) return null
  const start = text.slice(0, found.index).search(/[^\s,;|\t"]*$/)
  return (
    text
      .slice(start)
      .split(/[\s,;|\t"]/)[0]
      ?.slice(0, 40) ?? null
  )
}
