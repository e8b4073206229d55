import { sql } from 'kysely'
import type { Reads } from '../db/db.ts'
import type { BlockHead } from './event-block.ts'

/** A block as it is kept. `device` by its number. */
export interface StoredBlock extends BlockHead {
  readonly device: number
  readonly epoch: number
  readonly last_turn: number
  readonly body: Uint8Array
}

/** A record's place in a store's streams. `device` by its number. */
export interface RecordPlace {
  readonly device: number
  readonly epoch: number
  readonly seq: number
}

/** Where blocks are read: the hub's database or an archive file. Stores and devices by the hub's numbers. */
export interface BlockSource {
  /** What is wrong with its own structure, by which blocks are found; null: nothing. */
  fault(): string | null
  devices(store: number): Promise<readonly number[]>
  /** The device's first block behind `after` that reaches the turn. */
  next(
    store: number,
    device: number,
    after: { readonly turn: number; readonly epoch: number; readonly seq: number },
  ): Promise<StoredBlock | null>
  /** The block that contains a record. */
  holding(store: number, place: RecordPlace): Promise<StoredBlock | null>
}

export const BLOCK_COLUMNS = [
  'device',
  'epoch',
  'first_seq',
  'last_seq',
  'last_turn',
  'previous',
  'last_hash',
  'body',
] as const

/** The blocks in the hub's own database. */
export function hubBlocks(db: Reads): BlockSource {
  return {
    fault: () => null, // `tableFault` looks at the whole database
    async devices(store) {
      const rows = await db
        .selectFrom('event_block')
        .select('device')
        .distinct()
        .where('store', '=', store)
        .execute()
      return rows.map(row => row.device)
    },
    async next(store, device, { turn, epoch, seq }) {
      const row = await db
        .selectFrom('event_block')
        .select(BLOCK_COLUMNS)
        .where(e => e.and({ store, device }))
        .where('last_turn', '>=', turn)
        .where(sql<boolean>`(epoch, last_seq) > (${epoch}, ${seq})`)
        .orderBy('last_turn')
        .orderBy('epoch')
        .orderBy('last_seq')
        .limit(1)
        .executeTakeFirst()
      return row ?? null
    },
    async holding(store, { device, epoch, seq }) {
      const row = await db
        .selectFrom('event_block')
        .select(BLOCK_COLUMNS)
        .where(e => e.and({ store, device, epoch }))
        .where('first_seq', '<=', seq)
        .orderBy('first_seq', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row !== undefined && row.last_seq >= seq ? row : null
    },
  }
}

/** How messages name a block. */
export function blockName(
  device: number | string,
  { epoch, first_seq, last_seq }: BlockHead & { epoch: number },
): string {
  return `${device}/${epoch}/${first_seq}-${last_seq}`
}
