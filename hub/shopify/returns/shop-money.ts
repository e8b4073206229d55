import { z } from 'zod'
import { Currency, minorFromDecimal } from '../../../shared/money.ts'
import type { ReturnMoney } from '../../../shared/returns.ts'

/** An amount as Shopify writes it. */
export const ShopAmount = z.object({
  amount: z.string().regex(/^-?\d{1,12}(\.\d+)?$/),
  currencyCode: Currency,
})
export type ShopAmount = z.infer<typeof ShopAmount>

/** An amount in the shop's own currency. */
export const InShopMoney = z.object({ shopMoney: ShopAmount })

/** The same in minor units. @throws MONEY_UNREADABLE naming the field */
export function shopMoneyOf(amount: ShopAmount, field: string): ReturnMoney {
  const { currencyCode: currency } = amount
  return { minor: minorFromDecimal(amount.amount, currency, field), currency }
}
