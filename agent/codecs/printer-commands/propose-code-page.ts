import iconv from 'iconv-lite'
import { glyphsOf, multiBytePages, NO_CHARACTER, readablePages } from './code-pages.ts'
import type { SelectedPage } from './decoded.ts'
import { type PrintedLanguage, printedLanguages } from './languages.ts'

/** The part of a decoded receipt that shows whether its code page is right. */
export interface ReadText {
  readonly lines: readonly { readonly text: string }[]
  readonly codePageNumbers: readonly SelectedPage[]
}

/** A code-page number whose text only makes sense in another encoding. */
export interface CodePageProposal {
  readonly number: number
  /** What it was read as. */
  readonly current: string
  readonly encoding: string
  /** Other encodings in which the samples read the same. */
  readonly alike: readonly string[]
  /** Share of the characters outside ASCII that fit the language, 0 to 1: as proposed, and as it was read. */
  readonly score: number
  readonly currentScore: number
  readonly language: string
  /** Known words, as they were read and as they would be. */
  readonly words: readonly { readonly read: string; readonly proposed: string }[]
  /** Why, in plain words. */
  readonly reason: string
}

const MOST_LINES = 300
/** Distinct known words that a proposal needs. */
const FEWEST_WORDS = 2
const FEWEST_SCORE = 0.7
/** Amounts with a currency sign that count as a word. */
const SIGNED_AMOUNTS = 3
const MOST_SHOWN = 3

/** When several encodings read the same, the first of these is proposed. */
const COMMONEST = [
  'windows-1252',
  'cp858',
  'cp850',
  'cp437',
  'windows-1250',
  'cp852',
  'windows-1251',
  'cp866',
  'windows-1253',
  'cp737',
  'windows-1254',
  'cp857',
  'windows-1257',
  'cp775',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-kr',
  'utf-8',
]

/**
 * Finds code-page numbers whose text is unreadable as it was decoded and readable in another encoding: words of known
 * languages appear, letters fit one alphabet, and no symbols stand inside words. A number that reads well, or whose text shows
 * no known words, gets no proposal. Best first.
 */
export function proposeCodePages(receipts: readonly ReadText[]): readonly CodePageProposal[] {
  return [...linesByPage(receipts).values()]
    .flatMap(({ page, lines }) => proposalFor(page, lines) ?? [])
    .toSorted((a, b) => b.score - a.score || a.number - b.number)
}

/** The proposals as the setting `codePages` takes them. The best proposal for a number counts. */
export function codePagesOf(proposals: readonly CodePageProposal[]): Readonly<Record<string, string>> {
  return Object.fromEntries(proposals.toReversed().map(({ number, encoding }) => [String(number), encoding]))
}

type Lines = readonly Uint8Array[]

/** The distinct lines with characters outside ASCII, as bytes. Receipts that mix several pages can't be told apart. */
function linesByPage(
  receipts: readonly ReadText[],
): ReadonlyMap<string, { page: SelectedPage; lines: Lines }> {
  const pages = new Map<string, { page: SelectedPage; texts: Set<string> }>()
  for (const { lines, codePageNumbers } of receipts) {
    const [page] = codePageNumbers
    if (page === undefined || codePageNumbers.length > 1 || page.encoding in multiBytePages) continue
    const key = `${page.number} ${page.encoding}`
    const known = pages.get(key) ?? { page, texts: new Set() }
    pages.set(key, known)
    for (const { text } of lines)
      if (known.texts.size < MOST_LINES && isBeyondAscii(text)) known.texts.add(text)
  }
  return new Map(
    [...pages].map(([key, { page, texts }]) => {
      const bytes = bytesByGlyph(page.encoding)
      return [key, { page, lines: [...texts].map(text => bytesOf(text, bytes)) }]
    }),
  )
}

const isBeyondAscii = (text: string) => /[^\p{ASCII}\uFFFD]/u.test(text)

function bytesByGlyph(page: string): ReadonlyMap<string, number> {
  const glyphs = glyphsOf(page, 0)
  const bytes = new Map<string, number>()
  for (let byte = 255; byte >= 0; byte -= 1) bytes.set(String.fromCharCode(glyphs[byte] ?? 0), byte)
  bytes.delete(NO_CHARACTER)
  return bytes
}

/** What the printer was sent, as far as the text tells; a character outside the page becomes a question mark. */
const bytesOf = (text: string, bytes: ReadonlyMap<string, number>): Uint8Array =>
  Uint8Array.from(text.replace(DRAWN_RULES, ' '), unit => bytes.get(unit) ?? 0x3f)

/** Rules drawn across the paper say nothing about words. */
const DRAWN_RULES = /([^\p{ASCII}])\1{3,}/gu

interface Reading {
  readonly encoding: string
  readonly language: PrintedLanguage
  readonly known: ReadonlySet<string>
  /** Share of characters outside ASCII that fit the language. */
  readonly score: number
  readonly texts: readonly string[]
}

function proposalFor(page: SelectedPage, lines: Lines): CodePageProposal | null {
  if (lines.length === 0) return null
  const current = readingOf(page.encoding, lines)
  const others = readablePages
    .filter(encoding => encoding !== page.encoding)
    .map(encoding => readingOf(encoding, lines))
    .filter(each => isBetter(each, current))
    .toSorted(
      (a, b) => b.known.size - a.known.size || b.score - a.score || rank(a.encoding) - rank(b.encoding),
    )
  const [best] = others
  if (best === undefined) return null
  const same = (other: Reading) => other.texts.every((text, at) => text === best.texts[at])
  const words = wordPairs(page.encoding, best)
  return {
    number: page.number,
    current: page.encoding,
    encoding: best.encoding,
    alike: others.filter(other => other !== best && same(other)).map(other => other.encoding),
    score: best.score,
    currentScore: current.score,
    language: best.language.name,
    words,
    reason: reasonOf(page, best, current, words),
  }
}

