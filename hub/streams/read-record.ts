import type { Reads } from '../db/db.ts'
import { bodyAsItCame } from './event-body.ts'

/** A stored record as it came. `device` by its number; `at`: when the hub received it. */
interface StoredRecord {
  readonly device: number
  readonly epoch: number
  readonly seq: number
  readonly kind: string
  readonly state: string
  readonly body: string
  readonly at: number
}

/** One record of a store, by its place; null: the hub does not hold it. */
export async function readRecord(
  db: Reads,
  store: number,
  place: { readonly device: number; readonly epoch: number; readonly seq: number },
): Promise<StoredRecord | null> {
  const { device, epoch, seq } = place
  const row = await db
    .selectFrom('event')
    .select(['device', 'epoch', 'seq', 'kind', 'state', 'body', 'received_at as at'])
    .where(e => e.and({ store, device, epoch, seq }))
    .executeTakeFirst()
  return row === undefined ? null : { ...row, body: bodyAsItCame(row.body) }
}
