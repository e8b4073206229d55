import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import { isFigure, type JsonField, type JsonShape, pointersOf } from './json-fields.ts'

/** Payments of a sale that has no list of them. */
export interface PaymentsOfSale {
  readonly fields: {
    readonly payments?: { readonly field: string; readonly kind: NonNullable<Kind> }[]
    readonly paidBy?: string
  }
  /** The field with the name of the payment; undefined: none has it. */
  readonly named: JsonField | undefined
}
type Kind = Exclude<ReturnType<typeof tenderMeant>, 'rounding'>

/** What is beside a payment and was not paid: `cash_rounding`, `card_fee`, `cash_change`. */
const NOT_PAID = /fee|tip|change|round|number|last|count|id$/i
/** What the customer gave, which is more than was paid where there is change. */
const GIVEN = /tendered|received|given/i

/** `"payments": { "cash": 20, "card": 5.5 }`, or `"paymentMethod": "cash"`. */
export function paymentsOfSale(shape: JsonShape): PaymentsOfSale {
  const payments = shape.fields.flatMap(({ pointer, values }) => {
    const name = pointer.split('/').at(-1) ?? ''
    const kind = NOT_PAID.test(name) ? null : tenderMeant(name.replace(/[_-]/g, ' '), {})
    const isPaid = kind !== null && kind !== 'rounding' && values.every(isFigure)
    return isPaid ? [{ field: pointer, kind }] : []
  })
  const kept = payments.filter(({ field }) => !GIVEN.test(field.split('/').at(-1) ?? ''))
  const isKept = ({ kind }: { readonly kind: Kind }) => kept.some(each => each.kind === kind)
  // cash that was given is what was paid only less its change
  const given = payments.filter(each => !kept.includes(each) && !isKept(each) && each.kind === 'cash')
  const paid = [...kept, ...given]
  if (paid.length > 0) return { fields: { payments: paid }, named: undefined }
  const isText = ({ values }: JsonField) => values.every(value => typeof value === 'string')
  const named = pointersOf(shape, 'tender').find(isText)
  return { fields: named === undefined ? {} : { paidBy: named.pointer }, named }
}
