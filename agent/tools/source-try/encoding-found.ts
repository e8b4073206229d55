import { type PrintedLanguage, printedLanguages } from '../../codecs/printer-commands/languages.ts'
import { encodingOf } from '../../sources/sales-files/csv/encoding.ts'
import type { EncodingName } from '../../sources/sales-files/csv/encoding-names.ts'
import { misreadWord, noWords } from '../../sources/sales-files/csv/misread.ts'
import { fieldsMeant } from './heading-words.ts'
import type { OpenQuestions } from './open-questions.ts'

/** What tills and their spreadsheets write, the commonest first. */
const TRIED: readonly EncodingName[] = [
  ...(['windows-1252', 'cp850', 'windows-1250', 'cp852', 'macintosh', 'windows-1251', 'cp866'] as const),
  ...([
    'windows-1253',
    'windows-1254',
    'windows-1257',
    'cp437',
    'cp865',
    'iso-8859-2',
    'iso-8859-9',
    'cp857',
    'koi8-r',
    'cp737',
    'shift_jis',
  ] as const),
]
/** Words that are looked at, and shown. */
const MOST_WORDS = 400
const MOST_SHOWN = 3

interface Reading {
  readonly encoding: EncodingName
  /** The words with letters beyond ASCII. */
  readonly words: readonly string[]
  /** How many of them are of one language. */
  readonly fitting: number
}

/**
 * The encoding for the settings; `auto` where the bytes themselves tell it. What is not UTF-8 is read in each code page: where the words of one
 * alone are all of a language, it is that one; else a person says which words are right.
 * @throws SOURCE_ANSWER_UNKNOWN
 */
export function encodingFound(bytes: Buffer, asking: OpenQuestions): EncodingName {
  const auto = encodingOf(bytes, 'auto')
  if (auto.unit === 2 || isUtf8(bytes)) return 'auto'
  const readings = TRIED.map(encoding => readingIn(bytes, encoding)).toSorted(
    (one, other) => other.fitting - one.fitting,
  )
  const most = readings[0]?.fitting ?? 0
  const best = readings.filter(({ fitting }) => fitting === most)
  const distinct = best.filter(
    ({ words }, at) => best.findIndex(other => other.words.join() === words.join()) === at,
  )
  const named = mostKnown(bytes, distinct)
  const [first] = named
  if (first === undefined) return 'auto'
  const isProven = named.length === 1 && most === first.words.length && most > 0
  const said = isProven ? first.encoding : asking.ask(questionOf(distinct))
  const encoding = TRIED.find(each => each === said) ?? first.encoding
  const tally = noWords()
  auto.count(bytes, tally)
  return encoding === 'windows-1252' && misreadWord(tally) === null ? 'auto' : encoding
}

/** So many lines may be above the headings. */
const MOST_ABOVE = 30

/** Of readings that are all words of some language those in which the most headings are known: Turkish is Icelandic in another code page. */
function mostKnown(bytes: Buffer, readings: readonly Reading[]): readonly Reading[] {
  const head = bytes.subarray(0, LONGEST_HEAD)
  const known = new Map(readings.map(reading => [reading, knownHeadings(head, reading.encoding)]))
  const most = Math.max(...known.values())
  return readings.filter(reading => known.get(reading) === most)
}

const LONGEST_HEAD = 8 * 1024

function knownHeadings(head: Buffer, encoding: EncodingName): number {
  const lines = encodingOf(head, encoding)
    .decode(head)
    .split(/\r?\n|\r/)
    .slice(0, MOST_ABOVE)
  return Math.max(
    ...lines.map(
      line => line.split(/[,;\t|]/).filter(cell => fieldsMeant(cell.replaceAll('"', '')).size > 0).length,
    ),
  )
}

function isUtf8(bytes: Buffer): boolean {
  try {
    // the last character may be cut off
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

function readingIn(bytes: Buffer, encoding: EncodingName): Reading {
  const text = encodingOf(bytes, encoding).decode(bytes)
  const found = text.match(/[^\s,;|"]*[^\p{ASCII}][^\s,;|"]*/gu) ?? []
  const words = [...new Set(found)].slice(0, MOST_WORDS)
  const read = encoding === 'shift_jis' ? words.flatMap(japaneseIn) : words
  const fitting = printedLanguages.map(language => read.filter(word => isOf(word, language)).length)
  return { encoding, words, fitting: Math.max(0, ...fitting) }
}

/**
 * A Japanese word in letters of one width, without the brackets and the Latin capitals (`JANコード`) beside it. None: it has narrow kana on
 * both sides of Chinese characters, or a sign in place of a letter, as letters of other code pages come out.
 */
function japaneseIn(word: string): string[] {
  const joints = word.match(/[\uff61-\uff9f](?=\p{Script=Han})|\p{Script=Han}(?=[\uff61-\uff9f])/gu) ?? []
  if (joints.length > 1 || word.includes('\ufffd')) return []
  const plain = word
    .normalize('NFKC')
    .replace(/[()[\]▲△・、。「」]/gu, '')
    .replace(/^(?:[A-Z]{2,}|No)(?=\p{L})|(?:[A-Z]{2,}|No)$/gu, '')
  return [plain]
}

/** Marks that any language writes beside words: `«`, `’`, `€`. */
const BESIDE = /[\p{ASCII}\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u00b7°€£²\u00a0]/u

/** Whether each letter of a word is the language's, with capitals where a word has them, and nothing else is within it. */
function isOf(text: string, { letters, script, isLatin }: PrintedLanguage): boolean {
  for (const written of text.match(/[\p{L}\p{M}]+/gu) ?? []) {
    // its small form is two characters
    const word = letters?.has('ı') === true ? written.replaceAll('İ', 'I') : written
    const lower = word.toLowerCase()
    const isTitle = word.slice(1) === lower.slice(1)
    if (word !== lower && word !== word.toUpperCase() && !isTitle) return false
    for (const letter of lower) {
      const isPlain = letter < '\u0080'
      if (isPlain && !isLatin && /\p{L}/u.test(lower.replace(/[a-z]/g, ''))) return false
      if (!isPlain && !(letters === null ? script.test(letter) : letters.has(letter))) return false
    }
  }
  const signs = text.replace(/[\p{L}\p{M}]/gu, '')
  const isPrice = /(?<!\p{L})[€£]|[€£](?!\p{L})/u
  if (/[€£]/.test(text) && (!isPrice.test(text) || /\p{L}[€£]/u.test(text))) return false
  const isWithin = /\p{L}[^\p{L}\p{M}\p{ASCII}\u2019]\p{L}/u.test(text)
  return !isWithin && [...signs].every(sign => BESIDE.test(sign))
}

function questionOf(readings: readonly Reading[]) {
  const shown = (words: readonly string[]) => words.slice(0, MOST_SHOWN).map(word => JSON.stringify(word))
  return {
    id: 'encoding',
    asks: 'The file does not say in which code page it is written. Which words are right?',
    options: readings.map(({ encoding, words }) => ({ value: encoding, means: shown(words).join(', ') })),
  }
}
