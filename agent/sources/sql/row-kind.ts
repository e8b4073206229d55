import type { AgentEvent } from '../../../shared/events.ts'
import type { EpochMs, SourceId } from '../../../shared/ids.ts'
import type { Currency } from '../../../shared/money.ts'
import type { SqlEngine, SqlValue } from './engine.ts'
import type { RowTable } from './mapping.ts'
import type { Dialect } from './statements.ts'

/** What is needed to read a database's rows: the store's facts and the open database. */
export interface Reader {
  readonly source: SourceId
  readonly engine: SqlEngine
  readonly dialect: Dialect
  readonly currency: Currency
  readonly zone: string
  readonly warehouse: string
  /** The till of receipts that name none. */
  readonly till: string
  /** First moment that counts, as wall-clock text; null: all. */
  readonly startFrom: string | null
  /** The business date of a moment on the POS's wall clock. */
  readonly businessDateOf: (wall: string) => string
  readonly wallOf: (value: SqlValue, field: string) => string
}

/** Makes the events of a row once they are due. `before`: the `told` of what was last reported of the row. */
type Tell = (stamp: {
  readonly at: EpochMs
  readonly fingerprint: string
  readonly before: string | null
}) => readonly AgentEvent[]

/** The meaning of a row. What `interpret` throws is the reason why the row can't be read. */
export type Interpretation =
  | { readonly is: 'void' }
  /** Not complete yet. `overdue`: what to do once the grace period is over: report it as it is, or refuse it; null: nothing. */
  | { readonly is: 'waiting'; readonly overdue: Overdue | null }
  | ({ readonly is: 'whole' } & Telling)

export interface Telling {
  readonly tell: Tell
  /** Kept with the row, for `takeBack`. */
  readonly told: string
}
type Overdue = Telling | { readonly refuse: Error }

/** One row of the POS with all that belongs to it, from one snapshot. */
export interface Content {
  readonly fingerprint: string
  /** The POS's wall clock, or null when it can't be read. */
  readonly wall: string | null
  interpret(): Interpretation
  /** The rows as JSON for staff to read, card numbers masked. */
  payload(): string
}

/** A kind of rows that the POS keeps: receipts, stock diary, counts, prices. */
export interface RowKind {
  /** Prefix of its rows' names: `receipts/4711`. */
  readonly name: string
  readonly order: RowTable
  /** By the text of the key. What the POS does not hold is absent. */
  contents(keys: readonly string[]): Promise<ReadonlyMap<string, Content>>
  /** The events that take back what was reported of a row. */
  takeBack(row: TakenBack): readonly AgentEvent[]
}

interface TakenBack {
  readonly key: string
  readonly told: string
  readonly reason: 'deleted' | 'marked-void'
  readonly at: EpochMs
  readonly source: SourceId
}
