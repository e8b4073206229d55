import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** More than the largest order that Shopify describes. */
const WEBHOOK_BYTES = 4 * 1024 * 1024

/** Shopify sends webhooks here; its signature over the exact bytes is checked instead of an account. */
export const shopifyWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks/shopify',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.unknown(),
  rawBodyBytes: WEBHOOK_BYTES,
  async handler(context, { request, body }) {
    await context.receiveWebhook(request.headers, Buffer.isBuffer(body) ? body : Buffer.alloc(0))
    return ''
  },
})
