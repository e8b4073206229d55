import type { ExpressionBuilder } from 'kysely'
import { zoneClock } from '../../shared/wall-clock.ts'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { movementKinds } from './movement-kinds.ts'

/** A moment, and what a store's wall clock said at it, as sales keep their time; see sales/sale-times.ts. */
export interface StoreMoment {
  readonly ms: number
  readonly wall: number
}

export async function storeMoment(db: Reads, store: string, ms: number): Promise<StoreMoment> {
  const row = await db.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return { ms, wall: Date.parse(`${zoneClock(row?.zone ?? 'UTC')(ms)}Z`) }
}

type Movements = ExpressionBuilder<Schema & { m: Schema['movement'] }, 'm'>

/**
 * Whether the goods of a movement `m` moved before a moment. An older version did not note when: what it noted of a
 * receipt counts then, or when the hub heard of it.
 */
export function movedBefore(e: Movements, { ms, wall }: StoreMoment) {
  const soldBefore = e.exists(
    e
      .selectFrom('sale as sold')
      .select('sold.sale')
      .whereRef('sold.store', '=', 'm.store')
      .whereRef('sold.sale', '=', 'm.cause')
      .where('sold.sold_at', '<', wall),
  )
  return e.or([
    e(e.fn.coalesce('m.moved_at', 'm.at'), '<', ms),
    e.and([
      e('m.moved_at', 'is', null),
      e('m.kind', '=', movementKinds.sale),
      e('m.revision', '=', 0),
      soldBefore,
    ]),
  ])
}

/** Whether a person has found that Shopify does not have a movement `m`, whatever its time says. */
export function isCleared(e: Movements, store: string) {
  return e.exists(
    e
      .selectFrom('recovery_cleared as c')
      .select('c.cause')
      .where('c.store', '=', store)
      .whereRef('c.kind', '=', 'm.kind')
      .whereRef('c.cause', '=', 'm.cause')
      .whereRef('c.line', '=', 'm.line')
      .whereRef('c.revision', '=', 'm.revision'),
  )
}
