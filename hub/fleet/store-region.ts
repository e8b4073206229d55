import { defineError } from '../../shared/errors.ts'
import type { Reads, Tx } from '../db/db.ts'
import { demandStore } from './stores.ts'

/** The one owner of the table `store_region`: the stores that share what head office sets for a region. */

export const regionInvalid = defineError(
  'REGION_INVALID',
  (f: { region: string }) =>
    `"${f.region}" is not the name of a region: use letters, digits, "-" and "_", at most 64.`,
)

/** Puts a store into a region, or takes it out of any. @param region null: none @throws STORE_UNKNOWN, REGION_INVALID */
export async function setRegion(tx: Tx, store: string, region: string | null): Promise<void> {
  await demandStore(tx, store)
  if (region === null) {
    await tx.deleteFrom('store_region').where('store', '=', store).execute()
    return
  }
  if (!/^[\p{L}\p{N}_-]{1,64}$/u.test(region)) throw regionInvalid({ region })
  await tx
    .insertInto('store_region')
    .values({ store, region })
    .onConflict(c => c.column('store').doUpdateSet({ region }))
    .execute()
}

/** The region of each store that is in one. */
export async function regions(db: Reads): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('store_region').selectAll().orderBy('store').execute()
  return new Map(rows.map(({ store, region }) => [store, region]))
}
