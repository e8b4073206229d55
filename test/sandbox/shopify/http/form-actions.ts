import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import { control } from './control-api.ts'
import { HttpProblem } from './messages.ts'
import type { Form } from './storefront.ts'
import type { Notice } from './words.ts'

/** What a customer may do to an order; the rest is for staff. */
export const customerActions: ReadonlySet<string> = new Set(['pay', 'cancel', 'ask-return'])

const doneWords: Readonly<Record<string, string>> = {
  pay: 'Paid.',
  edit: 'The order was changed.',
  refund: 'Refunded.',
  cancel: 'Cancelled.',
  ready: 'The customer was told that it is ready.',
  fulfil: 'The goods left.',
  'cancel-fulfilment': 'Taken back: the goods are promised again.',
  hold: 'Held.',
  release: 'Released.',
  move: 'Moved.',
  open: 'Open now.',
  'ask-return': 'The shop was asked.',
  'open-return': 'The return is open.',
  'approve-return': 'Approved.',
  'decline-return': 'Declined.',
  'take-return': 'Taken in.',
  'cancel-return': 'The return was cancelled.',
  'close-return': 'The return is closed.',
  count: 'The count was saved.',
  adjust: 'Adjusted.',
  product: 'The product was changed.',
  location: 'The location was changed.',
}

/** What a page says after its form was carried out; only words of this list are ever shown. */
export function doneNotice(key: string | null): Notice | undefined {
  const text = key === null || !Object.hasOwn(doneWords, key) ? undefined : doneWords[key]
  return text === undefined ? undefined : { kind: 'done', text }
}

/** A form was carried out (and which words say so), or the shop said no. */
export type Outcome = { readonly done: string } | { readonly problem: string }

const needLines = new Set(['ask-return', 'open-return'])

/** Does what a form about an order asks for, by the same door as the control API. */
export function actByForm(shop: Shop, order: Order, form: Form): Outcome {
  const name = encodeURIComponent(order.name)
  const action = form.get('do') ?? ''
  if (needLines.has(action) && linesOf(form).length === 0) return { problem: 'Please say how many.' }
  return attempt(action, () => control(shop, 'POST', `/sandbox/orders/${name}/actions`, actionOf(form)))
}

/** Counts or adjusts an item's stock. */
export function stockByForm(shop: Shop, form: Form): Outcome {
  const counts = form.get('do') === 'count'
  const units = Number(form.get('units'))
  const place = { by: 'staff', item: Number(form.get('item')), location: form.get('location') ?? '' }
  if (!Number.isInteger(units)) return { problem: 'Please write a whole number.' }
  return attempt(counts ? 'count' : 'adjust', () =>
    counts
      ? control(shop, 'POST', '/sandbox/stock/count', { ...place, counted: units })
      : control(shop, 'POST', '/sandbox/stock/adjust', { ...place, delta: units }),
  )
}

/** Archives a product, makes it a draft, or sells it again. */
export function productByForm(shop: Shop, form: Form): Outcome {
  const handle = encodeURIComponent(form.get('handle') ?? '')
  return attempt('product', () =>
    control(shop, 'POST', `/sandbox/products/${handle}/update`, { status: form.get('do') }),
  )
}

/** Activates or deactivates a location. */
export function locationByForm(shop: Shop, form: Form): Outcome {
  const code = encodeURIComponent(form.get('code') ?? '')
  const action = form.get('do') === 'activate' ? 'activate' : 'deactivate'
  const destination = form.get('destination') || undefined
  return attempt('location', () =>
    control(
      shop,
      'POST',
      `/sandbox/locations/${code}/${action}`,
      action === 'activate' ? {} : { destination },
    ),
  )
}

function attempt(done: string, work: () => unknown): Outcome {
  try {
    work()
    return { done }
  } catch (error) {
    if (error instanceof HttpProblem) return { problem: error.message }
    throw error
  }
}

/** The action a form describes; what it leaves out takes the action's own default. */
function actionOf(form: Form): Readonly<Record<string, unknown>> {
  const action = form.get('do') ?? ''
  const lines = linesOf(form)
  const number = (field: string): Record<string, number> =>
    form.has(field) ? { [field]: Number(form.get(field)) } : {}
  const at = form.get('at') ? { at: Number(form.get('at')) } : {}
  const ticked = (field: string): boolean => form.get(field) === 'yes'
  switch (action) {
    case 'edit':
      return { do: action, set: quantities(form), add: addOf(form), restock: ticked('restock') }
    case 'refund': {
      const money = ticked('money') ? {} : { minor: 0 }
      return {
        do: action,
        lines,
        restock: form.get('restock'),
        shipping: ticked('shipping'),
        ...at,
        ...money,
      }
    }
    case 'cancel':
      // The customer's form has no boxes: goods and money go back.
      return form.has('staff')
        ? { do: action, restock: ticked('restock'), refund: ticked('refund') }
        : { do: action }
    case 'hold':
      return { do: action, ...number('fulfilmentOrder'), reason: form.get('reason'), notes: '' }
    case 'move':
      return { do: action, ...number('fulfilmentOrder'), to: Number(form.get('to')) }
    case 'ask-return':
      return { do: action, lines, note: (form.get('note') ?? '').slice(0, 200) }
    case 'open-return':
      return { do: action, lines }
    case 'take-return':
      return {
        do: action,
        ...number('return'),
        disposition: form.get('disposition'),
        refund: ticked('refund'),
        ...at,
      }
    default:
      return { do: action, ...number('fulfilmentOrder'), ...number('fulfilment'), ...number('return') }
  }
}

function linesOf(form: Form): readonly { readonly line: string; readonly quantity: number }[] {
  return quantities(form).filter(({ quantity }) => quantity !== 0)
}

function quantities(form: Form) {
  return [...form].flatMap(([field, text]) =>
    field.startsWith('q.') && text.trim() !== '' ? [{ line: field.slice(2), quantity: Number(text) }] : [],
  )
}

function addOf(form: Form): readonly object[] {
  const sku = form.get('add') ?? ''
  return sku === '' ? [] : [{ sku, quantity: 1 }]
}
