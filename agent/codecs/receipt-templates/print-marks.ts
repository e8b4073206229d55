import { headerWords, type PrintKind, phraseSet, plainLabel, printKinds, printWords } from './words.ts'

interface PrintMark {
  readonly kind: PrintKind
  /** The word is also a label that sales print, such as `Order`. */
  readonly isWeak: boolean
}

const joined = (phrase: string) => phrase.replaceAll(' ', '')

/** Portuguese for a print that the tax office does not know: small shops print it on their sales. */
const NOT_FISCAL = /^(?:sem valor|nao tem valor|nao|documento nao|nao e documento) fiscal$/

/** What a table or a customer has still to pay, in words that some tills print on what was paid, or sold on account. */
const TO_PAY = phraseSet([
  ...[
    ['unpaid', 'not paid', 'table bill', 'unbezahlt', 'tischrechnung', 'tischabruf', 'saldenbon'],
    ['non payé', 'non payée', 'non réglé', 'non acquitté', 'non pagato', 'non riscosso', 'conto tavolo'],
    ['no pagado', 'no pagada', 'sin pagar', 'pendiente de pago', 'cuenta de mesa', 'por pagar', 'não pago'],
    ['conta de mesa', 'onbetaald', 'nog niet betaald', 'tafelbon', 'tafelrekening', 'ej betald', 'ej betalt'],
    ['obetald', 'obetalt', 'bordsnota', 'ikke betalt', 'ubetalt', 'bordregning', 'maksamaton', 'ei maksettu'],
    ['pöytälasku', 'nieopłacony', 'niezapłacony', 'nieopłacone', 'niezapłacone', 'rachunek gościa'],
    [
      'nezaplaceno',
      'nezaplatené',
      'účet stolu',
      'účet na stůl',
      'kifizetetlen',
      'fizetetlen',
      'nem fizetett',
    ],
    ['asztalszámla', 'asztali számla', 'neplătit', 'neachitat', 'neachitată', 'notă masă', 'nota mesei'],
    ['notă de consum', 'nota de consum', 'nije plaćeno', 'račun za stol', 'konobarski račun', 'tasumata'],
    ['maksmata', 'lauaarve', 'απλήρωτο', 'απλήρωτος', 'απλήρωτη', 'ανεξόφλητο', 'ανεξόφλητος'],
    ['μη εξοφλημένο', 'μη εξοφλημένος', 'λογαριασμός τραπεζιού', 'ödenmedi', 'ödenmemiştir', 'masa hesabı'],
    ['adisyon', 'masa adisyonu', 'masa fişi', '未会計', '未精算', '未払い', 'お勘定書', '勘定書', 'お勘定票'],
  ],
])

const prints = new Map<string, PrintMark>()
for (const kind of printKinds)
  for (const phrase of phraseSet(printWords.map(each => each[kind]))) {
    const isWeak =
      headerWords.receipt.has(phrase) ||
      TO_PAY.has(phrase) ||
      (kind === 'order' && !phrase.includes(' ')) ||
      (kind === 'proforma' && NOT_FISCAL.test(phrase))
    const key = joined(phrase)
    if (!prints.has(key)) prints.set(key, { kind, isWeak })
  }
const refunds = new Set([...phraseSet(printWords.map(each => each.refund))].map(joined))
const around = phraseSet(printWords.map(each => each.around))
/** Kinds that a line of several phrases is of, the first of these that it holds: `COPY - NOT A VALID RECEIPT` is a copy. */
const STRONGEST: readonly PrintKind[] = ['training', 'test', 'void', 'copy', 'gift', 'quote', 'proforma']
/** Kinds whose words are also made one with that for a receipt: `Probebon`, `Stornobeleg`. */
const COMPOUND: ReadonlySet<PrintKind> = new Set(['training', 'test', 'void', 'copy'])
const LONGEST_PHRASE = 5

/**
 * Whether a whole line, less the signs around it and numbers, says that the print is not a sale: `*** TRAINING ***`,
 * `TRAINING MODE - NOT A VALID RECEIPT`. A line that holds any other word says nothing.
 */
export function printMark(line: string): PrintMark | null {
  if (line.length > 80) return null
  if (SECOND_COPY.test(plainLabel(line))) return { kind: 'copy', isWeak: false }
  const { named, hasNumber } = wordsOn(line)
  const found = prints.get(once(named).join('')) ?? strongest(phrasesOf(named))
  return found === null || (hasNumber && found.isWeak) ? null : found
}

