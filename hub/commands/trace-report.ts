import { z } from 'zod'
import { momentOf } from '../../shared/moment.ts'
import { Currency, decimalFromMinor } from '../../shared/money.ts'
import type { traceReceipt } from '../sales/trace.ts'

type Traced = Awaited<ReturnType<typeof traceReceipt>>[number]
type TracedMovement = Traced['movements'][number]
type TracedWrite = NonNullable<TracedMovement['write']>

/** What a stock write asked for each SKU. */
const Request = z.looseObject({
  changes: z.array(z.looseObject({ sku: z.string(), item: z.string(), delta: z.number() })),
})
/** How it is known that Shopify has a change: its own answer, a later reading of its levels, or that no call was needed. */
const Answer = z.looseObject({
  by: z.string(),
  group: z.string().nullish(),
  available: z.record(z.string(), z.number().nullable()).optional(),
  levels: z.array(z.tuple([z.string(), z.looseObject({ available: z.number() })])).optional(),
  why: z.string().optional(),
})

/** The part of a write and of Shopify's answer that is about one SKU; a write carries other receipts' items too. */
function shopifyOf({ request, answer }: TracedWrite, sku: string) {
  const change = Request.safeParse(request).data?.changes.find(one => one.sku === sku)
  const said = Answer.safeParse(answer).data
  const level = said?.levels?.find(([item]) => item === change?.item)?.[1].available
  return {
    change: change?.delta ?? null,
    quantityAfter: said?.available?.[change?.item ?? ''] ?? level ?? null,
    adjustmentGroup: said?.group ?? null,
    confirmedBy: said?.by ?? null,
    reason: said?.why ?? null,
  }
}

const isoOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
const unitsOf = (thousandths: number) => thousandths / 1000

function movementOf({ quantity, write, ...movement }: TracedMovement) {
  const { sku } = movement
  return {
    ...movement,
    quantity: unitsOf(quantity),
    write:
      write === null
        ? null
        : {
            id: write.id,
            state: write.state,
            endedAt: isoOf(write.endedAt),
            problem: write.problem,
            shopify: shopifyOf(write, sku),
          },
  }
}

/** A receipt as `trace --json` prints it; docs/commands.md describes it: units of goods, amounts as decimals, ISO times. */
export function traceReport({ lines, movements, events, soldAt, zone, ...one }: Traced) {
  const currency = Currency.parse(one.currency)
  const moneyOf = (amount: number) => decimalFromMinor(amount, currency)
  const instant = momentOf({ wall: soldAt, zone })
  return {
    ...one,
    soldAt: { wall: soldAt, zone, utc: isoOf(instant) },
    net: moneyOf(one.net),
    tax: moneyOf(one.tax),
    tendered: moneyOf(one.tendered),
    lines: lines.map(line => ({ ...line, quantity: unitsOf(line.quantity), net: moneyOf(line.net) })),
    movements: movements.map(movementOf),
    events: events.map(({ at, ...event }) => ({ ...event, receivedAt: isoOf(at) })),
  }
}
export type TraceReport = ReturnType<typeof traceReport>

/** The same for people. */
export function traceText(one: TraceReport): string {
  const { receiptNumber, till, source, soldAt, state, revision, currency } = one
  const utc = soldAt.utc === null ? '' : `, ${soldAt.utc}`
  return [
    `Receipt ${receiptNumber} of ${till} (${source}), ${soldAt.wall.replace('T', ' ')} (${soldAt.zone}${utc}): ${state}, revision ${revision}`,
    `  net ${one.net} ${currency}, tax ${one.tax} ${currency}, tendered ${one.tendered} ${currency}`,
    ...(one.order === null ? [] : [`  rings up order ${one.order}`]),
    ...one.lines.map(
      l =>
        `  line ${l.line}: ${l.quantity} × ${l.sku ?? 'no item'} from ${l.warehouse}, net ${l.net} ${currency}`,
    ),
    ...one.movements.flatMap(movementText),
    ...one.events.map(e => `  event ${e.place}: ${e.kind}, ${e.state}, received ${e.receivedAt}`),
    ...one.archived.map(e => `  event ${e.place}: in the archive ${e.file}; add --archive ${e.file}`),
    ...one.unreadable.map(e => `  event ${e.place}: ${e.problem}`),
  ].join('\n')
}

function movementText(m: TraceReport['movements'][number]): string[] {
  const moved = `  movement ${m.kind}, line ${m.line}, revision ${m.revision}: ${m.quantity} × ${m.sku}`
  if (m.isHistory) return [`${moved}, from before the store went live: not posted, Shopify's stock counts it`]
  if (m.write === null) return [`${moved}, not in a write to Shopify yet`]
  const { id, state, problem, shopify } = m.write
  const said = problem ?? shopifyText(m.sku, shopify)
  return [`${moved}, in write ${id} to Shopify (${state})`, `    ${said}`]
}

type Shopify = ReturnType<typeof shopifyOf>

function shopifyText(sku: string, { change, quantityAfter, adjustmentGroup, confirmedBy, reason }: Shopify) {
  if (confirmedBy === null) return `${sku}: no answer yet`
  const parts = [
    ...(change === null ? [] : [`change ${change > 0 ? '+' : ''}${change}`]),
    ...(quantityAfter === null ? [] : [`quantity after ${quantityAfter}`]),
    ...(adjustmentGroup === null ? [] : [`adjustment group ${adjustmentGroup}`]),
    ...(reason === null ? [] : [reason]),
  ]
  return `${sku}: ${parts.length === 0 ? `confirmed by ${confirmedBy}` : parts.join(', ')}`
}
