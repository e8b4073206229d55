import { type PrintedLanguage, printedLanguages } from '../../codecs/printer-commands/languages.ts'
import { languageOnPaper } from '../../codecs/receipt-templates/words.ts'
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
    'iso-8859-7',
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
    'iso-8859-15',
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
  /** How many of them say anything of a language. */
  readonly telling: number
  /** The languages that most of them are of. */
  readonly languages: ReadonlySet<string>
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
  const named = mostLetters(ofLanguageAround(bytes, mostKnown(bytes, distinct)))
  const [first] = named
  if (first === undefined) return 'auto'
  const isProven = named.length === 1 && most === first.telling && most > 0
  const said = isProven ? first.encoding : asking.ask(questionOf(withAnother(distinct, readings)))
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

/** The languages in `PrintedLanguage` of those that words of receipts tell apart in plain letters. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ ro: 'Romanian', pl: 'Polish', cs: 'Czech', hu: 'Hungarian', tr: 'Turkish', et: 'Baltic' },
  ...{ hr: 'Croatian or Slovene', de: 'German', fr: 'French', es: 'Spanish', it: 'Italian' },
}

/** Of readings that are all words of some language those of the language whose plain words are around them: `Nr. bon`, `Numerar`. */
function ofLanguageAround(bytes: Buffer, readings: readonly Reading[]): readonly Reading[] {
  const [first, ...more] = readings
  if (first === undefined || more.length === 0) return readings
  const text = encodingOf(bytes, first.encoding).decode(bytes.subarray(0, LONGEST_HEAD))
  const cells = text.split(/[,;\t|\r\n]+/).filter(cell => /^\p{ASCII}*\p{L}\p{ASCII}*$/u.test(cell))
  const language = NAMES[languageOnPaper(cells) ?? ''] ?? ''
  const left = readings.filter(({ languages }) => languages.has(language))
  return left.length === 0 ? readings : mostLettersOf(left)
}

/** Of readings in one language those with the most letters: the Ά of one Greek code page is an apostrophe in the other. */
function mostLetters(readings: readonly Reading[]): readonly Reading[] {
  const known = (reading: Reading | undefined) => [...(reading?.languages ?? [])].join()
  return readings.some(each => known(each) !== known(readings[0])) ? readings : mostLettersOf(readings)
}

function mostLettersOf(readings: readonly Reading[]): readonly Reading[] {
  const lettersIn = ({ words }: Reading) => words.join('').match(/\p{L}/gu)?.length ?? 0
  const most = Math.max(...readings.map(lettersIn))
  return readings.filter(each => lettersIn(each) === most)
}

/** A question has at least two answers. */
function withAnother(best: readonly Reading[], readings: readonly Reading[]): readonly Reading[] {
  const words = new Set(best.map(({ words }) => words.join()))
  const other = best.length > 1 ? undefined : readings.find(each => !words.has(each.words.join()))
  return other === undefined ? best : [...best, other]
}

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
  const fits = printedLanguages.map(language => ({
    name: language.name,
    count: read.filter(word => isOf(word, language)).length,
  }))
  const fitting = Math.max(0, ...fits.map(({ count }) => count))
  const languages = new Set(fits.filter(({ count }) => count === fitting).map(({ name }) => name))
  return { encoding, words, fitting, telling: read.length, languages }
}

/**
 * A Japanese word in letters of one width, without the brackets and the Latin capitals (`JANコード`) beside it. None: it has narrow kana on
 * both sides of Chinese characters, or a sign in place of a letter, as letters of other code pages come out.
 */
function japaneseIn(word: string): string[] {
  const joints = word.match(/[\uff61-\uff9f](?=\p{Script=Han})|\p{Script=Han}(?=[\uff61-\uff9f])/gu) ?? []
  if (joints.length > 1 || word.includes('\ufffd')) return []
  // wide figures and Latin letters are those of any language
  if (/^\p{ASCII}*$/u.test(word.normalize('NFKC'))) return []
  const plain = word
    .normalize('NFKC')
    .replace(/[()[\]▲△・、。「」]/gu, '')
    .replace(/^(?:[A-Z]{2,}|No)(?=\p{L})|(?:[A-Z]{2,}|No)$/gu, '')
  return [plain]
}

/** Marks that any language writes beside words: `«`, `’`, `€`. */
const BESIDE = /[\p{ASCII}\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u00b7°№€£²\u00a0]/u

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
