import type { Selectable } from 'kysely'
import { defineError } from '../../shared/errors.ts'
import { EpochMs, StoreCode } from '../../shared/ids.ts'
import { isTimeZone } from '../../shared/time-zone.ts'
import { closeException } from '../checks/exceptions.ts'
import { contractOf, reminderRuleOf } from '../contract/contract.ts'
import type { ReadDb, Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { writeSetting } from '../db/setting.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { isCurrency, locationId } from './store-check.ts'

export const storeUnknown = defineError(
  'STORE_UNKNOWN',
  (f: { store: string }) => `There is no store "${f.store}". List them with: tillbridge-hub store list.`,
)
export const storeInvalid = defineError(
  'STORE_INVALID',
  (f: { field: string; value: string }) => `"${f.value}" is not a valid ${f.field}.`,
)
export const locationTaken = defineError(
  'LOCATION_TAKEN',
  (f: { location: string; store: string; warehouse: string }) =>
    `Shopify location ${f.location} already mirrors warehouse "${f.warehouse}" of store ${f.store}. One location mirrors one warehouse.`,
)

export type Store = Schema['store']
export interface NewStore {
  readonly code: string
  readonly name: string
  /** IANA name, such as Europe/Berlin. */
  readonly zone: string
  readonly currency: string
}

/** Adds a store, or renames one that exists. @throws STORE_INVALID naming the field */
export async function putStore(tx: Tx, store: NewStore, now: number): Promise<void> {
  const code = StoreCode.safeParse(store.code)
  if (!code.success) throw storeInvalid({ field: 'store code', value: store.code })
  if (!isCurrency(store.currency)) throw storeInvalid({ field: 'currency', value: store.currency })
  if (!isTimeZone(store.zone)) throw storeInvalid({ field: 'time zone', value: store.zone })
  const { name, zone, currency } = store
  await tx
    .insertInto('store')
    .values({ code: code.data, name, zone, currency, created_at: now })
    .onConflict(c => c.column('code').doUpdateSet({ name, zone, currency }))
    .execute()
  await describeToTills(tx, code.data, now)
}

/** Tells every till of a store what the store is, and what is agreed on hand-overs there. */
export async function describeToTills(tx: Tx, store: string, now: number): Promise<void> {
  const devices = await tx
    .selectFrom('device')
    .select('device')
    .where('store', '=', store)
    .where('state', '=', 'active')
    .orderBy('device')
    .execute()
  for (const { device } of devices) await describeStore(tx, device, now)
}

/** Tells a device what store and till it is. @throws STORE_UNKNOWN when its store is gone */
export async function describeStore(tx: Tx, device: string, now: number): Promise<void> {
  const { store, till } = await tx
    .selectFrom('device')
    .select(['store', 'till'])
    .where('device', '=', device)
    .executeTakeFirstOrThrow()
  const found = await tx
    .selectFrom('store')
    .select(['name', 'zone'])
    .where('code', '=', store)
    .executeTakeFirst()
  const agreed = await contractOf(tx, store)
  if (found === undefined || agreed === null) throw storeUnknown({ store })
  await sendToDevice(tx, device, {
    kind: 'store.described',
    at: EpochMs.parse(now),
    store: StoreCode.parse(store),
    ...found,
    till,
    handOver: agreed.terms.handOver,
    returns: agreed.terms.returns,
    stock: agreed.terms.stock,
    reminders: reminderRuleOf(agreed.terms),
    staffPin: agreed.terms.staffPin,
    pinIdleMinutes: agreed.terms.pinIdleMinutes,
  })
}

/** @throws STORE_UNKNOWN */
export async function demandStore(db: Reads, store: string): Promise<void> {
  const found = await db.selectFrom('store').select('code').where('code', '=', store).executeTakeFirst()
  if (found === undefined) throw storeUnknown({ store })
}

/**
 * Maps a POS's warehouse code to the Shopify location that mirrors it. The store's first is its main one, where its
 * pickups are. @param location a location's global id or its number
 * @throws STORE_UNKNOWN, LOCATION_MALFORMED, LOCATION_TAKEN
 */
export async function mapWarehouse(
  tx: Tx,
  store: string,
  warehouse: string,
  location: string,
  now: number,
): Promise<void> {
  await demandStore(tx, store)
  const location_id = locationId(location)
  const taken = await tx
    .selectFrom('warehouse')
    .selectAll()
    .where('location_id', '=', location_id)
    .where(e => e.or([e('store', '<>', store), e('code', '<>', warehouse)]))
    .executeTakeFirst()
  if (taken !== undefined)
    throw locationTaken({ location: location_id, store: taken.store, warehouse: taken.code })
  const others = await tx
    .selectFrom('warehouse')
    .select('code')
    .where('store', '=', store)
    .where('main', '=', 1)
    .execute()
  const own = await tx
    .selectFrom('warehouse')
    .selectAll()
    .where('store', '=', store)
    .where('code', '=', warehouse)
    .executeTakeFirst()
  const isMoved = own !== undefined && own.location_id !== null && own.location_id !== location_id
  // its ledger begins again with what the new location shows; the levels that it was opened with are of the old one
  const opened_as = isMoved ? `${warehouse}@${location_id}@${now}` : (own?.opened_as ?? null)
  // all that it shows, also where another warehouse had the location before
  if (own?.location_id !== location_id) await writeSetting(tx, `shopify.levels/${location_id}`, '0')
  const main = others.every(({ code }) => code === warehouse) ? 1 : 0
  await tx
    .insertInto('warehouse')
    .values({ store, code: warehouse, location_id, main, opened_as })
    .onConflict(c => c.columns(['store', 'code']).doUpdateSet({ location_id, opened_as }))
    .execute()
  await closeException(tx, 'location-unmapped', `${store}/${warehouse}`, now)
}

export function listStores(db: ReadDb): Promise<Store[]> {
  return db.selectFrom('store').selectAll().orderBy('code').execute()
}

export type Warehouse = Selectable<Schema['warehouse']>

/** Every warehouse of every store, mapped or not. */
export function listWarehouses(db: ReadDb): Promise<Warehouse[]> {
  return db.selectFrom('warehouse').selectAll().orderBy('store').orderBy('code').execute()
}
