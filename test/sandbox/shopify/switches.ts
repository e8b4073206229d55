import { z } from 'zod'
import { orderSwitchDefaults, orderSwitches } from './orders/order-switches.ts'

const Delay = z.int().min(0)

/** Where Shopify's behaviour is a setting, is slow, or is not known. The README's table says what each does. */
export const Switches = z.strictObject({
  /** From orders/create to the fulfilment orders. */
  routingDelayMs: Delay,
  /** From the answered `orderCancel` to its effect. */
  cancelDelayMs: Delay,
  /** Before each of the eight retries. Shopify spreads them over four hours. */
  webhookRetryMs: z.array(Delay).readonly(),
  webhookTimeoutMs: z.int().min(1),
  /** false: the app was not approved for protected customer data. */
  customerData: z.boolean(),
  ...orderSwitches,
})
export type Switches = z.infer<typeof Switches>

const second = 1000
const minute = 60 * second

/** What a shop does unless told otherwise. */
export const switchDefaults: Switches = {
  routingDelayMs: 0,
  cancelDelayMs: 0,
  webhookRetryMs: [
    10 * second,
    30 * second,
    2 * minute,
    6 * minute,
    15 * minute,
    30 * minute,
    66 * minute + 20 * second,
    120 * minute,
  ],
  webhookTimeoutMs: 5 * second,
  customerData: true,
  ...orderSwitchDefaults,
}
