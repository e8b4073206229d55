import type { Database } from 'better-sqlite3'
import type { z } from 'zod'
import type { AgentEvent } from '../../shared/events.ts'
import type { SourceId } from '../../shared/ids.ts'
import type { Clock, Log } from '../../shared/world.ts'

/** What a source remembers of one row it has read (a receipt, a stock diary entry), by the POS's own key. */
export interface KnownRow {
  readonly key: string
  /** Hash of the content last turned into an event, or last refused. */
  readonly fingerprint: string
  /** `waiting`: seen, not complete yet; `gone`: was sold, then deleted or voided. */
  readonly state: 'sold' | 'waiting' | 'refused' | 'gone'
  /** The POS's own time of the row, a space, its key: sortable, and no two rows share it. */
  readonly soldAt: string
  /** Agent clock, ms: when this content was first seen. */
  readonly since: number
  /** What was last reported to the hub, in the form the source needs to take it back; null: nothing. */
  readonly told: string | null
  /** Set on a row of a store that this PC has left: it never takes effect in its present store. */
  readonly former?: FormerRow
}

/** What is known of a row that belongs to a store where this PC was before. */
export interface FormerRow {
  readonly store: string
  /** Hash of the content that its store's books have; null: they have none, or it is not known. */
  readonly fingerprint: string | null
}

/** The store that a sale of this moment (the POS's wall clock) belongs to, if this PC has left it; null: its present one. */
export type FormerStoreAt = (wall: string) => string | null

/** One step's result. The journal commits all of it in one transaction, or nothing. */
export interface SourceReading {
  readonly events: readonly AgentEvent[]
  readonly known: readonly KnownRow[]
  /** JSON value; comes back as `SourceMemory.mark()` after a restart. Null: unchanged. */
  readonly mark: unknown
}

/** The journal's side of a source: what is known, and the one way to add to it. */
export interface SourceMemory {
  mark(): unknown
  known(keys: readonly string[]): ReadonlyMap<string, KnownRow>
  /** Known rows whose `soldAt` lies in [from, to), oldest first. */
  knownBetween(from: string, to: string, limit: number): readonly KnownRow[]
  readonly formerStoreAt: FormerStoreAt
  /** Resolves once the reading is durable. */
  commit(reading: SourceReading): Promise<void>
}

export interface SourceParts {
  readonly source: SourceId
  readonly memory: SourceMemory
  readonly clock: Clock
  readonly log: Log
  openReadOnly(file: string): Database
  /** As `Files.identity`: tells a file from another that took its name; null when there is none. */
  identity(file: string): string | null
  /** A small file's text, such as one that holds a password; null when there is none. */
  readText(file: string): string | null
}

/**
 * An open source. `read` takes one bounded step and says whether another is due at once (`more`), all has been read
 * (`idle`), or the POS could not be read just now (`busy`). If it throws, the source can't be read as it is: it is
 * closed, and reopened a while later.
 */
export interface OpenSource {
  read(): Promise<'more' | 'idle' | 'busy'>
  close(): void
}

/** A kind of source: one file, a schema for its settings, and one line in kinds.ts. */
export interface SourceKind<Settings = unknown> {
  readonly kind: string
  readonly settings: z.ZodType<Settings>
  open(settings: Settings, parts: SourceParts): OpenSource | Promise<OpenSource>
}

/** A kind whose settings' type only the kind itself knows, as kinds.ts lists it. `configure` parses them. */
export interface AnySourceKind {
  readonly kind: string
  readonly settings: z.ZodType
  /** @throws ZodError naming each setting that is wrong */
  configure(settings: unknown): (parts: SourceParts) => Promise<OpenSource>
}

/** Declares a kind of source; the schema's type becomes the settings' type. */
export function defineSource<Settings>(kind: SourceKind<Settings>): AnySourceKind {
  return {
    kind: kind.kind,
    settings: kind.settings,
    configure(settings) {
      const parsed = kind.settings.parse(settings)
      return async parts => kind.open(parsed, parts)
    },
  }
}
