import type { CashMoved, SaleCompleted } from '../../../shared/events.ts'
import type { Difference } from '../repeated-receipt.ts'

/** An event as a record tells it, still without its time and fingerprint. */
export type SaleInFile = Omit<SaleCompleted, 'at' | 'fingerprint'>
export type CashFacts = Omit<CashMoved, 'at'>

/** What a record says. Refusals are thrown: whatever `read` throws is why it can't be read. */
export type Said =
  | { readonly is: 'sale'; readonly sale: SaleInFile }
  | { readonly is: 'cash'; readonly cash: CashFacts }
  /** The receipt is marked as not counting. */
  | { readonly is: 'void' }
  /** It takes another receipt back. */
  | { readonly is: 'voids'; readonly key: string }
  /** It tells nothing: signing on, training, a suspended receipt; or it was sold in a store that is not this source's. */
  | { readonly is: 'nothing'; readonly why?: 'elsewhere' }

/** One receipt of a journal, in one record or in several rows. */
export interface SalesEntry {
  /** The POS's own key, at most LONGEST_KEY characters; null when not even that can be read. */
  readonly key: string | null
  /** The file ends within its key: `1` may be the beginning of `10`, so it can't be refused under that key. */
  readonly isKeyUnsure?: boolean
  /** The POS's wall clock, or null when it can't be read. */
  readonly wall: string | null
  /** Where it begins in the file; a second entry of the same key elsewhere in one file may be its scattered rest. */
  readonly offset: number
  /** Its text, for people and to tell one broken record from another. Never masked: mask before it goes anywhere. */
  text(): string
  read(): Said
}

/** Bytes of one record as they were cut out of a file. */
export interface CutRecord {
  readonly start: number
  readonly end: number
  /** `unfinished`: the file ends within it. `too-long`: the bytes are only its beginning. */
  readonly is: 'whole' | 'unfinished' | 'too-long'
  /** A part of the reader's own buffer: it holds only until the next step. */
  readonly bytes: Buffer
  /** Number of its first line, from 1. */
  readonly line: number
}

/** Finds the records in a file's bytes. Its state is JSON text, so that another can go on in its place. */
export interface Cutter {
  /**
   * Cuts `bytes` from `from` on, at most `limit` records. `isEnd`: nothing will follow for now. Gives the records (by
   * places in `bytes`) and where to go on: what lies before is never needed again.
   */
  cut(bytes: Buffer, from: number, isEnd: boolean, limit: number): Cut
  state(): string
}
export type Piece = Pick<CutRecord, 'start' | 'end' | 'is'>
export interface Cut {
  readonly records: readonly Piece[]
  readonly next: number
}

/** Makes entries of records. `held`: offset of the oldest record that may still grow by later ones; null: none. */
export interface Assembly {
  add(records: readonly CutRecord[]): readonly SalesEntry[]
  /** The entries still held, as they are: the file has not grown for a while. */
  flush(): readonly SalesEntry[]
  held(): { readonly offset: number; readonly line: number } | null
}

export interface OpenedFile {
  /** Where the first record can be. */
  readonly start: number
  cutter(state: string | null): Cutter
  assembly(): Assembly
}

/** A kind of journal. */
export interface FileFormat {
  /** The setting and the fields whose values together would tell two receipts of one number apart; null: none would. */
  keyFor(
    differences: readonly Difference[],
  ): { readonly setting: string; readonly fields: readonly string[] } | null
  /** File names that are read where the settings don't say: patterns with * and ?. */
  readonly names: readonly string[]
  /**
   * Begins a file by its first bytes. `isEnd`: there are no more; else at least 64 KiB. Null: too little is there yet.
   * @throws why the file as a whole can't be read
   */
  open(file: string, head: Buffer, isEnd: boolean): OpenedFile | null
}

/** No record may be longer: a receipt of 2,000 lines with all that vendors add stays below. */
export const MOST_RECORD_BYTES = 4 * 1024 * 1024

/** So much of a record that is too long is kept, the same however its file was read. */
export const KEPT_OF_TOO_LONG = 65_536

interface FieldsOfReceipt {
  readonly date?: string | undefined
  readonly type?: string | undefined
  readonly till?: string | undefined
}

/** The fields of a journal that differ between two receipts of one number, as far as it has them. */
export function fieldsApart(
  differences: readonly Difference[],
  { date, type, till }: FieldsOfReceipt,
): readonly string[] {
  const has = (...wanted: readonly Difference[]) => wanted.some(each => differences.includes(each))
  const fields = [
    has('day', 'time', 'goods') ? date : undefined,
    has('till') ? till : undefined,
    has('sign', 'kind') && !has('day', 'time', 'goods') ? (type ?? date) : undefined,
  ]
  return fields.filter(field => field !== undefined)
}
