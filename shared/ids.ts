import { z } from 'zod'

const text = (max: number) => z.string().min(1).max(max)

/** One store's short code, chosen by the shop: `HAR`. */
export const StoreCode = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/)
  .brand<'StoreCode'>()
export type StoreCode = z.infer<typeof StoreCode>

/** One enrolled agent; the hub draws it. */
export const DeviceId = z
  .string()
  .regex(/^dev_[0-9a-z]{16,32}$/)
  .brand<'DeviceId'>()
export type DeviceId = z.infer<typeof DeviceId>

/** The shop's own item code. Case-sensitive, as in Shopify. */
export const Sku = text(255).brand<'Sku'>()
export type Sku = z.infer<typeof Sku>

/** Names one source of sales within a store. Two tills reading one POS database use the same one. */
export const SourceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)
  .brand<'SourceId'>()
export type SourceId = z.infer<typeof SourceId>

/** A receipt as its source tells it apart from all others: the POS's own key, not always the printed number. */
export const ReceiptKey = text(255).brand<'ReceiptKey'>()
export type ReceiptKey = z.infer<typeof ReceiptKey>

/** A POS's own key of a row, so long that a prefix such as `receipts/` still fits in a name of 255. */
export const LONGEST_KEY = 240

/** The POS's code of the place whose stock a sale takes from. */
export const WarehouseCode = text(255).brand<'WarehouseCode'>()
export type WarehouseCode = z.infer<typeof WarehouseCode>

/** A pickup: the id of Shopify's fulfilment order. */
export const PickupId = text(128).brand<'PickupId'>()
export type PickupId = z.infer<typeof PickupId>

/** Milliseconds since 1970-01-01T00:00Z on some clock; its field says whose. */
export const EpochMs = z.int().min(0).max(8.64e15).brand<'EpochMs'>()
export type EpochMs = z.infer<typeof EpochMs>

/** A clock reading as whole milliseconds; a reading before 1970 counts as 1970. */
export function epochMs(reading: number): EpochMs {
  return EpochMs.parse(Math.max(0, Math.trunc(reading)))
}

/** Names one scanner, printer or print path of a till, as its settings do: `counter-scanner`. */
export const PeripheralName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)
  .brand<'PeripheralName'>()
export type PeripheralName = z.infer<typeof PeripheralName>
