import { z } from 'zod'
import {
  type ShopifyClient,
  shopifyAnswerUnreadable,
  shopifyInvalid,
  shopifyUnreachable,
} from './api/client.ts'
import { SHOP } from './api/documents.ts'

const shop = {
  name: 'Shop',
  document: SHOP,
  answer: z.object({ shop: z.object({ currencyCode: z.string() }) }),
  points: { fixed: 1, perRow: 0 },
}

/**
 * Whether Shopify failed on the one thing that it was asked about: it gave no answer to that, and answers all the same. Then
 * that thing is put off, and the others go on; any other failure is one of them all.
 */
export async function isAboutOneThing(
  client: Pick<ShopifyClient, 'read' | 'isClosed'>,
  failure: unknown,
): Promise<boolean> {
  if (!shopifyUnreachable.is(failure) || client.isClosed()) return false
  try {
    await client.read(shop, {}, 'read')
    return true
  } catch {
    return false // the caller throws the failure that it has
  }
}

/** As `isAboutOneThing`, or what Shopify answered about that thing can't be read, or it refuses the question. */
export async function failsOnThing(
  client: Pick<ShopifyClient, 'read' | 'isClosed'>,
  failure: unknown,
): Promise<boolean> {
  if (shopifyAnswerUnreadable.is(failure) || shopifyInvalid.is(failure)) return !client.isClosed()
  return isAboutOneThing(client, failure)
}
