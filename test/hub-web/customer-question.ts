import { transaction } from '../../hub/db/db.ts'
import { addQuestion, LINK_MS, type PreparedQuestion } from '../../hub/pickups/customer-choice/questions.ts'
import type { openHub } from './open-hub.ts'

type Hub = Awaited<ReturnType<typeof openHub>>

/** Asks a customer of the store HAR. @returns the question's id and link */
export async function askOne(hub: Hub, said: Partial<PreparedQuestion> = {}) {
  const now = hub.world.clock.now()
  const until = now + LINK_MS
  const made = await hub.links.make(until)
  if (made === null) throw new Error('this hub makes links')
  const prepared: PreparedQuestion = {
    ...made,
    until,
    locale: 'en',
    part: 'gid://shopify/FulfillmentOrder/2',
    items: [
      {
        orderLine: 'gid://shopify/LineItem/1',
        sku: 'MUG-BLU',
        title: 'Stoneware mug',
        variantTitle: 'Blue',
        units: 2,
      },
    ],
    offered: [],
    ...said,
  }
  const of = { order_id: 'gid://shopify/Order/1', order_name: '#1042', store: 'HAR', pickup: null }
  await transaction(hub.db, tx => addQuestion(tx, of, prepared, now))
  return made
}

/** What was noted of a question. */
export const noted = (hub: Hub, id: string) =>
  hub.db
    .selectFrom('customer_question')
    .select(['state', 'choice', 'location'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
