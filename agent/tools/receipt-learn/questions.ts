/** Something that the receipts leave open, for a person to answer. One is asked at a time. */
export interface Question {
  /** What an answer names: `currency`, `line:Klubkort {amount}`. */
  readonly id: string
  readonly asks: string
  /** A line of a receipt that it is about, card numbers masked; null: it is about all. */
  readonly line: string | null
  /** Places of the receipts in the list, the first being 1. */
  readonly receipts: readonly number[]
  readonly options: readonly { readonly value: string; readonly means: string }[]
}

/** Answers by the id of their question. */
export type Answers = ReadonlyMap<string, string>

export const lineOptions = [
  { value: 'ignore', means: 'it says nothing about quantity or money' },
  { value: 'cash', means: 'a payment in cash' },
  { value: 'card', means: 'a payment by card' },
  { value: 'voucher', means: 'a payment by voucher or gift card' },
  { value: 'account', means: 'a payment on account' },
  { value: 'other', means: 'another way of payment' },
  { value: 'change', means: 'change given back' },
  { value: 'tip', means: 'a tip, a surcharge, a fee or a deposit: money that moves no stock' },
  { value: 'rounding', means: 'rounding' },
  { value: 'discount', means: 'a discount' },
] as const
