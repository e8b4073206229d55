import { expect, test } from 'vitest'
import type { Db } from '../../hub/db/db.ts'
import type { Lease } from '../../hub/db/lease.ts'
import { noRecord } from '../../hub/generation/generation.ts'
import { startShopify } from '../../hub/shopify/shopify.ts'
import { secret, sell, shopAndHub, shopLevel, token } from './shop-and-hub.ts'

/** The only hub on its database. */
function heldLease(db: Db): Lease {
  return {
    isHeld: () => true,
    holder: () => 'hub',
    fenced: db,
    onGained: () => () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

test('while Shopify’s search of products answers errors, a sale of a new SKU does not keep known items from being posted', async () => {
  await using hub = await shopAndHub()
  const { db, world, signals, links } = hub
  const settings = {
    domain: hub.shop.url,
    access: { token: () => token },
    webhookSecrets: () => [secret],
    retryBaseMs: 5,
    readAttempts: 2, // how often one read is tried says nothing about what waits for it
  }
  await using shopify = await startShopify({
    db,
    world,
    lease: heldLease(db),
    signals,
    sends: noRecord,
    links,
    settings,
  })
  await shopify.syncNow()
  hub.shop.faults.set({ kind: 'http-5xx', status: 500, times: 'always', operation: 'productVariants' })
  await sell(hub, 'HAR', 'NEVER-SEEN', 1)
  await sell(hub, 'HAR', 'MUG-BLU', 2)
  signals.say('stock', 'HAR')
  await expect.poll(() => shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(178)
})
