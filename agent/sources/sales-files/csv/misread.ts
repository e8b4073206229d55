/** Signs that no language writes within a word, and letters of other code pages read as Windows-1252: `gr³n`, `Tasse gr\u0081n`. */
const SIGN = '[\\u0080-\\u009f€‚ƒ„†‡ˆ‰‹“”•˜›¡¢£¤¥§¨«¬¯±³µ¶¸¹»¼½¾¿×÷]'
/** Behind a word's last letter these mean nothing either: `caf‚`, `menuˆ`. */
const NEVER_BEHIND = '[\\u0080-\\u009f‚ƒ„†‡ˆ‹¤¢¨¯¸˜]'
const MISREAD = new RegExp(
  `\\p{L}${SIGN}\\p{L}|\\p{L}${NEVER_BEHIND}(?![\\p{L}\\p{N}])|[\\u0080-\\u009f]\\p{L}`,
  'u',
)
/** A capital with an accent within a word: another code page's letter (`crŠme`), or two words in one (`BüroÖko`). */
const JOINED = /[a-z][À-ÖØ-ÞŠŽŒŸ]/u
/** A letter as Western languages write it within a word. */
const WESTERN = /[À-ÖØ-öø-ÿŒœŠšŽžŸ]/u
const WORD = /[^\s,;|\t"]+/gu
/** Different words that are kept of a file. */
const MOST = 100
const LONGEST = 40

/** What the words of a text say about the code page in which it was read. */
export interface WordTally {
  /** Different words that no language writes so, as they were read. */
  readonly wrong: Set<string>
  readonly joined: Set<string>
  /** How many words have accents as Western languages write them. */
  right: number
}

export const noWords = (): WordTally => ({ wrong: new Set(), joined: new Set(), right: 0 })

/** Adds a text's words to a tally. */
export function countWords(text: string, tally: WordTally): void {
  for (const [word] of text.matchAll(WORD)) {
    const kind = MISREAD.test(word) ? tally.wrong : JOINED.test(word) ? tally.joined : null
    if (kind === null) tally.right += WESTERN.test(word) ? 1 : 0
    else if (kind.size < MOST) kind.add(word.slice(0, LONGEST))
  }
}

/**
 * A word that shows that a text was read in the wrong code page; null: none does. A brand or a slip of the keyboard looks wrong here
 * and there, so what looks wrong must be more than a few among the words that are right.
 */
export function misreadWord({ wrong, joined, right }: WordTally): string | null {
  const found = wrong.size > 0 || joined.size > 1 ? [...wrong, ...joined] : []
  return found.length * 4 > right ? (found[0] ?? null) : null
}
