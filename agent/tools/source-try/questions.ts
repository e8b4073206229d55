import type { Tender } from '../../../shared/events.ts'
import type { RowMeaning, StatusMeaning, TypeMeaning } from './meanings.ts'

/** Something that the file leaves open, for a person to answer. */
export interface FileQuestion {
  /** What an answer names: `date`, `tender:Klubkort`. */
  readonly id: string
  readonly asks: string
  readonly options: readonly Option[]
}

export interface Option<Value extends string = string> {
  readonly value: Value
  readonly means: string
}

/** Answers by the id of their question. */
export type FileAnswers = ReadonlyMap<string, string>

export const typeOptions: readonly Option<TypeMeaning>[] = [
  { value: 'sale', means: 'goods were sold' },
  { value: 'refund', means: 'goods came back' },
  { value: 'void', means: 'it takes the receipt back' },
  { value: 'nothing', means: 'it does not count' },
]

export const statusOptions: readonly Option<StatusMeaning>[] = [
  { value: 'counts', means: 'the receipt counts' },
  { value: 'account', means: 'it counts, and what is unpaid is owed' },
  { value: 'void', means: 'it was taken back' },
  { value: 'nothing', means: 'it does not count, or not yet' },
]

export const rowOptions: readonly Option<RowMeaning>[] = [
  { value: 'receipt', means: 'it has the figures of a whole receipt' },
  { value: 'line', means: 'it is something that was sold' },
  { value: 'payment', means: 'it is a payment' },
  { value: 'nothing', means: 'it says nothing of goods or money' },
]

export const tenderOptions: readonly Option<Tender['kind']>[] = [
  { value: 'cash', means: 'cash' },
  { value: 'card', means: 'a card or a phone' },
  { value: 'voucher', means: 'a voucher or gift card' },
  { value: 'account', means: 'on account' },
  { value: 'bank', means: 'a bank transfer' },
  { value: 'cheque', means: 'a cheque' },
  { value: 'free', means: 'given away' },
  { value: 'other', means: 'another way' },
]

export const yesNo: readonly Option<'yes' | 'no'>[] = [
  { value: 'yes', means: 'yes: what each of its words means is asked next' },
  { value: 'no', means: 'no' },
]
