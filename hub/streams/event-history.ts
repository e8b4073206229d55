import { sql } from 'kysely'
import type { Reads } from '../db/db.ts'

/** A place in the order in which a store's events took effect. */
export interface Effected {
  readonly turn: number
  readonly epoch: number
  readonly seq: number
}

/** A stored record that took effect. `device` by its number; `at`: when the hub received it. */
export interface EffectedRecord extends Effected {
  readonly device: number
  readonly kind: string
  readonly body: string
  readonly at: number
}

/** The next records of a store, by its number, that took effect, in the order in which they did. */
export async function effectedAfter(
  db: Reads,
  store: number,
  after: Effected,
  wanted: { readonly kinds: readonly string[]; readonly limit: number },
): Promise<EffectedRecord[]> {
  const rows = await db
    .selectFrom('event')
    .select(['turn', 'epoch', 'seq', 'device', 'kind', 'body', 'received_at as at'])
    .where('store', '=', store)
    .where('turn', '>=', after.turn)
    .where(sql<boolean>`(turn, epoch, seq) > (${after.turn}, ${after.epoch}, ${after.seq})`)
    .where('state', '=', 'applied')
    .where('kind', 'in', wanted.kinds)
    .orderBy('turn')
    .orderBy('epoch')
    .orderBy('seq')
    .limit(wanted.limit)
    .execute()
  return rows
}
