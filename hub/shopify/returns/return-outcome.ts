import { z } from 'zod'
import type { ReturnMoney } from '../../../shared/returns.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { RETURN_OUTCOME } from '../api/documents.ts'
import type { OwnReturn } from './own-return.ts'
import { InShopMoney, ShopAmount, shopMoneyOf } from './shop-money.ts'

const Answer = z.object({
  return: z
    .object({
      suggestedFinancialOutcome: z
        .object({
          financialTransfer: z
            .object({
              amount: InShopMoney.optional(),
              suggestedTransactions: z
                .array(
                  z.object({
                    amountSet: z.object({ presentmentMoney: ShopAmount }),
                    parentTransaction: z.object({ id: z.string() }).nullable(),
                  }),
                )
                .optional(),
            })
            .nullable(),
        })
        .nullable(),
    })
    .nullable(),
})
const returnOutcome: Operation<z.infer<typeof Answer>> = {
  name: 'ReturnOutcome',
  capability: 'till-returns',
  document: RETURN_OUTCOME,
  answer: Answer,
  points: { fixed: 20, perRow: 0 },
}

/** What the customer is due for the goods that are taken in, and the payments that it goes back to. */
export interface DueMoney {
  /** Null: nothing, as when the order was not paid for. */
  readonly due: ReturnMoney | null
  readonly orderTransactions: readonly object[]
}

/** Asks Shopify what it would pay back for what is still open of a return. Throws as `ShopifyClient.read` does. */
export async function readDueMoney(client: ShopifyClient, { id, open }: OwnReturn): Promise<DueMoney> {
  const lines = open.map(line => ({ id: line.id, quantity: line.units }))
  const { return: found } = await client.read(returnOutcome, { id, lines }, 'pickup')
  const transfer = found?.suggestedFinancialOutcome?.financialTransfer ?? null
  const amount = transfer?.amount === undefined ? null : shopMoneyOf(transfer.amount.shopMoney, 'amount')
  if (amount === null || amount.minor <= 0) return { due: null, orderTransactions: [] }
  const orderTransactions = (transfer?.suggestedTransactions ?? []).flatMap(
    ({ amountSet, parentTransaction }) => {
      const { amount: text, currencyCode } = amountSet.presentmentMoney
      if (parentTransaction === null || Number(text) <= 0) return []
      return [{ parentId: parentTransaction.id, transactionAmount: { amount: text, currencyCode } }]
    },
  )
  return { due: amount, orderTransactions }
}
