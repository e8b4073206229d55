import { z } from 'zod'
import { isDue } from '../../../shared/back-off.ts'
import { contractOf } from '../../contract/contract.ts'
import type { Db } from '../../db/db.ts'
import type { Write } from '../../outbox/writes.ts'
import type { PickupOutcome, RefundHindrance } from '../../pickups/close-write.ts'
import { fulfillmentOrderStatuses, fulfillmentStatuses } from '../../pickups/order-snapshot.ts'
import { readPickup } from '../../pickups/pickup-row.ts'
import { type Mutation, type ShopifyClient, UserErrors } from '../api/client.ts'
import { CANCEL_ORDER, ORDER_STANDING } from '../api/documents.ts'
import { close, conclude, mark, type PickupWriteWork, problemOf, putOff } from './write-steps.ts'

const RefundRequest = z.object({ order: z.string() })

/** The order that a write has paid back. */
export const refundedOrder = ({ request_json }: Write): string =>
  RefundRequest.parse(JSON.parse(request_json)).order

const Standing = z.object({
  order: z
    .object({
      cancelledAt: z.string().nullable(),
      fulfillments: z.array(z.object({ status: z.enum(fulfillmentStatuses) })),
      fulfillmentOrders: z.object({
        nodes: z.array(z.object({ id: z.string(), status: z.enum(fulfillmentOrderStatuses) })),
      }),
    })
    .nullable(),
})
type Standing = NonNullable<z.infer<typeof Standing>['order']>

const Cancelled = z.object({ orderCancel: z.object({ orderCancelUserErrors: UserErrors }) })
const cancelOrder: Mutation<z.infer<typeof Cancelled>> = {
  name: 'CancelOrder',
  capability: 'refunds',
  document: CANCEL_ORDER,
  answer: Cancelled,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.orderCancel.orderCancelUserErrors,
}

/** So long after a send Shopify may still be at work on it. */
const AT_WORK_MS = 60_000
/** After so long head office is asked to do it. */
const LONGEST_MS = 24 * 3_600_000

/**
 * Has Shopify cancel an order that its customer did not collect, and pay it back to the original payment. A cancelled order can't be
 * cancelled again, so it is paid back once whatever is lost or repeated; it ends here once Shopify shows it as cancelled. An order of
 * which another part is open, or was handed over, is left to head office. Throws as `ShopifyClient.read` does; the write then stays as
 * it is.
 */
export async function sendRefund(work: PickupWriteWork, write: Write): Promise<void> {
  const { client, db, world } = work
  const { order } = RefundRequest.parse(JSON.parse(write.request_json))
  const pickup = await readPickup(db, write.subject)
  if (pickup?.body.state !== 'expired')
    return close(work, write, {
      kind: 'overtaken',
      problem: 'The pickup went on before Shopify heard of it.',
    })
  const standing = await readStanding(client, order)
  if (standing?.cancelledAt != null) return close(work, write, done({ by: 'read-back', standing }))
  const now = world.clock.now()
  if (isDue(write.planned_at + LONGEST_MS, now, LONGEST_MS))
    return leaveToOffice(work, write, 'Shopify has not done it for a day.')
  if (standing === null || isAtWork(write, now))
    return putOff(work, write, 'Shopify does not show it as cancelled yet.')
  if (!(await isAgreed(db, pickup.row.store))) return leaveToOffice(work, write, 'It is not agreed any more.')
  const hindrance = await hindranceOf(db, standing)
  if (hindrance !== null) return leaveToOffice(work, write, hindrance)
  const resent = write.first_sent_at !== null
  const sent = await mark(work, write)
  if (sent === null) return
  const note = `Not collected at ${pickup.row.store}. Cancelled by Tillbridge, as agreed for this store.`
  const result = await client.write(cancelOrder, { id: order, note }, 'pickup')
  switch (result.kind) {
    case 'answered':
      return putOff(work, sent, 'Shopify is cancelling it.')
    case 'user-errors':
      return refused(work, sent, order, problemOf(result.errors))
    case 'invalid':
    case 'denied':
      return refused(work, sent, order, result.problem)
    default:
      return conclude(work, sent, result, { resent, outcome: answer => done({ by: 'answer', answer }) })
  }
}

const done = (proof: object): PickupOutcome => ({
  kind: 'confirmed',
  proof,
  fulfillments: [],
  lost: [],
  told: [],
})

const leaveToOffice = (work: PickupWriteWork, write: Write, problem: RefundHindrance) =>
  close(work, write, { kind: 'refused', problem, retryAt: null })

/** Someone may have cancelled it just before. */
async function refused(work: PickupWriteWork, write: Write, order: string, problem: string): Promise<void> {
  const standing = await readStanding(work.client, order)
  if (standing?.cancelledAt != null) return close(work, write, done({ by: 'read-back', why: problem }))
  return close(work, write, { kind: 'refused', problem, retryAt: null })
}

function isAtWork({ last_sent_at: sentAt }: Write, now: number): boolean {
  return sentAt !== null && !isDue(sentAt + AT_WORK_MS, now, AT_WORK_MS)
}

const isAgreed = async (db: Db, store: string) =>
  (await contractOf(db, store))?.terms.notCollected === 'refund'

async function readStanding(client: ShopifyClient, id: string): Promise<Standing | null> {
  const operation = {
    name: 'OrderStanding',
    capability: 'orders',
    document: ORDER_STANDING,
    answer: Standing,
    points: { fixed: 10, perRow: 0 },
  } as const
  return (await client.read(operation, { id }, 'pickup')).order
}

/** The order is cancelled as a whole: each open part of it must have expired under the same rule, and none was handed over. */
async function hindranceOf(
  db: Db,
  { fulfillments, fulfillmentOrders }: Standing,
): Promise<RefundHindrance | null> {
  if (fulfillments.some(({ status }) => status === 'SUCCESS')) return 'A part of the order was handed over.'
  for (const { id, status } of fulfillmentOrders.nodes) {
    if (status === 'CLOSED' || status === 'CANCELLED') continue
    const part = await readPickup(db, id)
    const isMeant = part?.body.state === 'expired' && (await isAgreed(db, part.row.store))
    if (!isMeant) return 'Other parts of the order are open.'
  }
  return null
}
