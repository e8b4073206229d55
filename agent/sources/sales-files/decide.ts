import { z } from 'zod'
import { describeError, TillbridgeError } from '../../../shared/errors.ts'
import { type AgentEvent, SaleVoided, SourceRowAccepted, SourceRowRefused } from '../../../shared/events.ts'
import type { EpochMs, SourceId } from '../../../shared/ids.ts'
import { maskCardNumbers } from '../../codecs/card-numbers/mask.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { KnownRow } from '../source.ts'
import type { JournalEntry, Said } from './file-format.ts'
import { rowsScattered } from './problems.ts'

/** Facts of the moment, of the store and of the file that an entry stands in. */
export interface Circumstances {
  readonly source: SourceId
  readonly now: EpochMs
  /** First business date that counts; null: all. */
  readonly startFrom: string | null
  /** Names one way through one file, from its beginning on. */
  readonly pass: string
  /** How far apart the rows of one receipt may lie; null: a receipt is one record, and a later one is an edit. */
  readonly window: number | null
}

export interface Judgement {
  readonly events: readonly AgentEvent[]
  /** Null: as before. */
  readonly known: KnownRow | null
  /** The known row's name. */
  readonly name: string
  readonly isRefused: boolean
  /** Set when an unexpected error, a fault of ours, lies behind a refusal. */
  readonly fault?: unknown
}

/** What `KnownRow.told` holds of an entry. */
const Memo = z.object({
  /** What the hub has of it. */
  told: z.enum(['sale', 'cash']).nullable(),
  /** Fingerprints that it had before: an old file that is dropped again must not bring them back. */
  was: z.array(z.string()),
  /** Taken back by the POS, for good. */
  isVoid: z.boolean(),
  /** Pass and offset where its rows began. */
  at: z.string(),
})
type Memo = z.infer<typeof Memo>

const NOTHING: Memo = { told: null, was: [], isVoid: false, at: '' }
/** Former contents that are remembered; a receipt is seldom edited more than once or twice. */
const MOST_FORMER = 24

/** Keys are short enough to be names as they are: see LONGEST_KEY. */
export function entryName(key: string): string {
  return `receipts/${key}`
}

/** The row that an entry is known by. Without a key it is its own text, so that a copy of the file is no news. */
export function rowOf(entry: JournalEntry): string {
  return entry.key === null ? `unread/${fingerprintOf([entry.text()])}` : entryName(entry.key)
}

/**
 * Compares what a record says with what is known. Pure: the whole life of a journal's receipt is in here. Unlike a
 * database, files come in any order and more than once, and their absence means nothing. So a content that was once
 * told is never told again, and what was voided stays so.
 * @param entry what it reads as: a fault in reading was caught and is its refusal
 */
export function judge(
  entry: JournalEntry,
  said: Said | { readonly is: 'refused'; readonly error: unknown },
  known: KnownRow | undefined,
  at: Circumstances,
): Judgement {
  const name = said.is === 'voids' ? entryName(said.key) : rowOf(entry)
  const before: Before = { name, known, memo: memoOf(known), wall: entry.wall }
  const place = `${at.pass}:${entry.offset}`
  if (said.is === 'nothing') return unchanged(before)
  if (at.window !== null && isElsewhere(before.memo, at.pass, place))
    return refuse(entry, before, rowsScattered({ key: entry.key ?? '', window: at.window }), at)
  if (said.is === 'refused') return placed(refuse(entry, before, said.error, at), before, place, at)
  if (said.is === 'void' || said.is === 'voids') return takeBack(before, at)
  const facts = said.is === 'sale' ? said.sale : said.cash
  if (at.startFrom !== null && facts.businessDate < at.startFrom) return unchanged(before)
  const { memo } = before
  const fingerprint = fingerprintOf(facts)
  const isKnown = known?.state === 'sold' && known.fingerprint === fingerprint
  if (isKnown || memo.isVoid || memo.was.includes(fingerprint))
    return placed(unchanged(before), before, place, at)
  const event: AgentEvent =
    said.is === 'sale' ? { ...said.sale, at: at.now, fingerprint } : { ...said.cash, at: at.now }
  const next = { ...memo, told: said.is, was: formerly(before), at: place }
  return decided(before, at, 'sold', { events: [event], fingerprint, memo: next })
}

