import { z } from 'zod'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { describeError } from '../../../shared/errors.ts'
import { type AgentEvent, SaleVoided } from '../../../shared/events.ts'
import { type EpochMs, LONGEST_KEY, ReceiptKey, type SourceId } from '../../../shared/ids.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { type RowFinding, type RowStep, stepRow, wallOf } from '../known-rows.ts'
import { receiptNumberRepeated } from '../problems.ts'
import {
  cashFacts,
  type Difference,
  differencesOf,
  ReceiptFacts,
  receiptInWords,
  saleFacts,
} from '../repeated-receipt.ts'
import type { FormerStoreAt, KnownRow } from '../source.ts'
import type { TillClocks } from '../till-clock.ts'
import type { Said, SalesEntry } from './file-format.ts'
import { rowsScattered } from './problems.ts'

/** Facts of the moment, of the store and of the entry's file. */
export interface EntryCircumstances {
  readonly source: SourceId
  readonly now: EpochMs
  readonly formerStoreAt: FormerStoreAt
  /** First business date that counts; null: all. */
  readonly startFrom: string | null
  /** Names one pass through one file, from its beginning. */
  readonly pass: string
  /** What a receipt is that has the key of another one. */
  readonly repeated: RepeatedRules
  /** What a till's clock can say; null: whatever it says counts. */
  readonly clock: { readonly latest: string; readonly tills: TillClocks } | null
  /** How far apart the rows of one receipt may be; null: a receipt is one record, and a later one is an edit. */
  readonly window: number | null
}

export interface RepeatedRules {
  readonly are: 'refuse' | 'keep-both'
  /** How the settings can tell them apart, for people. */
  advice(differences: readonly Difference[]): string
}

type Told = Extract<Said, { is: 'sale' | 'cash' }>

/** The content of `KnownRow.told` for an entry. */
const Memo = z.object({
  /** What the hub has: a sale, a cash movement, or nothing. */
  told: z.enum(['sale', 'cash']).nullable(),
  /** Fingerprints of its former contents: an old file that is dropped again must not bring them back. */
  was: z.array(z.string()),
  /** The POS voided it, which is final. */
  isVoid: z.boolean(),
  /** While it is refused: fingerprint of the content that the hub has. */
  held: z.string().optional(),
  /** Pass and offset of its first row. */
  at: z.string(),
  /** What tells it from another receipt of the same key; kept when it is voided. */
  facts: ReceiptFacts.optional(),
})
type Memo = z.infer<typeof Memo>

const NOTHING: Memo = { told: null, was: [], isVoid: false, at: '' }
/** How many former contents are remembered; a receipt is seldom edited more than once or twice. */
const MOST_FORMER = 24

/** Keys are short enough to be names as they are: see LONGEST_KEY. */
export function entryName(key: string): string {
  return `receipts/${key}`
}

/** The row that an entry is known by. Without a key, its text is the name, so that a copy of the file changes nothing. */
export function rowOf(entry: SalesEntry): string {
  return entry.key === null ? `unread/${fingerprintOf([entry.text()])}` : entryName(entry.key)
}

/** Whether a row is a refused record that has no key. */
export function isKeyless(row: string): boolean {
  return row.startsWith('unread/')
}

/**
 * Compares a record with what is known of it. Pure. The rules for files are here: unlike a database, files arrive in
 * any order and more than once, and a missing file means nothing. So a content that was once reported is never
 * reported again, and a void is final.
 * @param entry what it reads as: a fault in reading was caught and is its refusal
 */
export function decideFileEntry(
  entry: SalesEntry,
  said: Said | { readonly is: 'refused'; readonly error: unknown },
  known: KnownRow | undefined,
  at: EntryCircumstances,
): RowStep {
  const name = said.is === 'voids' ? entryName(said.key) : rowOf(entry)
  const before: Before = { name, known, memo: memoOf(known) }
  const place = `${at.pass}:${entry.offset}`
  const { source, now, formerStoreAt } = at
  const row = { source, name, known, wall: entry.wall ?? wallOf(known), now, formerStoreAt }
  if (said.is === 'nothing') return stepRow(row, { is: 'same' })
  if (at.window !== null && isElsewhere(before.memo, at.pass, place)) {
    const error = elsewhereError(entry, said, before.memo, at.pass, { ...at, window: at.window })
    return stepRow(row, unreadable(entry, before, error))
  }
  if (said.is === 'refused')
    return placed(stepRow(row, unreadable(entry, before, said.error)), before, place, at)
  if (said.is === 'void' || said.is === 'voids') return stepRow(row, takenBack(before, at))
  const facts = said.is === 'sale' ? said.sale : said.cash
  if (at.startFrom !== null && facts.businessDate < at.startFrom) return stepRow(row, { is: 'same' })
  return placed(stepRow(row, told(said, before, place, at)), before, place, at)
}

