import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { EditLine, Order, OrderEdit } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { routedOrder } from './route.ts'
import { variantLine } from './storefront-order.ts'
import { openUnits } from './units.ts'

/** A line of an edit, with the edit it is of. */
export interface EditLineOf {
  readonly edit: OrderEdit
  readonly line: EditLine
}

export interface EditPayload {
  readonly calculatedOrder: string | null
  readonly orderEditSession: string | null
  readonly calculatedLineItem?: EditLineOf | null
  readonly userErrors: readonly PlainUserError[]
}

/** `orderEditBegin`: a draft of changes. Nothing of the order changes before the commit. */
export function beginEdit(shop: Shop, id: string): EditPayload {
  const found = shop.store.get('order', idOf(id, 'Order') ?? -1)
  if (found === undefined) return refusal(['id'], 'The order does not exist.')
  if (found.cancelledAt !== null)
    return refusal(['id'], 'The order cannot be edited because it is cancelled.')
  const order = routedOrder(shop, found)
  const edit = shop.store.put('edit', {
    id: shop.store.nextId(),
    orderId: order.id,
    lines: order.lines.map(({ id: lineId, currentQuantity }) => ({
      id: lineId,
      added: false,
      before: currentQuantity,
      quantity: currentQuantity,
      restock: false,
      locationId: null,
      draft: null,
    })),
    committedAt: null,
    staffNote: null,
    notifyCustomer: false,
    additions: [],
    removals: [],
    createdAt: shop.clock.stamp(),
  })
  return payload(edit)
}

export interface SetQuantityArguments {
  readonly id: string
  readonly lineItemId: string
  readonly quantity: number
  readonly restock?: boolean | null
  readonly locationId?: string | null
}

/** `orderEditSetQuantity`: more, fewer or none of a line. What was handed over stays. */
export function setEditQuantity(shop: Shop, args: SetQuantityArguments): EditPayload {
  const edit = openEdit(shop, args.id)
  if (edit === undefined) return refusal(['id'], 'The calculated order does not exist.')
  const line = edit.lines.find(one => one.id === idOf(args.lineItemId, 'CalculatedLineItem'))
  if (line === undefined) return refusal(['lineItemId'], 'The line item does not exist.')
  const order = shop.store.need('order', edit.orderId)
  if (args.quantity < uneditableUnits(shop, order, line.id))
    return refusal(['quantity'], 'The quantity cannot be less than the quantity that is already fulfilled.')
  const locationId = placeOf(shop, args.locationId)
  if (locationId === undefined) return refusal(['locationId'], 'The location does not exist.')
  const changed = { ...line, quantity: args.quantity, restock: args.restock ?? false, locationId }
  return changeLine(shop, edit, changed)
}

export interface AddVariantArguments {
  readonly id: string
  readonly variantId: string
  readonly quantity: number
  readonly locationId?: string | null
  readonly allowDuplicates?: boolean | null
}

/** `orderEditAddVariant`. */
export function addVariantToEdit(shop: Shop, args: AddVariantArguments): EditPayload {
  const edit = openEdit(shop, args.id)
  if (edit === undefined) return refusal(['id'], 'The calculated order does not exist.')
  const variant = shop.store.get('variant', idOf(args.variantId, 'ProductVariant') ?? -1)
  if (variant === undefined) return refusal(['variantId'], 'The variant does not exist.')
  if (args.quantity < 1) return refusal(['quantity'], 'The quantity must be greater than 0.')
  const order = shop.store.need('order', edit.orderId)
  const held = edit.lines.some(
    one =>
      one.quantity > 0 &&
      (one.draft ?? order.lines.find(line => line.id === one.id))?.variantId === variant.id,
  )
  if (held && args.allowDuplicates !== true)
    return refusal(['variantId'], 'The variant is already on the order.')
  const locationId = placeOf(shop, args.locationId)
  if (locationId === undefined) return refusal(['locationId'], 'The location does not exist.')
  const { quantity, ...draft } = variantLine(shop, variant.id, args.quantity)
  return addLine(shop, edit, { quantity, locationId, draft: { ...draft, discountMinor: 0 } })
}

export interface AddCustomItemArguments {
  readonly id: string
  readonly title: string
  readonly quantity: number
  readonly price: { readonly amount: string }
  readonly locationId?: string | null
  readonly taxable?: boolean | null
}

/** Per cent on custom items that are taxable. */
const customTaxRate = 19

/** `orderEditAddCustomItem`: free text and a price; it moves no stock. */
export function addCustomItemToEdit(shop: Shop, args: AddCustomItemArguments): EditPayload {
  const edit = openEdit(shop, args.id)
  if (edit === undefined) return refusal(['id'], 'The calculated order does not exist.')
  if (args.title.trim() === '') return refusal(['title'], "Title can't be blank.")
  if (args.quantity < 1) return refusal(['quantity'], 'The quantity must be greater than 0.')
  const priceMinor = Math.round(Number(args.price.amount) * 100)
  if (!(priceMinor >= 0)) return refusal(['price'], 'The price must not be negative.')
  const locationId = placeOf(shop, args.locationId)
  if (locationId === undefined) return refusal(['locationId'], 'The location does not exist.')
  return addLine(shop, edit, {
    quantity: args.quantity,
    locationId,
    draft: {
      variantId: null,
      itemId: null,
      sku: null,
      title: args.title,
      variantTitle: null,
      priceMinor,
      taxRate: args.taxable === true ? customTaxRate : 0,
      kind: 'custom',
      discountMinor: 0,
    },
  })
}

function addLine(
  shop: Shop,
  edit: OrderEdit,
  wanted: Pick<EditLine, 'quantity' | 'locationId' | 'draft'>,
): EditPayload {
  const line: EditLine = { ...wanted, id: shop.store.nextId(), added: true, before: 0, restock: false }
  return changeLine(shop, { ...edit, lines: [...edit.lines, line] }, line)
}

function changeLine(shop: Shop, edit: OrderEdit, line: EditLine): EditPayload {
  const lines = edit.lines.map(one => (one.id === line.id ? line : one))
  const kept = shop.store.put('edit', { ...edit, lines })
  return { ...payload(kept), calculatedLineItem: { edit: kept, line } }
}

/** Units of a line that an edit cannot take away: the customer has them. */
export function uneditableUnits(shop: Shop, order: Order, lineId: number): number {
  const line = order.lines.find(one => one.id === lineId)
  if (line === undefined || line.kind === 'tip') return 0
  return line.currentQuantity - openUnits(shop, order, lineId)
}

/** An edit that was not committed; Shopify takes the id of the calculated order or of the session. */
export function openEdit(shop: Shop, id: string): OrderEdit | undefined {
  const number = idOf(id, 'CalculatedOrder') ?? idOf(id, 'OrderEditSession')
  const edit = shop.store.get('edit', number ?? -1)
  return edit?.committedAt === null ? edit : undefined
}

/** null without a wish; undefined when there is no such place. */
function placeOf(shop: Shop, id: string | null | undefined): number | null | undefined {
  if (id == null) return null
  const location = shop.store.get('location', idOf(id, 'Location') ?? -1)
  return location?.isActive === true ? location.id : undefined
}

function payload(edit: OrderEdit): EditPayload {
  return {
    calculatedOrder: gid('CalculatedOrder', edit.id),
    orderEditSession: gid('OrderEditSession', edit.id),
    userErrors: [],
  }
}

function refusal(field: readonly string[], message: string): EditPayload {
  return {
    calculatedOrder: null,
    orderEditSession: null,
    calculatedLineItem: null,
    userErrors: [{ field, message }],
  }
}
