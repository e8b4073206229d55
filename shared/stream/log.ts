export type Awaitable<T> = T | Promise<T>

/** `events` flow from agent to hub, `commands` from hub to agent. */
export type StreamName = 'events' | 'commands'

/** A place in a stream. `seq` counts from 1 without gaps within its epoch; 0 is before the first record. */
export interface Position {
  readonly epoch: number
  readonly seq: number
}

/** A position and the chain's hash there. */
export interface Mark extends Position {
  readonly hash: string
}

/** Consecutive records of one epoch. `prev` is the hash before `first`, `head` the hash of the last body. */
export interface Batch {
  readonly epoch: number
  readonly first: number
  readonly prev: string
  readonly head: string
  readonly bodies: readonly string[]
}

/** Why a sender opens a new epoch. `log-older`: it knows of a later one than its log does. */
export type RenewReason = 'receiver-ahead' | 'records-gone' | 'log-older' | 'journal-damaged'

/** The sender's durable side of a stream: keeps every record until it is acked and older than its retention. */
export interface OutLog {
  /** The newest record, or the current epoch's genesis at seq 0. */
  last(): Awaitable<Mark>
  /** The newest record known to be committed by the receiver; epoch 0 when there is none. */
  acked(): Awaitable<Mark>
  /** The hash at a position still held; null when it is pruned or was never written. Seq 0 gives the genesis. */
  hashAt(position: Position): Awaitable<string | null>
  /** The last seq of an epoch; 0 for one without records. */
  endOf(epoch: number): Awaitable<number>
  /** The oldest record still held; null when there is none. */
  oldest(): Awaitable<Position | null>
  /** The next records after a position, crossing into the next epoch when one is finished. Null: none. */
  read(after: Position, limits: { records: number; characters: number }): Awaitable<Batch | null>
  /** Remembers a cumulative ack. Never moves backwards. */
  acknowledge(upTo: Position): Awaitable<void>
  /**
   * Whether every record after a position still adds up to its hash. One whose words were removed since does not, and
   * its receiver would refuse it each time. Left out: this log changes no record.
   */
  isUnchangedAfter?(position: Position): Awaitable<boolean>
  /**
   * Opens the next epoch with an `epoch.opened` record and moves behind it, in order, every record that the receiver
   * may lack: the unacked ones, or for `records-gone` all that are held.
   * @param above the new epoch is above this one too: the receiver's, when it is ahead by whole epochs
   */
  renew(reason: RenewReason, above?: number): Awaitable<void>
}

/** One record as it goes into the receiver's log. */
export interface ReceivedRecord extends Mark {
  readonly body: string
}

/** A record is held, and its hash is not at hand: it was archived, or its copy is damaged. */
export const heldWithoutHash: unique symbol = Symbol('held without its hash')

/** The receiver's durable side of a stream. */
export interface InLog {
  /** The newest committed record; epoch 0, seq 0 when there is none. */
  held(): Awaitable<Mark>
  /** The hash at a committed position, null when it holds none there. */
  hashAt(position: Position): Awaitable<string | typeof heldWithoutHash | null>
  /** Commits records and their effects in one transaction and gives back what is held then. */
  commit(records: readonly ReceivedRecord[]): Awaitable<Mark>
}
