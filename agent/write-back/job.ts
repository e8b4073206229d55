import { z } from 'zod'
import type { PickupPut, ReturnRestocked } from '../../shared/commands.ts'
import { PosWritten } from '../../shared/events.ts'

/**
 * Every key that write-back puts into a POS begins with it. A source that reads the same POS leaves rows with such keys
 * out: what they say is the hub's own word come back.
 */
export const ownKeyPrefix = 'tillbridge:'

export const writeBackKinds = PosWritten.shape.what.options
export type WriteBackKind = PosWritten['what']

const Line = z.object({
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  title: z.string(),
  units: z.int().min(1),
})

/** One thing to be written into a POS, once, whatever happens: `externalId` goes into the POS with it. */
export const WriteBackJob = z.object({
  what: z.enum(writeBackKinds),
  externalId: z.string().min(1).max(255),
  /** When it happened, ms. */
  at: z.int(),
  order: z.string(),
  customer: z.string(),
  note: z.string(),
  lines: z.array(Line),
})
export type WriteBackJob = z.infer<typeof WriteBackJob>

/** The key of a thing in the POS. @param id Shopify's id of the pickup or return */
export const externalIdOf = (what: WriteBackKind, id: string): string => `${ownKeyPrefix}${what}:${id}`

/** An online order that the POS is to know of. */
export function orderJob(put: PickupPut): WriteBackJob {
  return pickupJob('order', put, put.at)
}

/** Its goods left the shop: the POS's stock goes down. */
export function handOverJob(put: PickupPut): WriteBackJob {
  const job = pickupJob('hand-over', put, put.movedAt ?? put.at)
  // parts that left before it was handed over whole
  const whole = [...put.lines, ...(put.moreLines ?? [])].map(line => ({
    ...line,
    units: line.units + (line.collected ?? 0),
  }))
  const gone = (put.goneLines ?? []).flatMap(({ collected = 0, ...line }) =>
    collected > 0 ? [{ ...line, units: collected }] : [],
  )
  const lines = [...whole, ...gone].map(({ sku, barcode, title, units }) => ({ sku, barcode, title, units }))
  return { ...job, lines: lines.filter(isArticle) }
}

/** Lines without SKU and barcode move no stock. */
const isArticle = (line: { readonly sku: string | null; readonly barcode: string | null }): boolean =>
  line.sku !== null || line.barcode !== null

function pickupJob(what: 'order' | 'hand-over', put: PickupPut, at: number): WriteBackJob {
  const lines = put.lines.map(({ sku, barcode, title, units }) => ({ sku, barcode, title, units }))
  const { order, customer, note } = put
  return {
    what,
    externalId: externalIdOf(what, put.pickup),
    at,
    order: order.name,
    customer: customer.name,
    note: note ?? '',
    lines,
  }
}

/** Goods of an online order are back on the shelf: the POS's stock goes up. */
export function returnJob({ at, returnId, order, lines }: ReturnRestocked): WriteBackJob {
  return {
    what: 'return',
    externalId: externalIdOf('return', returnId),
    at,
    order,
    customer: '',
    note: '',
    lines: lines.filter(isArticle).map(line => ({ ...line, title: line.sku ?? line.barcode ?? '' })),
  }
}
