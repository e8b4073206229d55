import { sql } from 'kysely'
import { z } from 'zod'
import { certificateSeen, isCertificateEnding, isDiskLow } from '../../shared/machine-limits.ts'
import { countOpenExceptions, listExceptions } from '../checks/exceptions.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import type { WordLanguage } from '../checks/words/word.ts'
import type { ReadDb } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { machineReports } from '../fleet/till-machine.ts'
import type { LiveDevice } from '../gateway/live-sessions.ts'
import type { StorageProblem } from '../gateway/storage-watch.ts'
import { unconfirmedWrites } from '../outbox/unconfirmed.ts'
import { openPickupCounts } from '../pickups/counts.ts'
import { dateNumber, dateOfNumber, wallOfNumber } from '../sales/sale-times.ts'
import type { ShopifyState } from '../shopify/shopify.ts'
import { heldOfStores } from '../stock/held-of-stores.ts'
import type { DeviceView, ExceptionView, LocationView, NowView } from './api-schema.ts'
import { businessDateNow } from './business-date.ts'

const Sources = z.array(
  z.object({ source: z.string(), state: z.enum(['reading', 'unavailable']), problem: z.string().nullable() }),
)

export interface NowParts {
  readonly db: ReadDb
  live(): ReadonlyMap<string, LiveDevice>
  shopify(): ShopifyState
  /** That the hub's database takes no writes; null while it does. */
  storage(): StorageProblem | null
  now(): number
}

/** What monitoring asks for: no sales, no names. */
export interface Figures {
  readonly devices: readonly (DeviceView & { readonly store: string })[]
  readonly openPickups: ReadonlyMap<string, number>
  readonly exceptions: ReadonlyMap<ExceptionView['severity'], number>
  readonly unconfirmedWrites: number
  readonly isShopifyConnected: boolean
}

/** Everything that the first page shows, in a number of queries that does not depend on the number of stores. */
export async function readNow(parts: NowParts, language: WordLanguage = 'en'): Promise<NowView> {
  const { db } = parts
  const now = parts.now()
  const stores = await db.selectFrom('store').selectAll().orderBy('code').execute()
  const devices = Map.groupBy(await readDevices(parts, now), device => device.store)
  const locationOf = await mainLocations(db)
  const exceptions = await readExceptions(db, language)
  const open = await countOpenExceptions(db)
  const pickups = await openPickupCounts(db, now)
  const newest = await newestSales(db)
  const today = await salesToday(db, stores, newest, now)
  const heldBack = new Map(
    (await heldOfStores(db)).map(({ store, units, since }) => [store, { units, since }]),
  )
  const locations = stores.map((store): LocationView => {
    const { code } = store
    return {
      store: code,
      name: store.name,
      zone: store.zone,
      locationId: locationOf.get(code) ?? null,
      devices: (devices.get(code) ?? []).map(({ store: _, ...device }) => device),
      lastSale: newest.get(code)?.sale ?? null,
      salesToday: today.has(code)
        ? (today.get(code) ?? null)
        : { receipts: 0, totals: [{ total: 0, currency: store.currency }] },
      openPickups: pickups.get(code)?.open ?? 0,
      latePickups: pickups.get(code)?.late ?? 0,
      openExceptions: open.byStore.get(code) ?? 0,
      heldBack: heldBack.get(code) ?? null,
    }
  })
  return {
    hubTime: now,
    storage: parts.storage(),
    shopify: { ...parts.shopify(), unconfirmedWrites: await unconfirmedWrites(db) },
    locations,
    exceptions,
    moreExceptions: Math.max(0, sum(open.bySeverity.values()) - exceptions.length),
  }
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)

/** How many exceptions the first page lists. */
const EXCEPTIONS_SHOWN = 500

/** What /metrics shows. Reads no sales. */
export async function readFigures(parts: NowParts): Promise<Figures> {
  const now = parts.now()
  const stores = await parts.db.selectFrom('store').select('code').execute()
  const pickups = await openPickupCounts(parts.db, now)
  return {
    devices: await readDevices(parts, now),
    openPickups: new Map(stores.map(({ code }) => [code, pickups.get(code)?.open ?? 0])),
    exceptions: (await countOpenExceptions(parts.db)).bySeverity,
    unconfirmedWrites: await unconfirmedWrites(parts.db),
    isShopifyConnected: parts.shopify().state === 'connected',
  }
}

async function readDevices({ db, live }: NowParts, now: number) {
  const connected = live()
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('state', '<>', 'revoked')
    .orderBy('till')
    .execute()
  const machines = await machineReports(db)
  return rows.map(row => ({
    store: row.store,
    ...deviceView(row, connected.get(row.device), now),
    ...machineView(machines.get(row.device), row, now),
  }))
}

async function mainLocations(db: ReadDb): Promise<ReadonlyMap<string, string | null>> {
  const rows = await db
    .selectFrom('warehouse')
    .select(['store', 'location_id'])
    .where('main', '=', 1)
    .execute()
  return new Map(rows.map(row => [row.store, row.location_id]))
}

