import type { AgentEvent } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import type { PlacedEvent } from './placed-event.ts'

type Kind = AgentEvent['kind']

/** A copy of one store's rows, made beside those in use. `store`: the number of the store itself, above 0. */
export interface StoreCopy {
  readonly tables: readonly string[]
  /** Forgets the copy. */
  clear(tx: Tx, store: number): Promise<void>
  /** The copy takes the place of the rows in use. */
  putInUse(tx: Tx, store: number): Promise<void>
  /**
   * Moves to the copy what the tables in use hold and the copy lacks, or holds as it was before a later change: its events may be
   * among those that could not be read. A number that the copy gave to another thing is not taken.
   * @returns how many receipts or entries keep their rows
   */
  keepLater(tx: Tx, store: number): Promise<number>
}

/**
 * Tables that follow from stored events alone, so that they can be made again from them: `hub rebuild`. `apply` is
 * what the events' effects do to these tables, and nothing more.
 */
interface ProjectionOf<E extends AgentEvent> {
  readonly name: string
  /** The kinds of events that it follows from. */
  readonly kinds: readonly E['kind'][]
  /** The rows of a store while they are made again; the folder that owns the tables writes them. */
  readonly copy: StoreCopy
  /**
   * Carries events into the tables, in the order in which they took effect.
   * @param store the number under which the rows are kept: the store's own, and in its copy the same, negated
   */
  apply(tx: Tx, store: number, placed: readonly PlacedEvent<E>[]): Promise<void>
}

export interface Projection extends ProjectionOf<AgentEvent> {
  readonly tables: readonly string[]
}

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
    tables: own.copy.tables,
    copy: own.copy,
    apply: (tx, store, placed) => own.apply(tx, store, placed.filter(isOwn)),
  }
}