/** That this way through the file has met rows of the same receipt before, too far away to be read together. */
function isElsewhere(memo: Memo, pass: string, place: string): boolean {
  return memo.at.startsWith(`${pass}:`) && memo.at !== place
}

/** Nothing new, but this way through the file met it here: where rows may be scattered, that is to be known. */
function placed(
  judgement: Judgement,
  { known, memo }: Before,
  place: string,
  { window }: Circumstances,
): Judgement {
  if (window === null) return judgement
  const row = judgement.known ?? known
  if (row === undefined) return judgement
  const told = JSON.stringify({ ...memoOf(row), at: place })
  return memo.at === place && judgement.known === null ? judgement : { ...judgement, known: { ...row, told } }
}

interface Before {
  readonly name: string
  readonly known: KnownRow | undefined
  readonly memo: Memo
  readonly wall: string | null
}

function memoOf(known: KnownRow | undefined): Memo {
  if (known?.told === null || known === undefined) return NOTHING
  return Memo.parse(JSON.parse(known.told))
}

function formerly({ known, memo }: Before): string[] {
  return known === undefined || known.fingerprint === ''
    ? memo.was
    : [...memo.was, known.fingerprint].slice(-MOST_FORMER)
}

function unchanged({ name }: Before): Judgement {
  return { events: [], known: null, name, isRefused: false }
}

function refuse(entry: JournalEntry, before: Before, error: unknown, at: Circumstances): Judgement {
  const { known, memo, name } = before
  const { code, sentence } = describeError(error)
  // Not the sentence: it names the file and the line, and a copy elsewhere is the same broken record.
  const fingerprint = fingerprintOf([entry.text(), code])
  const isKnown = known?.state === 'refused' && known.fingerprint === fingerprint
  if (isKnown || memo.was.includes(fingerprint)) return { ...unchanged(before), isRefused: isKnown }
  const refused = SourceRowRefused.parse({
    kind: 'source.row-refused',
    at: at.now,
    source: at.source,
    row: name,
    code: code.slice(0, 64),
    sentence: maskCardNumbers(sentence).slice(0, 1_000),
    payload: payloadOf(entry.text()),
  })
  const decision = decided(before, at, 'refused', {
    events: [refused],
    fingerprint,
    memo: { ...memo, was: formerly(before) },
  })
  const judgement = { ...decision, isRefused: true }
  return error instanceof TillbridgeError ? judgement : { ...judgement, fault: error }
}

const LONGEST_PAYLOAD = 16_000
/** A number that the cut goes through is masked whole. */
const MARGIN = 200

function payloadOf(text: string): string {
  return maskCardNumbers(text.slice(0, LONGEST_PAYLOAD + MARGIN)).slice(0, LONGEST_PAYLOAD)
}

/** Void is for good, and known even of a receipt that no file has shown yet. */
function takeBack(before: Before, at: Circumstances): Judgement {
  const { memo, name, known } = before
  if (memo.isVoid) return unchanged(before)
  const voided = {
    kind: 'sale.voided',
    at: at.now,
    source: at.source,
    receipt: receiptOf(name),
    reason: 'marked-void',
  }
  return decided(before, at, 'gone', {
    events: memo.told === null ? [] : [SaleVoided.parse(voided)],
    fingerprint: known?.fingerprint ?? '',
    memo: { told: null, was: formerly(before), isVoid: true, at: '' },
  })
}

function receiptOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

/** A row that was refused and is so no longer is said to be accepted, before anything else is said of it. */
function decided(
  before: Before,
  at: Circumstances,
  state: KnownRow['state'],
  next: { readonly events: readonly AgentEvent[]; readonly fingerprint: string; readonly memo: Memo },
): Judgement {
  const { name, known } = before
  const isMended = known?.state === 'refused' && state !== 'refused'
  const wall = before.wall ?? known?.soldAt.split(' ', 1)[0] ?? ''
  return {
    name,
    isRefused: false,
    events: isMended ? [accepted(name, at), ...next.events] : next.events,
    known: {
      key: name,
      fingerprint: next.fingerprint,
      state,
      soldAt: `${wall} ${name}`,
      since: at.now,
      told: JSON.stringify(next.memo),
    },
  }
}

export function accepted(name: string, at: Pick<Circumstances, 'now' | 'source'>): AgentEvent {
  return SourceRowAccepted.parse({ kind: 'source.row-accepted', at: at.now, source: at.source, row: name })
}
