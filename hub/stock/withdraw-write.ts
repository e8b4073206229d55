import { z } from 'zod'
import type { Reads, Tx } from '../db/db.ts'
import { mappedItems } from '../items/item-table.ts'
import { releaseWrite } from '../outbox/postings.ts'
import { refuseWrite, type Write } from '../outbox/writes.ts'
import { readPlaces } from './places.ts'

/** Ends a request that Shopify does not have: all that it carries is due again. */
export async function withdrawWrite(
  tx: Tx,
  write: number,
  end: { readonly problem: string; readonly now: number },
): Promise<void> {
  await releaseWrite(tx, write)
  await refuseWrite(tx, write, end)
}

const Request = z.object({
  location: z.string(),
  warehouses: z.array(z.string()),
  changes: z.array(z.object({ sku: z.string(), item: z.string() })),
})

/** Whether a SKU that a request carries names another item by now than the one that the request goes to. */
export async function namesOtherItem(
  db: Reads,
  { request_json }: Pick<Write, 'request_json'>,
): Promise<boolean> {
  const { changes } = Request.parse(JSON.parse(request_json))
  const items = await mappedItems(
    db,
    changes.map(({ sku }) => sku),
  )
  return changes.some(({ sku, item }) => (items.get(sku) ?? item) !== item)
}

/**
 * A request that Shopify does not have is not sent to a location that its warehouses are no longer mapped to, nor to an item that
 * its SKU no longer names: it ends, and all that it carries is due again.
 * @returns whether it has ended
 */
export async function withdrawMoved(
  tx: Tx,
  { id, store, request_json }: Pick<Write, 'id' | 'store' | 'request_json'>,
  now: number,
): Promise<boolean> {
  const { location, warehouses } = Request.parse(JSON.parse(request_json))
  const { places } = await readPlaces(tx)
  const place = places.find(one => one.store === store && one.location === location)
  const isThere = place !== undefined && warehouses.every(one => place.warehouses.includes(one))
  if (isThere && !(await namesOtherItem(tx, { request_json }))) return false
  const problem = isThere
    ? 'Its SKU came to name another item first.'
    : 'Its warehouse was mapped to another location first.'
  await withdrawWrite(tx, id, { problem, now })
  return true
}
