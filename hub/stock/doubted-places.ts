import { z } from 'zod'
import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'

/** A stock request that a lost hub sent. `request`: as JSON; `at`: hub clock, ms. */
interface SentTo {
  readonly store: string
  readonly request: string
  readonly at: number
}

const Request = z.object({ location: z.string(), warehouses: z.tuple([z.string()], z.string()) })

/**
 * Where the lost hub sent the stock of a warehouse last, and this database has it mapped elsewhere: nothing is sent there until a
 * person maps it, as one of the two is out of date.
 */
export async function nameDoubtedPlaces(tx: Tx, sends: readonly SentTo[], now: number): Promise<void> {
  const last = new Map<
    string,
    { readonly store: string; readonly warehouse: string; readonly sent: string }
  >()
  for (const { store, request } of sends.toSorted((one, other) => one.at - other.at)) {
    const found = Request.safeParse(JSON.parse(request))
    if (!found.success) continue
    const { location: sent, warehouses } = found.data
    for (const warehouse of warehouses) last.set(`${store}/${warehouse}`, { store, warehouse, sent })
  }
  for (const [subject, { store, warehouse, sent }] of last) {
    const row = await tx
      .selectFrom('warehouse')
      .select('location_id')
      .where('store', '=', store)
      .where('code', '=', warehouse)
      .executeTakeFirst()
    const location = row?.location_id ?? null
    if (location === null || location === sent) continue
    const fields = { store, warehouse, location, sent }
    const evidence = { location, sent }
    await openException(tx, { code: 'location-unmapped.restored', subject, store, fields, evidence }, now)
  }
}
