import type { AgentEvent } from '../../shared/events.ts'

/** An event's place in its device's stream, and when the hub received it (hub clock, ms). */
export interface Origin {
  readonly store: string
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly at: number
}

/** An event with its place in the stream. */
export interface PlacedEvent<E = AgentEvent> {
  readonly event: E
  readonly origin: Origin
}