function isBetter(one: Reading, current: Reading): boolean {
  return (
    one.known.size >= FEWEST_WORDS &&
    one.score >= FEWEST_SCORE &&
    one.known.size >= 2 * current.known.size &&
    one.score > current.score
  )
}

const rank = (encoding: string): number => {
  const place = COMMONEST.indexOf(encoding)
  return place === -1 ? COMMONEST.length : place
}

function textIn(encoding: string, bytes: Uint8Array): string {
  if (encoding in multiBytePages) return iconv.decode(bytes, encoding)
  const glyphs = glyphsOf(encoding, 0)
  return String.fromCharCode(...Array.from(bytes, byte => glyphs[byte] ?? 0xfffd))
}

/** The reading in the language that fits best. */
function readingOf(encoding: string, lines: Lines): Reading {
  const texts = lines.map(bytes => textIn(encoding, bytes))
  const words = texts.flatMap(wordsOf)
  const beyond = texts.join('').match(COUNTED)?.length ?? 0
  const signs = signedAmounts(texts)
  let best: Reading | null = null
  for (const language of printedLanguages) {
    const fitting = words.filter(word => fits(word, language))
    const letters = fitting.join('').match(COUNTED)?.length ?? 0
    const known = new Set([...knownWords(fitting, language), ...signs])
    const score = beyond === 0 ? 1 : Math.min(1, letters / beyond)
    if (
      best !== null &&
      (known.size < best.known.size || (known.size === best.known.size && score <= best.score))
    )
      continue
    best = { encoding, language, known, score, texts }
  }
  if (best === null) throw new RangeError('there are no languages')
  return best
}

/** The words with characters outside ASCII. One Latin letter behind a number is a currency sign that was misread. */
function wordsOf(text: string): string[] {
  const isMisread = (word: string, at: number) =>
    /^\p{Script=Latin}$/u.test(word) && /\d ?$/.test(text.slice(Math.max(0, at - 2), at))
  return [...text.matchAll(/[\p{L}\p{M}]+/gu)]
    .filter(({ 0: word, index }) => isBeyondAscii(word) && !isMisread(word, index))
    .map(([word]) => word)
}

/** Characters outside ASCII. Signs and typographic marks that any language uses count only inside a word, where they are wrong. */
const COUNTED = /[^\p{ASCII}°№€£¥§«»„“”‘’–—…•·¿¡²³½]|(?<=\p{L})[°№€£¥§«»„“”‘–—…•·¿¡²³½](?=\p{L})/gu
const SIGNED = /\d[.,]\d\d ?[€£](?!\p{L})|(?<!\p{L})[€£] ?\d+[.,]\d\d/gu

/** A currency sign beside several amounts counts as two words: no other character is likely there. */
function signedAmounts(texts: readonly string[]): readonly string[] {
  const signs = texts.flatMap(text => [...text.matchAll(SIGNED)])
  return signs.length < SIGNED_AMOUNTS ? [] : ['€ or £ behind', '€ or £ before']
}

/** Whether all letters are the language's, and capitals stand where a printed word has them. */
function fits(word: string, { letters, script, isLatin }: PrintedLanguage): boolean {
  const lower = word.toLowerCase()
  if (word !== lower && word !== word.toUpperCase() && word.slice(1) !== lower.slice(1)) return false
  for (const character of lower) {
    if (character < '\u0080') {
      if (!isLatin) return false
    } else if (letters === null ? !isOfScript(character, script) : !letters.has(character)) return false
  }
  return !isLatin || isMostlyAscii(lower)
}

const isOfScript = (character: string, script: RegExp) => script.test(character) || /\p{M}/u.test(character)

/** Latin words of hardly any plain letters are Cyrillic or Greek read in a Western page: Ìîëîêî. */
const isMostlyAscii = (word: string): boolean =>
  word.length < 4 || (word.match(/[^\p{ASCII}]/gu)?.length ?? 0) * 4 <= word.length * 3

/** Scripts without blanks between words are searched for words, others split into them. */
function knownWords(
  words: readonly string[],
  { words: known, script, isLatin }: PrintedLanguage,
): readonly string[] {
  const isSplit = isLatin || /[а-яα-ωא-ת]/u.test(known[0] ?? '')
  if (isSplit) {
    const dictionary = new Set(known)
    return words.map(word => word.toLowerCase()).filter(word => dictionary.has(word))
  }
  return known.filter(each => script.test(each) && words.some(word => word.includes(each)))
}

function wordPairs(current: string, { encoding, known, texts }: Reading): CodePageProposal['words'] {
  const words = new Set(texts.flatMap(wordsOf))
  return [...words]
    .filter(word => known.has(word.toLowerCase()) || [...known].some(each => word.includes(each)))
    .slice(0, MOST_SHOWN)
    .map(proposed => ({ read: readAs(proposed, encoding, current), proposed }))
}

function readAs(word: string, encoding: string, current: string): string {
  const bytes =
    encoding in multiBytePages ? iconv.encode(word, encoding) : bytesOf(word, bytesByGlyph(encoding))
  return textIn(current, bytes)
}

function reasonOf(
  page: SelectedPage,
  best: Reading,
  current: Reading,
  words: CodePageProposal['words'],
): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`
  const shown = words.map(({ read, proposed }) => `"${read}" becomes "${proposed}"`).join(', ')
  const found = words.length === 0 ? 'amounts have a currency sign' : `${shown} (${best.language.name})`
  return `Read as ${best.encoding}, ${found}, and ${percent(best.score)} of the special characters fit; as ${page.encoding} it is ${percent(current.score)}.`
}
