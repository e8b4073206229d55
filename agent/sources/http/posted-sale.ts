import { z } from 'zod'
import { demandNoCardCode } from '../../../shared/event-door.ts'
import { SaleCompleted, tenderKinds } from '../../../shared/events.ts'
import { type Currency, decimalFromMinor, minorFromDecimal, sum } from '../../../shared/money.ts'
import { firstIssue } from '../../../shared/protocol.ts'
import { quantityFromUnits } from '../../../shared/quantity.ts'
import { wallClock } from '../../../shared/wall-clock.ts'
import { isCashRounding } from '../cash-rounding.ts'
import { postedSaleMalformed } from './problems.ts'

const text = (longest: number) => z.string().max(longest)
/** `"19.90"` or `19.9`: in the currency's own unit, rounded to its minor unit. */
const amount = z.union([z.string().max(32), z.number()])

/**
 * A sale as a POS posts it. Amounts in the currency's unit, `quantity` in units with at most three decimals, negative
 * for goods taken back. `net` is without tax and after `discount`; Σ tenders = Σ net + Σ tax + rounding.
 */
export const PostedSale = z.strictObject({
  /** The POS's own key of the receipt: the same key with other content is an edit. */
  receipt: text(255).min(1),
  receiptNumber: text(64).default(''),
  till: text(255).default(''),
  staff: text(255).nullable().default(null),
  /** `2026-11-25T14:03:00` on the store's wall clock, or with an offset. */
  soldAt: text(64),
  /** Left out: the day of `soldAt`. */
  businessDate: z.iso.date().optional(),
  lines: z
    .array(
      z.strictObject({
        /** Null: a service or a free amount, which moves no stock. */
        sku: z.string().trim().min(1).max(255).nullable(),
        barcode: text(64).nullable().default(null),
        title: text(500).default(''),
        quantity: amount,
        net: amount,
        discount: amount.optional(),
      }),
    )
    .max(2_000),
  taxes: z
    .array(
      z.strictObject({
        name: text(500),
        ratePercent: z.number().min(0).max(1_000).nullable().default(null),
        base: amount,
        amount,
      }),
    )
    .max(50)
    .default([]),
  tenders: z
    .array(z.strictObject({ kind: z.enum(tenderKinds), name: text(500).default(''), amount }))
    .max(50),
  /** What cash was rounded by; left out: less than the smallest coin of a cash payment is taken for it. */
  rounding: amount.optional(),
  /** The online order that it rings up: its external id (`tillbridge:order:…`) or its name. */
  order: z.string().trim().min(1).max(255).optional(),
})

export interface PostedSaleSettings {
  readonly currency: Currency
  readonly zone: string
  readonly warehouse: string
}

/**
 * A posted sale as the event that it becomes, still without its time and fingerprint.
 * @throws POSTED_SALE_MALFORMED, MONEY_UNREADABLE, QUANTITY_UNREADABLE, TIME_UNREADABLE, CARD_NUMBER_AS_CODE, each naming the
 * field
 */
export function readPostedSale(body: unknown, source: string, settings: PostedSaleSettings) {
  const posted = PostedSale.safeParse(body)
  if (!posted.success) throw postedSaleMalformed({ why: firstIssue(posted.error) }, posted.error)
  const sale = posted.data
  const { currency, zone, warehouse } = settings
  const wall = wallClock({ numbers: 'epoch-ms' }, zone)(sale.soldAt, 'soldAt')
  const money = (value: string | number, field: string) => minorFromDecimal(value, currency, field)
  const lines = sale.lines.map((line, index) => ({
    line: index,
    sku: line.sku,
    barcode: line.barcode,
    title: line.title,
    quantity: quantityFromUnits(line.quantity, `lines.${index}.quantity`),
    net: money(line.net, `lines.${index}.net`),
    warehouse,
    ...(line.discount === undefined ? {} : { discount: money(line.discount, `lines.${index}.discount`) }),
  }))
  expectOneSign(lines, currency)
  const taxes = sale.taxes.map((tax, index) => ({
    name: tax.name,
    rate: tax.ratePercent === null ? null : Math.round(tax.ratePercent * 10_000),
    base: money(tax.base, `taxes.${index}.base`),
    amount: money(tax.amount, `taxes.${index}.amount`),
  }))
  const tenders = sale.tenders.map((tender, index) => ({
    kind: tender.kind,
    name: tender.name,
    amount: money(tender.amount, `tenders.${index}.amount`),
  }))
  const difference =
    sum(tenders.map(each => each.amount)) -
    sum(lines.map(each => each.net)) -
    sum(taxes.map(each => each.amount))
  // Each line and each tax was rounded once, here or by the POS.
  const room = lines.length + taxes.length
  const said = sale.rounding === undefined ? null : money(sale.rounding, 'rounding')
  const isSaid = said !== null && Math.abs(difference - said) <= room
  const addsUp = Math.abs(difference) <= room || isSaid || isCashRounding(difference, tenders, settings)
  const event = SaleCompleted.omit({ at: true, fingerprint: true }).safeParse({
    kind: 'sale.completed',
    source,
    receipt: sale.receipt,
    receiptNumber: sale.receiptNumber,
    till: sale.till,
    staff: sale.staff,
    businessDate: sale.businessDate ?? wall.slice(0, 10),
    soldAt: { wall, zone },
    currency,
    lines,
    taxes,
    tenders,
    rounding: addsUp ? difference : 0,
    unexplained: addsUp ? 0 : difference,
    ...(sale.order === undefined ? {} : { order: sale.order }),
  })
  if (!event.success) throw postedSaleMalformed({ why: firstIssue(event.error) }, event.error)
  demandNoCardCode(event.data)
  return event.data
}

/** Goods and their money go opposite ways: one unit for -25.00 may be sold or have come back. @throws POSTED_SALE_MALFORMED */
function expectOneSign(
  lines: readonly { readonly sku: string | null; readonly quantity: number; readonly net: number }[],
  currency: Currency,
): void {
  for (const [index, { sku, quantity, net }] of lines.entries()) {
    if (sku === null || quantity * net >= 0) continue
    const has = `lines.${index} has ${quantity / 1_000} for ${decimalFromMinor(net, currency)}`
    throw postedSaleMalformed({
      why: `${has}; goods taken back have quantity and net below zero, and a discount has no sku`,
    })
  }
}
