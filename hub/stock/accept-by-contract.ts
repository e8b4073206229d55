import { DIFFERS_MS } from '../checks/level-variance.ts'
import type { ContractVersion } from '../contract/contract.ts'
import type { Tx } from '../db/db.ts'
import { acceptLevel } from './accept.ts'
import type { StockPlace } from './places.ts'

/**
 * The contract of a store says that Shopify is right: takes what has differed for ten minutes into the ledger, as a person would: each
 * difference once, with the version of the contract that decided it. A difference that may still be explained is left.
 */
export async function acceptByContract(
  tx: Tx,
  { store, location }: StockPlace,
  agreed: ContractVersion,
  now: number,
): Promise<void> {
  const rows = await tx
    .selectFrom('shopify_level')
    .select('sku')
    .where('store', '=', store)
    .where('location', '=', location)
    .where('dirty', '=', 0)
    .where('differs_since', '<=', now - DIFFERS_MS)
    .execute()
  const by = `Version ${agreed.version} of the contract, by ${agreed.changedBy},`
  for (const { sku } of rows) await acceptLevel(tx, { store, sku, by, why: agreed.why, now })
}
