import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { isInCount } from './count-difference.ts'
import { type PosCount, type PosTold, toldMoves, WRITTEN_BACK } from './pos-counts.ts'

/** Items looked at in one transaction: live events wait no longer than for these. */
const ITEMS_A_STEP = 25

type Place = Pick<PosCount, 'store' | 'warehouse' | 'item'>

/**
 * Adds up what a POS told long ago of items whose count has not changed since, such as those whose stock it does not keep:
 * each of their sales would stay a row for ever. The next count has all of them. One from between them would ask a person.
 * @param wanted.before moves until then, hub clock, ms
 * @param pause waited for after each step; false ends it
 * @returns how many rows were removed
 */
export async function mergeToldMoves(
  db: Db,
  { before }: { readonly before: number },
  pause: () => Promise<boolean>,
): Promise<number> {
  let removed = 0
  const places = await placesWithOldMoves(db, before)
  for (let start = 0; start < places.length; start += ITEMS_A_STEP) {
    const some = places.slice(start, start + ITEMS_A_STEP)
    removed += await transaction(db, async tx => {
      let gone = 0
      for (const place of some) gone += await mergeAt(tx, place, before)
      return gone
    })
    if (!(await pause())) return removed
  }
  return removed
}

/** Where more than one old move waits for the next count. */
function placesWithOldMoves(db: Reads, before: number): Promise<readonly Place[]> {
  return db
    .selectFrom('pos_told')
    .select(['store', 'warehouse', 'item'])
    .where('counted', '=', 0)
    .where('kind', '<>', WRITTEN_BACK)
    .where('moved_at', '<', before)
    .groupBy(['store', 'warehouse', 'item'])
    .having(e => e.fn.countAll(), '>', 1)
    .orderBy('store')
    .orderBy('warehouse')
    .orderBy('item')
    .execute()
}

async function mergeAt(tx: Tx, place: Place, before: number): Promise<number> {
  const count = await tx
    .selectFrom('pos_count')
    .select('newest_at')
    .where(e => e.and(place))
    .executeTakeFirst()
  if (count === undefined) return 0
  // of those that may be in the newest count it must be told which ones are
  const old = (await toldMoves(tx, place)).filter(
    one => one.kind !== WRITTEN_BACK && one.moved_at < before && !isInCount(one, count.newest_at),
  )
  const newest = old.at(-1)
  if (newest === undefined || old.length < 2) return 0
  const quantity = old.reduce((sum, one) => sum + one.quantity, 0)
  const told_at = Math.max(...old.map(one => one.told_at))
  for (const one of old.slice(0, -1))
    await tx
      .deleteFrom('pos_told')
      .where(e => e.and(keyOf(one)))
      .execute()
  await tx
    .updateTable('pos_told')
    .set({ quantity, told_at })
    .where(e => e.and(keyOf(newest)))
    .execute()
  return old.length - 1
}

function keyOf({ store, warehouse, item, kind, cause, line, revision }: PosTold) {
  return { store, warehouse, item, kind, cause, line, revision }
}
