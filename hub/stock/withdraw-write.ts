import { z } from 'zod'
import type { Tx } from '../db/db.ts'
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

const Request = z.object({ location: z.string(), warehouses: z.array(z.string()) })

/**
 * A request that Shopify does not have is not sent to a location that its warehouses are no longer mapped to: it ends, and all
 * that it carries is due again.
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
  if (place !== undefined && warehouses.every(one => place.warehouses.includes(one))) return false
  await withdrawWrite(tx, id, { problem: 'Its warehouse was mapped to another location first.', now })
  return true
}
