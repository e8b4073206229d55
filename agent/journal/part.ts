import type { Database } from 'better-sqlite3'
import type { HubCommand } from '../../shared/commands.ts'
import type { AgentEvent } from '../../shared/events.ts'
import type { EpochMs } from '../../shared/ids.ts'
import type { Mark, Position } from '../../shared/stream/log.ts'

export type JournalDb = Database

/** A record that went to a new epoch: from its old packed position to its new one. */
export type Moved = readonly [from: number, to: number]

/** What the journal offers each of its parts. */
export interface JournalCore {
  readonly db: JournalDb
  /** Agent clock. */
  now(): EpochMs
  /** Runs `work` in the next transaction. Resolves once that would survive a power cut. */
  write<T>(work: () => T): Promise<T>
  /** Appends an event to the outbox; only inside a write. */
  append(event: AgentEvent): Mark
  /** Says, inside a write, that the part's content changes with it: listeners learn of it once it is durable. */
  changed(): void
}

/**
 * A feature's tables in the journal's file. The feature alone writes to them; what it writes commits together with the
 * events and commands that cause it.
 */
export interface JournalPart<Api> {
  /** Names the part in the file and in change notices. Never renamed: the file remembers its schema under it. */
  readonly name: string
  /** One entry a schema version. Forward only: an entry that has shipped is never edited. */
  readonly migrations: readonly string[]
  open(core: JournalCore): OpenPart<Api>
}

export interface OpenPart<Api> {
  readonly api: Api
  /** Runs in the transaction that stores the command. `at`: its place in the commands. */
  onCommand?(command: HubCommand, at: Position): void
  /** Runs in the transaction that starts a new epoch. */
  onMoved?(moved: readonly Moved[]): void
  /** Runs in the transaction that takes a damaged journal over: events journalled in that time are lost. */
  onLost?(between: { readonly from: number; readonly to: number | null }): void
  /** Takes over what a former device of the same store left unfinished; runs once, in a transaction with all other parts. */
  inherit?(former: JournalDb): void
  /** Removes what it keeps of customers: this till is no longer trusted with it. */
  wipe?(): void
  /** Deletes what is past its retention; called about once an hour. */
  prune?(now: EpochMs): void
}

export type JournalParts = Readonly<Record<string, JournalPart<unknown>>>

/** What the parts of a journal offer, under the same names. */
export type ApisOf<Parts extends JournalParts> = {
  readonly [Name in keyof Parts]: Parts[Name] extends JournalPart<infer Api> ? Api : never
}
