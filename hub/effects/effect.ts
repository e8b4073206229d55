import type { AgentEvent } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import type { Signal } from '../signals.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'

export type EventKind = AgentEvent['kind']
export type EventOf<K extends EventKind> = Extract<AgentEvent, { kind: K }>

/** What an effect knows besides its events. */
export interface EffectContext {
  /** The store whose device sent the events. */
  readonly store: string
  /** When the hub received them; hub clock, ms. */
  readonly at: number
  /** Sends a hint for this store once the transaction has committed; a rolled-back transaction sends none. */
  afterCommit(signal: Signal): void
}

/**
 * What events of one kind do, in the transaction that stores them. Kinds that share one `apply` are applied together,
 * in stream order: a sale and its void must not change places.
 */
export interface Effect<K extends EventKind = EventKind> {
  readonly kind: K
  apply(tx: Tx, placed: readonly PlacedEvent<EventOf<K>>[], context: EffectContext): Promise<void>
}

/** Declares what events of a kind do. */
export function defineEffect<K extends EventKind>(effect: Effect<K>): Effect<K> {
  return effect
}

/** Declares a kind whose events are facts to keep: the event table holds them, and nothing else changes. */
export function factOnly<K extends EventKind>(kind: K): Effect<K> {
  return { kind, apply: keepOnly }
}

async function keepOnly(): Promise<void> {}
