import { z } from 'zod'
import { listExceptions } from '../checks/exceptions.ts'
import type { Db } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { LiveDevice } from '../gateway/gateway.ts'
import { unconfirmedWrites } from '../outbox/unconfirmed.ts'
import { openPickupCounts } from '../pickups/counts.ts'
import type { ShopifyState } from '../shopify/shopify.ts'
import type { DeviceView, ExceptionView, LocationView, NowView } from './api-schema.ts'

const Sources = z.array(
  z.object({ source: z.string(), state: z.enum(['reading', 'unavailable']), problem: z.string().nullable() }),
)

export interface NowParts {
  readonly db: Db
  live(): ReadonlyMap<string, LiveDevice>
  shopify(): ShopifyState
  now(): number
}

/** Everything that the first page shows, read at one moment. */
export async function readNow(parts: NowParts): Promise<NowView> {
  const { db } = parts
  const now = parts.now()
  const live = parts.live()
  const stores = await db.selectFrom('store').selectAll().orderBy('code').execute()
  const devices = await db
    .selectFrom('device')
    .selectAll()
    .where('state', '<>', 'revoked')
    .orderBy('till')
    .execute()
  const warehouses = await db.selectFrom('warehouse').selectAll().where('main', '=', 1).execute()
  const exceptions = await readExceptions(db)
  const pickups = await openPickupCounts(db, now)
  const locations: LocationView[] = []
  for (const store of stores) {
    const count = pickups.get(store.code)
    locations.push({
      store: store.code,
      name: store.name,
      zone: store.zone,
      locationId: warehouses.find(w => w.store === store.code)?.location_id ?? null,
      devices: devices.filter(d => d.store === store.code).map(d => deviceView(d, live.get(d.device), now)),
      lastSale: await lastSale(db, store.code),
      salesToday: await salesOn(db, store, now),
      openPickups: count?.open ?? 0,
      latePickups: count?.late ?? 0,
      openExceptions: exceptions.filter(e => e.store === store.code).length,
    })
  }
  return {
    hubTime: now,
    shopify: { ...parts.shopify(), unconfirmedWrites: await unconfirmedWrites(db) },
    locations,
    exceptions,
  }
}

function deviceView(device: Schema['device'], live: LiveDevice | undefined, now: number): DeviceView {
  const base = { device: device.device, till: device.till }
  if (device.state === 'quarantined')
    return {
      ...base,
      connection: 'quarantined',
      since: device.disconnected_at,
      lagMs: null,
      unsent: device.unsent,
      sources: [],
    }
  if (live !== undefined) {
    const oldest = live.status?.oldestUnsentAt ?? null
    const lag = oldest === null ? 0 : now + (live.offsetMs ?? 0) - oldest
    return {
      ...base,
      connection: 'connected',
      since: live.connectedAt,
      lagMs: Math.max(0, Math.round(lag)),
      unsent: live.status?.unsent ?? 0,
      sources: live.status?.sources ?? [],
    }
  }
  const connection = device.connected_at === null ? 'never-connected' : 'disconnected'
  const sources = Sources.parse(JSON.parse(device.sources_json))
  return { ...base, connection, since: device.disconnected_at, lagMs: null, unsent: device.unsent, sources }
}

async function lastSale(db: Db, store: string): Promise<LocationView['lastSale']> {
  const sale = await db
    .selectFrom('sale')
    .select(['receipt_number', 'sold_at', 'received_at', 'tendered', 'currency'])
    .where('store', '=', store)
    .where('state', '=', 'sold')
    .orderBy('received_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (sale === undefined) return null
  const {
    receipt_number: receiptNumber,
    sold_at: soldAt,
    received_at: receivedAt,
    tendered: total,
    currency,
  } = sale
  return { receiptNumber, soldAt, receivedAt, total, currency }
}

/** Receipts and takings of the store's own calendar day. */
async function salesOn(db: Db, store: Schema['store'], now: number): Promise<LocationView['salesToday']> {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: store.zone, dateStyle: 'short' }).format(
    new Date(now),
  )
  const { receipts, total } = await db
    .selectFrom('sale')
    .select(e => [e.fn.countAll<number>().as('receipts'), e.fn.sum<number | null>('tendered').as('total')])
    .where('store', '=', store.code)
    .where('business_date', '=', today)
    .where('state', '=', 'sold')
    .executeTakeFirstOrThrow()
  return { receipts: Number(receipts), total: Number(total ?? 0), currency: store.currency }
}

async function readExceptions(db: Db): Promise<ExceptionView[]> {
  const open = await listExceptions(db)
  return open.map(
    ({
      id,
      kind,
      severity,
      owner,
      store,
      subject,
      sentence,
      count,
      first_seen: firstSeen,
      last_seen: lastSeen,
    }) => ({
      id,
      kind,
      severity,
      owner,
      store,
      subject,
      sentence,
      count,
      firstSeen,
      lastSeen,
    }),
  )
}