/** `2ª VIA`, `2a via - cliente`: the first is the customer's own. */
const SECOND_COPY = /^[2-9] ?[ªºa]? via(?: (?:do |da )?(?:cliente|loja|estabelecimento|recibo|cupom))?$/u

/** Whether a whole line is the heading of a return, whatever else it numbers: `RETURN OF SALE 01-2290`, `GUTSCHRIFT`. */
export function isRefundHeading(line: string): boolean {
  if (line.length > 80) return false
  const { named } = wordsOn(line)
  if (refunds.has(once(named).join(''))) return true
  const found = phrasesOf(named)
  return found?.includes('refund') === true
}

/** Whether a line is one known phrase alone: `Return ticket` may be a name, `RETURN` can't. */
export function isMarkAlone(line: string): boolean {
  const { named, hasNumber } = wordsOn(line)
  const phrase = once(named).join('')
  return !hasNumber && (prints.has(phrase) || refunds.has(phrase))
}

/** Whether a line is a word that sales have beside their number as well, such as `Order`; `Adisyon` alone says that the bill is to be paid. */
export const isReceiptLabel = (line: string): boolean => {
  const plain = plainLabel(line).trim()
  return headerWords.receipt.has(plain) && !TO_PAY.has(plain)
}

function wordsOn(line: string) {
  const words = plainLabel(line)
    .split(' ')
    .filter(word => word !== '')
  const hasNumber = words.some(word => /\d/.test(word))
  const named = words.filter(word => !/\d/.test(word) && !(hasNumber && headerWords.number.has(word)))
  return { named, hasNumber }
}

/** The known phrases of a line, longest first, when it holds nothing but them and words that go with them; else null. */
function phrasesOf(words: readonly string[]): readonly (PrintMark | 'refund')[] | null {
  const found: (PrintMark | 'refund')[] = []
  for (let at = 0; at < words.length; ) {
    const next = phraseAt(words, at)
    if (next !== null) found.push(next.is)
    else if (!isAround(words[at] ?? '')) return null
    at += next?.length ?? 1
  }
  return found
}

function phraseAt(words: readonly string[], at: number) {
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 0; length -= 1) {
    const phrase = words.slice(at, at + length).join('')
    const is = refunds.has(phrase) ? ('refund' as const) : (prints.get(phrase) ?? compoundOf(phrase))
    if (is !== null) return { is, length }
  }
  return null
}

function isAround(word: string): boolean {
  return around.has(word) || headerWords.receipt.has(word)
}

/** `Übungsbon` by `Übung` and `Bon`. */
function compoundOf(word: string): PrintMark | null {
  for (let at = 4; at <= word.length - 3; at += 1) {
    if (!headerWords.receipt.has(word.slice(at))) continue
    const found = prints.get(word.slice(0, at)) ?? prints.get(word.slice(0, at).replace(/[sn]$/, ''))
    if (found !== undefined && COMPOUND.has(found.kind)) return found
  }
  return null
}

function strongest(found: readonly (PrintMark | 'refund')[] | null): PrintMark | null {
  const marks = (found ?? []).filter(each => each !== 'refund')
  for (const kind of STRONGEST) {
    const mark = marks.find(each => each.kind === kind)
    if (mark !== undefined) return mark
  }
  return marks[0] ?? null
}

/** A phrase that a line repeats: `VOID * VOID * VOID`. */
function once(words: readonly string[]): readonly string[] {
  for (let length = 1; length <= words.length / 2; length += 1)
    if (words.length % length === 0 && words.every((word, at) => word === words[at % length]))
      // one letter after another is a word in wide type
      return words.every(word => word.length === 1) ? words : words.slice(0, length)
  return words
}

/** The kind of print whose words a line begins with: `TIMESHEET Maya IN 09:00`. */
export function printBegin(line: string): PrintKind | null {
  const words = plainLabel(line)
    .split(' ')
    .filter(word => word !== '')
  for (const length of [3, 2, 1]) {
    const found = prints.get(words.slice(0, length).join(''))
    if (found !== undefined && length <= words.length) return found.kind
  }
  return null
}