function machineView(
  machine: Schema['device_machine'] | undefined,
  device: Schema['device'],
  now: number,
): Pick<DeviceView, 'disk' | 'certificate'> {
  const { disk_free: free = null, disk_total: total = null } = machine ?? {}
  const seen = certificateSeen(machine, device, now)
  return {
    disk: free === null || total === null ? null : { free, total, isLow: isDiskLow(free) },
    certificate: seen === null ? null : { ends: seen.ends, isEnding: isCertificateEnding(seen, now) },
  }
}

function deviceView(
  device: Schema['device'],
  live: LiveDevice | undefined,
  now: number,
): Omit<DeviceView, 'disk' | 'certificate'> {
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
      sources: (live.status?.sources ?? []).map(quoted),
    }
  }
  const connection = device.connected_at === null ? 'never-connected' : 'disconnected'
  const sources = Sources.parse(JSON.parse(device.sources_json))
  return {
    ...base,
    connection,
    since: device.disconnected_at,
    lagMs: null,
    unsent: device.unsent,
    sources: sources.map(quoted),
  }
}

/** A till's own words as head office may be shown them, within quotation marks. */
function quoted<S extends { readonly problem: string | null }>(source: S): S {
  return source.problem === null ? source : { ...source, problem: saidByTill(source.problem) }
}

interface NewestSale {
  readonly sale: NonNullable<LocationView['lastSale']>
  readonly businessDate: string
}

/** The sale that reached the hub last, of each store: two index look-ups a store, whatever its history. */
async function newestSales(db: ReadDb): Promise<ReadonlyMap<string, NewestSale>> {
  const rows = await db
    .selectFrom('store as s')
    .innerJoin('code as c', 'c.text', 's.code')
    .innerJoin('sale as l', join =>
      join
        .onRef('l.store', '=', 'c.id')
        .on('l.state', '=', 'sold')
        .on(e =>
          e(
            e.refTuple('l.received_at', 'l.seq'),
            '=',
            e
              .selectFrom('sale as newest')
              .select(['newest.received_at', 'newest.seq'])
              .whereRef('newest.store', '=', 'c.id')
              .where('newest.state', '=', 'sold')
              .orderBy('newest.received_at', 'desc')
              .orderBy('newest.seq', 'desc')
              .limit(1)
              .$asTuple('received_at', 'seq'),
          ),
        ),
    )
    .select([
      's.code as store',
      'l.receipt_number',
      'l.sold_at',
      'l.business_date',
      'l.received_at',
      sql<number>`cast(l.tendered as double precision)`.as('tendered'),
      'l.currency',
    ])
    .execute()
  return new Map(
    rows
      .filter(({ tendered }) => Number.isSafeInteger(tendered))
      .map(row => {
        const sale = {
          receiptNumber: row.receipt_number,
          soldAt: wallOfNumber(row.sold_at),
          receivedAt: Number(row.received_at),
          total: Number(row.tendered),
          currency: row.currency,
        }
        return [row.store, { sale, businessDate: dateOfNumber(row.business_date) }]
      }),
  )
}

/** Receipts and takings of each store's current business date, by currency, from one index. */
async function salesToday(
  db: ReadDb,
  stores: readonly Schema['store'][],
  newest: ReadonlyMap<string, NewestSale>,
  now: number,
): Promise<ReadonlyMap<string, LocationView['salesToday']>> {
  const dates = stores.map(({ code, zone }) => {
    const last = newest.get(code)
    return {
      code,
      date: businessDateNow(now, zone, last && { ...last.sale, businessDate: last.businessDate }),
    }
  })
  const currencies = new Map(stores.map(store => [store.code, store.currency]))
  const days = [...new Set(dates.map(({ date }) => date))]
  if (days.length === 0) return new Map()
  const rows = await db
    .selectFrom('store as s')
    .innerJoin('code as c', 'c.text', 's.code')
    .innerJoin('sale as l', 'l.store', 'c.id')
    .select(e => [
      's.code as store',
      'l.business_date',
      'l.currency',
      e.fn.countAll<number | string>().as('receipts'),
      // a whole number far beyond any till's must not stop the query for all stores
      sql<number>`coalesce(sum(cast(l.tendered as double precision)), 0)`.as('total'),
    ])
    .where('l.business_date', 'in', days.map(dateNumber))
    .where('l.state', '=', 'sold')
    .groupBy(['s.code', 'l.business_date', 'l.currency'])
    .execute()
  const dateOf = new Map(dates.map(({ code, date }) => [code, date]))
  const own = rows.filter(row => dateOf.get(row.store) === dateOfNumber(row.business_date))
  return new Map(
    [...Map.groupBy(own, row => row.store)].map(([store, found]) => {
      const totals = found.map(({ currency, total }) => ({ currency, total: Number(total) }))
      if (!totals.every(({ total }) => Number.isSafeInteger(total))) return [store, null]
      const isForeign = (currency: string) => Number(currency !== currencies.get(store))
      totals.sort(
        (x, y) => isForeign(x.currency) - isForeign(y.currency) || (x.currency < y.currency ? -1 : 1),
      )
      return [store, { receipts: sum(found.map(({ receipts }) => Number(receipts))), totals }]
    }),
  )
}

async function readExceptions(db: ReadDb, language: WordLanguage): Promise<ExceptionView[]> {
  const open = await listExceptions(db, language, EXCEPTIONS_SHOWN)
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
