import { amountsOn } from './amounts.ts'
import { squeezed } from './blanks.ts'
import type { CompiledTemplate } from './compile.ts'
import type { Matched } from './pattern.ts'
import { printMark } from './print-marks.ts'
import { amountLabel, isDepositName, isDiscountName } from './words.ts'

/**
 * The name and the amount of a line among the items on which a gift card or a voucher is sold, `GIFT CARD 50  £50.00`:
 * money comes in and no goods go out, so it needs no item code. Null: it is another kind of line.
 */
export function soldVoucher(text: string, { values }: CompiledTemplate): Matched | null {
  const [amount, ...more] = amountsOn(text, values.format)
  if (amount === undefined || more.length > 0 || amount.value <= 0) return null
  if (/[\p{L}\p{N}]{3}/u.test(text.slice(amount.end))) return null
  const label = text.slice(0, amount.start)
  if (!isVoucherName(label) || isDiscountName(label)) return null
  return { name: squeezed(label), amount: text.slice(amount.start, amount.end) }
}

/**
 * The name and the amount of a deposit on a bottle, given or taken back, on a line among the items that no pattern reads:
 * money without goods, and no tax. Null: it is another kind of line.
 */
export function depositLine(text: string, { values }: CompiledTemplate): Matched | null {
  const [amount, ...more] = amountsOn(text, values.format)
  if (amount === undefined || more.length > 0 || amount.value === 0) return null
  if (/[\p{L}\p{N}]/u.test(text.slice(amount.end))) return null
  const label = text.slice(0, amount.start)
  if (/\d/.test(label) || !isDepositName(label)) return null
  return { name: squeezed(label), amount: text.slice(amount.start, amount.end) }
}

/** Whether a name is that of a gift card or a voucher, whatever it numbers: `GIFT CARD 50`. */
export function isVoucherName(label: string): boolean {
  const words = label.replace(/[€$£¥]/gu, ' ').replace(/\S*\d\S*/gu, ' ')
  return printMark(words)?.kind === 'voucher' || amountLabel(words) === 'voucher'
}
