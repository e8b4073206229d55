import { defineError, describeError, type TillbridgeError } from '../../../shared/errors.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../../shared/returns.ts'
import type { World } from '../../../shared/world.ts'
import { contractOf } from '../../contract/contract.ts'
import type { ReadDb } from '../../db/db.ts'
import { type ShopifyClient, shopifyDenies, shopifyRefuses, shopifyUnreachable } from '../api/client.ts'
import type { AppRights } from '../app-rights.ts'
import { findReturnOrders, readReturnableOrder } from './look-up.ts'

export const returnsNotAgreed = defineError(
  'RETURNS_NOT_AGREED',
  (f: { store: string }) =>
    `Store ${f.store} takes no online orders back. Change it with: tillbridge-hub contract set ${f.store} --returns.`,
)
export const returnsNotAllowed = defineError(
  'RETURNS_NOT_ALLOWED',
  () =>
    'The Tillbridge app may not read or make returns in Shopify. Grant it write_returns and read_orders in the Dev Dashboard.',
)
export const returnsUnreachable = defineError(
  'RETURNS_UNREACHABLE',
  () => 'Shopify does not answer just now. Try again, or take the order down on paper.',
)
export const returnsThrottled = defineError(
  'RETURNS_THROTTLED',
  () => 'Shopify answers no more questions of this shop for a moment. Try again in a minute.',
)
export const returnsRefused = defineError(
  'RETURNS_REFUSED',
  () =>
    'Shopify refuses the Tillbridge app. IT looks on the hub with: tillbridge-hub shop check. Take the order down on paper.',
)
export const returnsNoShop = defineError(
  'RETURNS_NO_SHOP',
  () => 'The hub is connected to no shop, or another hub works with it. IT looks on the hub.',
)
export const returnsFailed = defineError(
  'RETURNS_FAILED',
  () =>
    'The hub could not read this order. Other orders may work. Take the order down on paper; IT finds the reason in the hub’s log.',
)
export const returnOrderUnknown = defineError(
  'RETURN_ORDER_UNKNOWN',
  () => 'Shopify has no such order, or it is older than 60 days and the app may not see it.',
)

/** What staff of a store look up for a return. Nothing of it is kept, and what stops it is in the answer. */
export async function answerReturn(
  parts: {
    readonly db: ReadDb
    readonly client: ShopifyClient
    readonly rights: Pick<AppRights, 'can'>
    readonly world: Pick<World, 'log'>
  },
  store: string,
  question: ReturnQuestion,
): Promise<ReturnAnswer> {
  const { db, client, rights, world } = parts
  try {
    if (((await contractOf(db, store))?.terms.returns ?? 'none') === 'none')
      return problemAnswer(returnsNotAgreed({ store }))
    if (!rights.can('orders', 'till-returns')) return problemAnswer(returnsNotAllowed({}))
    if (question.ask === 'find-orders') {
      const { orders, isMore } = await findReturnOrders(client, question.text)
      return { is: 'orders', orders: [...orders], isMore }
    }
    const order = await readReturnableOrder(client, question.order)
    return order === null ? problemAnswer(returnOrderUnknown({})) : { is: 'order', order }
  } catch (error) {
    const { code, sentence } = describeError(error)
    world.log.warn({ code, store, sentence }, 'what a till looked up for a return could not be answered')
    return problemAnswer(whyUnanswered(error))
  }
}

/** Without a shop there is nothing to return. */
export function noShopForReturns(): ReturnAnswer {
  return problemAnswer(returnsNoShop({}))
}

function whyUnanswered(error: unknown): TillbridgeError {
  if (shopifyDenies.is(error)) return returnsNotAllowed({})
  if (shopifyRefuses.is(error)) return returnsRefused({})
  if (!shopifyUnreachable.is(error)) return returnsFailed({})
  return error.facts['isThrottled'] === true ? returnsThrottled({}) : returnsUnreachable({})
}

function problemAnswer({ code, message }: TillbridgeError): ReturnAnswer {
  return { is: 'problem', code, sentence: message }
}
