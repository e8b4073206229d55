import { StockReserved } from '../../shared/commands.ts'
import { epochMs, Sku } from '../../shared/ids.ts'
import { unitsWithin } from '../../shared/quantity.ts'
import { promisedAndHeld } from '../checks/promised-units.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { EVERY_STORE, type Signals } from '../signals.ts'
import { sendToDevice, sendToStore } from '../streams/command-log.ts'

type Reserved = StockReserved['items']

/** Items with more free units than this are not told: their last unit is far away. */
const MOST_FREE = 5
const MOST_ITEMS = 500

/** Items of a store of which units are promised and few are free, the scarcest first, over all its warehouses. */
async function reservedIn(db: Reads, store: string): Promise<Reserved> {
  const free = new Map<string, number>()
  for (const { sku, promised, held } of await promisedAndHeld(db, store))
    free.set(sku, (free.get(sku) ?? 0) + held - promised)
  return [...free]
    .map(([sku, thousandths]) => ({ sku: Sku.parse(sku), free: unitsWithin(thousandths) }))
    .filter(item => item.free <= MOST_FREE)
    .sort((a, b) => a.free - b.free || (a.sku < b.sku ? -1 : 1))
    .slice(0, MOST_ITEMS)
}

async function lastTold(tx: Tx, store: string): Promise<Reserved> {
  const row = await tx
    .selectFrom('told_reserved')
    .select('items_json')
    .where('store', '=', store)
    .executeTakeFirst()
  return StockReserved.shape.items.parse(row === undefined ? [] : JSON.parse(row.items_json))
}

/**
 * Tells a store's tills which promised items have few free units or none, if that is another list than they have. After commit, say
 * `commands` when it returns true.
 */
async function tellReserved(db: Db, store: string, now: number): Promise<boolean> {
  return await transaction(db, async tx => {
    const items = await reservedIn(tx, store)
    const items_json = JSON.stringify(items)
    if (JSON.stringify(await lastTold(tx, store)) === items_json) return false
    await tx
      .insertInto('told_reserved')
      .values({ store, items_json })
      .onConflict(conflict => conflict.column('store').doUpdateSet({ items_json }))
      .execute()
    await sendToStore(tx, store, { kind: 'stock.reserved', at: epochMs(now), items })
    return true
  })
}

/** Tells one device what its store's tills were told last. */
export async function sendReserved(tx: Tx, device: string, store: string, now: number): Promise<void> {
  const items = await lastTold(tx, store)
  if (items.length > 0) await sendToDevice(tx, device, { kind: 'stock.reserved', at: epochMs(now), items })
}

/** Tells the tills of stores whose stock or pickups changed, and of every store when none was heard of. */
export interface ReservedTeller {
  /** Something of a store changed; `EVERY_STORE`: of any. */
  heard(store: string): void
  tell(): Promise<void>
}

/** Opens it. It says `commands` for each store whose tills have something to receive. */
export function openReservedTeller(parts: {
  readonly db: Db
  readonly signals: Pick<Signals, 'say'>
  readonly now: () => number
}): ReservedTeller {
  const { db, signals, now } = parts
  let stores = new Set<string>()
  return {
    heard: store => void stores.add(store),
    async tell() {
      const heard = stores
      stores = new Set()
      const all = heard.size === 0 || heard.has(EVERY_STORE)
      for (const store of all ? await storesWithTills(db) : heard)
        if (await tellReserved(db, store, now())) signals.say('commands', store)
    },
  }
}

async function storesWithTills(db: Reads): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('device')
    .select('store')
    .distinct()
    .where('state', '=', 'active')
    .execute()
  return rows.map(({ store }) => store)
}
