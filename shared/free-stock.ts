import { z } from 'zod'
import { EpochMs, StoreCode } from './ids.ts'

/** Free units of items in the stores of one shop, as hub and tills tell each other of them. Free: on hand less promised. */

/** Whether the tills of a store see the free stock of all stores that agreed on it, and those see this store's. */
export const stockRules = ['none', 'shown'] as const

/** Items of one answer. */
export const MOST_STOCK_ITEMS = 250
/** Stores of one shop whose stock is shown. */
export const MOST_STOCK_STORES = 500

/** Where the hub goes on, in its own words. */
export const StockCursor = z.string().min(1).max(600)

/** A store whose stock is shown. `asOf`, hub clock: since then a till of it may have sold what the hub has not heard of. */
export const StockStore = z.object({ store: StoreCode, name: z.string().max(500), asOf: EpochMs })
export type StockStore = z.infer<typeof StockStore>

/** What changed of one item, with its texts. `free`: the place of the store in `stores`, and its whole free units; null: not known any more. */
export const ToldItem = z.object({
  item: z.string().min(1).max(128),
  sku: z.string().max(255),
  barcode: z.string().max(64).nullable(),
  title: z.string().max(500),
  variantTitle: z.string().max(500).nullable(),
  free: z.array(z.tuple([z.int().min(0), z.int().nullable()])).max(MOST_STOCK_STORES),
})
export type ToldItem = z.infer<typeof ToldItem>

/** What changed since a till's cursor. `isWhole`: what the till had before is void. `isMore`: the till asks again at once. */
export const StockChanges = z.object({
  /** Hub clock. */
  at: EpochMs,
  cursor: StockCursor,
  isWhole: z.boolean(),
  isMore: z.boolean(),
  stores: z.array(StockStore).max(MOST_STOCK_STORES),
  items: z.array(ToldItem).max(MOST_STOCK_ITEMS),
})
export type StockChanges = z.infer<typeof StockChanges>