function told(said: Told, before: Before, place: string, at: EntryCircumstances): RowFinding {
  const { memo } = before
  const fingerprint = fingerprintOf(said.is === 'sale' ? said.sale : said.cash)
  if (memo.isVoid || memo.was.includes(fingerprint)) return { is: 'same' }
  const event: AgentEvent =
    said.is === 'sale' ? { ...said.sale, at: at.now, fingerprint } : { ...said.cash, at: at.now }
  const next: Memo = {
    ...withoutHeld(memo),
    told: said.is,
    was: formerly(before),
    at: place,
    facts: factsOf(said),
  }
  return { is: 'told', fingerprint, told: JSON.stringify(next), events: [event] }
}

/**
 * The record as an entry of its own, if it is another receipt than the one that its key names: a refund or a later sale
 * with the number of an earlier one. Null: it is the same receipt, or the first of its key.
 */
export function asRepeated(
  entry: SalesEntry,
  said: Said,
  known: KnownRow | undefined,
  at: EntryCircumstances,
): { readonly entry: SalesEntry; readonly said: Told | { is: 'refused'; error: unknown } } | null {
  if (entry.key === null || (said.is !== 'sale' && said.is !== 'cash')) return null
  const { facts: before, was } = memoOf(known)
  const fingerprint = fingerprintOf(said.is === 'sale' ? said.sale : said.cash)
  if (before === undefined || known?.fingerprint === fingerprint || was.includes(fingerprint)) return null
  const facts = factsOf(said)
  const differences = differencesOf(before, facts)
  if (differences.length === 0) return null
  const key = `${entry.key}/${facts.wall}/${(facts.paid ?? 0) < 0 ? 'refund' : said.is}`
  if (at.repeated.are === 'keep-both' && key.length <= LONGEST_KEY)
    return { entry: { ...entry, key }, said: withKey(said, key) }
  const advice = at.repeated.advice(differences)
  const error = repeatedError(entry.key, [before, facts], at.pass, advice)
  return { entry: { ...entry, key: null }, said: { is: 'refused', error } }
}

/**
 * A record that the file ends within, so that its key may be another's: what is wrong with it is said of the record alone.
 * Under the key it would stay refused once the file has gone on and shows whose record it is. Null: its key counts.
 */
export function asKeyless(
  entry: SalesEntry,
  said: Said | { readonly is: 'refused'; readonly error: unknown },
  known: KnownRow | undefined,
  at: EntryCircumstances,
): { readonly entry: SalesEntry; readonly said: { is: 'refused'; error: unknown } } | null {
  if (entry.isKeyUnsure !== true) return null
  const keyless = { ...entry, key: null }
  if (said.is === 'refused') return { entry: keyless, said }
  const { pass, window } = at
  const memo = memoOf(known)
  if (window === null || !isElsewhere(memo, pass, `${pass}:${entry.offset}`)) return null
  return {
    entry: keyless,
    said: { is: 'refused', error: elsewhereError(entry, said, memo, pass, { ...at, window }) },
  }
}

function withKey(said: Told, key: string): Told {
  const receipt = ReceiptKey.parse(key)
  return said.is === 'sale'
    ? { is: 'sale', sale: { ...said.sale, receipt } }
    : { is: 'cash', cash: { ...said.cash, receipt } }
}

function factsOf(said: Told): ReceiptFacts {
  return said.is === 'sale' ? saleFacts(said.sale) : cashFacts(said.cash)
}

/**
 * Whether a record reads as the content the hub already has, while a broken record of the same receipt is refused. If
 * both come from one file, this record corrects the broken one; else it may be in an old file that was dropped again.
 */
export function isRestored(
  said: Said | { readonly is: 'refused' },
  known: KnownRow | undefined,
): known is KnownRow {
  if (known?.state !== 'refused' || (said.is !== 'sale' && said.is !== 'cash')) return false
  return memoOf(known).held === fingerprintOf(said.is === 'sale' ? said.sale : said.cash)
}

