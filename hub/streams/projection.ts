import type { RawBuilder } from 'kysely'
import type { AgentEvent } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { PlacedEvent } from './placed-event.ts'

type Kind = AgentEvent['kind']

/** Tables whose key begins with a store's number. */
type StoreTable = { [T in keyof Schema]: Schema[T] extends { store: number } ? T : never }[keyof Schema]

/** How one thing of a projection, such as a receipt, is found again in a copy of its tables. */
export interface Subject {
  /** The table that has one row for each. */
  readonly table: StoreTable
  /** Its column that names the thing in events. */
  readonly key: string
  /** The column that its rows have in every table of the projection. */
  readonly number: string
  /** Whether the row `used` holds a later change than the row `made`. */
  readonly isLater: RawBuilder<boolean>
}

/**
 * Tables that follow from stored events alone, so that they can be made again from them: `hub rebuild`. `apply` is
 * what the events' effects do to these tables, and nothing more.
 */
interface ProjectionOf<E extends AgentEvent> {
  readonly name: string
  /** The kinds of events that it follows from. */
  readonly kinds: readonly E['kind'][]
  readonly tables: readonly StoreTable[]
  readonly subject: Subject
  /**
   * Carries events into the tables, in the order in which they took effect.
   * @param store the number under which the rows are kept: while the tables are made again it is not the store's own
   */
  apply(tx: Tx, store: number, placed: readonly PlacedEvent<E>[]): Promise<void>
}

export type Projection = ProjectionOf<AgentEvent>

/** Declares a projection; it is given events of its own kinds alone. */
export function defineProjection<K extends Kind>(
  own: ProjectionOf<Extract<AgentEvent, { kind: K }>> & { readonly kinds: readonly K[] },
): Projection {
  const kinds = new Set<Kind>(own.kinds)
  const isOwn = (one: PlacedEvent): one is PlacedEvent<Extract<AgentEvent, { kind: K }>> =>
    kinds.has(one.event.kind)
  return {
    name: own.name,
    kinds: own.kinds,
    tables: own.tables,
    subject: own.subject,
    apply: (tx, store, placed) => own.apply(tx, store, placed.filter(isOwn)),
  }
}
