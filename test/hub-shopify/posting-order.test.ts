import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeFor } from '../../hub/db/codes.ts'
import { type Db, insertRows, transaction } from '../../hub/db/db.ts'
import { noRecord } from '../../hub/generation/generation.ts'
import { itemNumbers, numberIn } from '../../hub/items/item-table.ts'
import type { ShopifyClient } from '../../hub/shopify/api/client.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { backlogOf } from '../../hub/shopify/stock/plan.ts'
import { runStockWrites } from '../../hub/shopify/write-worker.ts'
import { openSignals } from '../../hub/signals.ts'
import { keepKnownLevels } from '../../hub/stock/known-levels.ts'
import { type NewMovement, writeMovements } from '../../hub/stock/movements.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const POINTS_A_REQUEST = 30
const POINTS_A_SECOND = 100
const storeAt = (index: number) => `S${String(index).padStart(3, '0')}`
const skuAt = (index: number) => `SKU-${String(index).padStart(4, '0')}`
const gid = (index: number) => `gid://shopify/InventoryItem/${index + 1}`
const locationAt = (index: number) => `gid://shopify/Location/${index + 1}`

interface Sent {
  readonly store: string
  readonly skus: readonly string[]
  /** Seconds since the run began. */
  readonly at: number
}

/** Stores, each with so many items that Shopify has 100 of, and a shop that answers each change at once for its points. */
async function shopOf({ stores, items }: { readonly stores: number; readonly items: number }) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder.path, 'hub.db'))
  await transaction(db, async tx => {
    const all = Array.from({ length: items }, (_, index) => index)
    await insertRows(
      tx,
      'item',
      all.map(index => ({
        sku: skuAt(index),
        state: 'mapped' as const,
        barcode: null,
        title: null,
        inventory_item_id: gid(index),
      })),
    )
    const each = Array.from({ length: stores }, (_, index) => index)
    await insertRows(
      tx,
      'store',
      each.map(index => ({
        code: storeAt(index),
        name: storeAt(index),
        zone: 'UTC',
        currency: 'EUR',
        created_at: 0,
      })),
    )
    await insertRows(
      tx,
      'warehouse',
      each.map(index => ({
        store: storeAt(index),
        code: storeAt(index),
        location_id: locationAt(index),
        main: 1,
      })),
    )
  })
  const sent: Sent[] = []
  let spent = 0
  const write: ShopifyClient['write'] = async (mutation, { input }, _lane, onSending) => {
    const { changes } = input as { changes: { inventoryItemId: string; locationId: string }[] }
    onSending?.()
    spent += POINTS_A_REQUEST
    const [first] = changes
    const location = Number(first?.locationId.split('/').at(-1)) - 1
    const skus = changes.map(one => skuAt(Number(one.inventoryItemId.split('/').at(-1)) - 1))
    sent.push({ store: storeAt(location), skus, at: spent / POINTS_A_SECOND })
    const createdAt = new Date(world.clock.now()).toISOString()
    const group = { id: `gid://shopify/InventoryAdjustmentGroup/${sent.length}`, createdAt }
    const answer = { inventoryAdjustQuantities: { inventoryAdjustmentGroup: group, userErrors: [] } }
    return { kind: 'answered', data: mutation.answer.parse(answer) }
  }
  const client: ShopifyClient = {
    address: { host: 'shop.test', port: 443, secure: true } as unknown as ShopifyClient['address'],
    read: () => Promise.reject(new Error('every level is known')),
    write,
    fileLines: () => {
      throw new Error('every level is known')
    },
    pause: async () => undefined,
    rowsThatFit: (_operation, most) => most,
    reachability: () => ({ state: 'connected', problem: null }),
    otherVersion: () => null,
    budget: () => null,
    clockAheadMs: () => 0,
    withheld: () => new Map(),
    forgetWithheld() {},
    isClosed: () => false,
    [Symbol.dispose]() {},
  }
  const work = { db, client, world, signals: openSignals(), turns: intakeTurns(), sends: noRecord }
  return {
    db,
    world,
    sent,
    work,
    run: (heard?: () => ReadonlySet<string>) => runStockWrites(work, null, heard),
    async [Symbol.asyncDispose]() {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

interface Sold {
  readonly store: number
  readonly item: number
  readonly available?: number
  readonly at: number
}

let serial = 0

/** The ledger of each item has begun, its level is known, and one unit is sold. */
async function sell(db: Db, sold: readonly Sold[]): Promise<void> {
  await transaction(db, async tx => {
    const items = await itemNumbers(tx, new Set(sold.map(({ item }) => skuAt(item))))
    const movements: NewMovement[] = []
    for (const [store, own] of Map.groupBy(sold, one => one.store)) {
      const cause = await codeFor(tx, storeAt(store))
      const level = { active: true, onHand: 100, committed: 0, onHandAt: 0 }
      await keepKnownLevels(
        tx,
        locationAt(store),
        new Map(own.map(({ item, available = 100 }) => [gid(item), { ...level, available }])),
      )
      for (const { item, at } of own) {
        const sku = skuAt(item)
        const shared = {
          store: storeAt(store),
          warehouse: storeAt(store),
          sku,
          origin: null,
          at,
          revision: 0,
        }
        const line = numberIn(items, sku)
        serial += 1
        movements.push(
          { ...shared, kind: 'opening', cause, line, quantity: 100_000, posts: false },
          { ...shared, kind: 'sale', cause: serial, line: 0, quantity: -1_000, posts: true },
        )
      }
    }
    await writeMovements(tx, movements)
  })
}

test('what is nearest to zero goes first, and of what is equally near, what has waited longest', async () => {
  await using shop = await shopOf({ stores: 1, items: 5 })
  await sell(shop.db, [
    { store: 0, item: 0, at: 50 },
    { store: 0, item: 1, at: 40 },
    { store: 0, item: 2, at: 60, available: 2 },
    { store: 0, item: 3, at: 20 },
    { store: 0, item: 4, at: 30, available: 2 },
  ])
  const [place] = (await readPlaces(shop.db)).places
  expect(place === undefined ? null : await backlogOf(shop.work, place)).toEqual({
    known: [4, 2, 3, 1, 0].map(skuAt),
    unknown: [],
  })
})

test('of 60 stores none waits longer than twice its fair share of 100 points a second, however much one has', async () => {
  const STORES = 60
  await using shop = await shopOf({ stores: STORES, items: 600 })
  const late = STORES - 1
  const few = Array.from({ length: late - 1 }, (_, index) => index + 1)
  await sell(shop.db, [
    ...Array.from({ length: 600 }, (_, item) => ({ store: 0, item, at: 1 })),
    ...few.flatMap(store => [0, 1].map(item => ({ store, item, at: 2 }))),
  ])
  // one store sells only when the others have had half a round
  const half = 30
  let selling: Promise<void> | null = null
  let isHeard = false
  await shop.run(() => {
    if (selling === null && shop.sent.length >= half) {
      selling = sell(shop.db, [{ store: late, item: 0, at: 3 }]).then(() => {
        isHeard = true
      })
    }
    if (!isHeard) return new Set()
    isHeard = false // each is heard once
    return new Set([storeAt(late)])
  })
  await selling
  await shop.run()
  const aRound = (STORES * POINTS_A_REQUEST) / POINTS_A_SECOND
  const turns = new Map<string, number>()
  for (const { store, at } of shop.sent) {
    const turn = (turns.get(store) ?? 0) + 1
    turns.set(store, turn)
    const since = store === storeAt(late) ? (half * POINTS_A_REQUEST) / POINTS_A_SECOND : 0
    expect(at - since).toBeLessThanOrEqual(2 * turn * aRound)
  }
  expect(turns.get(storeAt(0))).toBe(3)
  expect(turns.size).toBe(STORES)
  expect(shop.sent.flatMap(({ skus }) => skus)).toHaveLength(600 + 2 * few.length + 1)
})
