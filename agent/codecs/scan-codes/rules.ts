import { z } from 'zod'
import { Currency } from '../../../shared/money.ts'
import { settingValues } from '../../../shared/remote-settings.ts'
import { InStoreRule, priceFits } from './in-store.ts'
import { OrderRule, usualOrderRules } from './order-codes.ts'

/** The shop's own rules for scans; all are optional. */
export const ScanRules = z
  .strictObject({
    /** What the scanner sends for FNC1 instead of GS (0x1D): `["<GS>", "|"]`. */
    fnc1: settingValues.fnc1.default([]),
    /** Of prices within in-store codes. */
    currency: Currency.prefault('EUR'),
    inStore: z.array(InStoreRule).max(100).default([]),
    orders: z
      .array(OrderRule)
      .max(50)
      .default([...usualOrderRules]),
  })
  .superRefine(({ inStore, currency }, context) => {
    for (const [i, rule] of inStore.entries())
      if (!priceFits(rule, currency))
        context.addIssue({
          code: 'custom',
          path: ['inStore', i, 'priceDecimals'],
          message: `${currency} has fewer decimals`,
        })
  })
export type ScanRules = z.infer<typeof ScanRules>