/** Closes the refusal of a receipt that its file shows again as the hub has it. */
export function restore(
  known: KnownRow,
  at: Pick<EntryCircumstances, 'source' | 'now' | 'formerStoreAt'>,
): RowStep {
  const memo = memoOf(known)
  if (memo.held === undefined)
    return stepRow({ ...at, name: known.key, known, wall: wallOf(known) }, { is: 'same' })
  const told: Memo = { ...withoutHeld(memo), was: formerly({ known, memo }) }
  return stepRow(
    { ...at, name: known.key, known, wall: wallOf(known) },
    { is: 'told', fingerprint: memo.held, told: JSON.stringify(told), events: [] },
  )
}

/** Whether this pass through the file met rows of the same receipt before, too far away to be read together. */
function isElsewhere(memo: Memo, pass: string, place: string): boolean {
  return memo.at.startsWith(`${pass}:`) && memo.at !== place
}

/** Rows of another time are a second receipt with the number of the first; rows of the same one were scattered. */
function elsewhereError(
  { key }: SalesEntry,
  said: Said | { readonly is: 'refused' },
  { facts: before }: Memo,
  pass: string,
  { window, repeated }: { readonly window: number; readonly repeated: RepeatedRules },
): Error {
  const facts = said.is === 'sale' || said.is === 'cash' ? factsOf(said) : undefined
  if (before === undefined || facts === undefined || facts.wall === before.wall)
    return rowsScattered({ key: key ?? '', window })
  return repeatedError(key ?? '', [before, facts], pass, repeated.advice(['time']))
}

function repeatedError(
  key: string,
  [before, now]: readonly [ReceiptFacts, ReceiptFacts],
  pass: string,
  advice: string,
): Error {
  const second = `${receiptInWords(now)} in ${pass.replace(/#\d+$/, '')}`
  return receiptNumberRepeated({ key, first: receiptInWords(before), second, advice })
}

/** Remembers where this pass through the file met the receipt, if its rows may be scattered. */
function placed(
  step: RowStep,
  { known, memo }: Before,
  place: string,
  { window }: EntryCircumstances,
): RowStep {
  if (window === null) return step
  const row = step.known ?? known
  if (row === undefined) return step
  const kept = JSON.stringify({ ...memoOf(row), at: place })
  return memo.at === place && step.known === null ? step : { ...step, known: { ...row, told: kept } }
}

interface Before {
  readonly name: string
  readonly known: KnownRow | undefined
  readonly memo: Memo
}

function memoOf(known: KnownRow | undefined): Memo {
  if (known?.told === null || known === undefined) return NOTHING
  return Memo.parse(JSON.parse(known.told))
}

function withoutHeld({ held: _, ...memo }: Memo): Memo {
  return memo
}

function formerly({ known, memo }: Pick<Before, 'known' | 'memo'>): string[] {
  return known === undefined || known.fingerprint === ''
    ? memo.was
    : [...memo.was, known.fingerprint].slice(-MOST_FORMER)
}

function unreadable(entry: SalesEntry, before: Before, error: unknown): RowFinding {
  const { memo } = before
  // Without the sentence, which names the file and the line: a copy elsewhere is the same broken record.
  const fingerprint = fingerprintOf([entry.text(), describeError(error).code])
  if (memo.was.includes(fingerprint)) return { is: 'same' }
  const held = before.known?.state === 'sold' ? before.known.fingerprint : memo.held
  const next = JSON.stringify({ ...memo, was: formerly(before), held })
  return { is: 'unreadable', fingerprint, error, payload: () => payloadOf(entry.text()), told: next }
}

const LONGEST_PAYLOAD = 16_000
/** Read beyond the cut, so that a number that the cut would split is masked as a whole. */
const MARGIN = 200

function payloadOf(text: string): string {
  return maskCardNumbers(text.slice(0, LONGEST_PAYLOAD + MARGIN)).slice(0, LONGEST_PAYLOAD)
}

/** A void is final, and remembered even of a receipt that no file has shown yet. */
function takenBack(before: Before, at: EntryCircumstances): RowFinding {
  const { memo, name, known } = before
  // void and refused: a broken record of it was read later, and this one closes that refusal
  if (memo.isVoid && known?.state !== 'refused') return { is: 'same' }
  const voided = {
    kind: 'sale.voided',
    at: at.now,
    source: at.source,
    receipt: name.slice(name.indexOf('/') + 1),
    reason: 'marked-void',
  }
  const next: Memo = { told: null, was: formerly(before), isVoid: true, at: '', facts: memo.facts }
  return {
    is: 'gone',
    undo: memo.told === null ? [] : [SaleVoided.parse(voided)],
    told: JSON.stringify(next),
  }
}
