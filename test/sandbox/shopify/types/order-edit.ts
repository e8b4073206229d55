import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { moneyBag } from '../graphql/money.ts'
import { received, refunded } from '../orders/balance.ts'
import { type EditLineOf, uneditableUnits } from '../orders/edit.ts'
import { currentTotals, lineAmount } from '../orders/totals.ts'
import type { Shop } from '../shop.ts'
import type { EditLine, OrderEdit, OrderLine } from '../state/entities.ts'

const linesOf = (edit: OrderEdit, shown: (line: EditLine) => boolean): readonly EditLineOf[] =>
  edit.lines.filter(shown).map(line => ({ edit, line }))

const paged = (lines: readonly EditLineOf[], args: PageArguments) =>
  connection(lines, args, ({ line }) => ({ value: line.id, id: line.id }))

export const calculatedOrderFields: Fields<OrderEdit> = {
  id: edit => gid('CalculatedOrder', edit.id),
  originalOrder: (edit, _, { shop }) => shop.store.need('order', edit.orderId),
  committed: edit => edit.committedAt !== null,
  lineItems: (edit, args: PageArguments) =>
    paged(
      linesOf(edit, () => true),
      args,
    ),
  addedLineItems: (edit, args: PageArguments) =>
    paged(
      linesOf(edit, line => line.added),
      args,
    ),
  shippingLines: () => [],
  notificationPreviewTitle: () => 'Your order has been updated',
  notificationPreviewHtml: () => null,
  subtotalLineItemsQuantity: edit => edit.lines.reduce((sum, line) => sum + line.quantity, 0),
  subtotalPriceSet: (edit, _, { shop }) => moneyBag(totals(shop, edit).subtotal, shop.profile.currency),
  totalPriceSet: (edit, _, { shop }) => moneyBag(totals(shop, edit).total, shop.profile.currency),
  totalOutstandingSet: (edit, _, { shop }) => {
    const order = shop.store.need('order', edit.orderId)
    const owed = totals(shop, edit).total - received(order) + refunded(order)
    return moneyBag(owed, shop.profile.currency)
  },
}

/** What the order would come to. */
function totals(shop: Shop, edit: OrderEdit) {
  const order = shop.store.need('order', edit.orderId)
  const lines = edit.lines.map(line => ({ ...ordered(shop, { edit, line }), currentQuantity: line.quantity }))
  return currentTotals({ ...order, lines })
}

/** The line of the order, or what the added one would be. */
function ordered(shop: Shop, { edit, line }: EditLineOf): OrderLine {
  const held = shop.store.need('order', edit.orderId).lines.find(one => one.id === line.id)
  if (held !== undefined) return held
  if (line.draft === null) throw new Error(`Edit ${edit.id} has a line its order does not`)
  const { id, quantity } = line
  const rest = { currentQuantity: quantity, orderedQuantity: 0, returned: 0, group: 0, claimed: false }
  return { ...line.draft, ...rest, id, quantity }
}

const kept = (shop: Shop, { edit, line }: EditLineOf): number =>
  line.added ? 0 : uneditableUnits(shop, shop.store.need('order', edit.orderId), line.id)

export const calculatedLineFields: Fields<EditLineOf> = {
  id: ({ line }) => gid('CalculatedLineItem', line.id),
  quantity: ({ line }) => line.quantity,
  editableQuantity: (one, _, { shop }) => one.line.quantity - kept(shop, one),
  editableQuantityBeforeChanges: (one, _, { shop }) => one.line.before - kept(shop, one),
  title: (one, _, { shop }) => ordered(shop, one).title,
  variantTitle: (one, _, { shop }) => ordered(shop, one).variantTitle,
  sku: (one, _, { shop }) => ordered(shop, one).sku,
  image: () => null,
  customAttributes: () => [],
  hasStagedLineItemDiscount: () => false,
  restockable: (one, _, { shop }) => ordered(shop, one).itemId !== null,
  restocking: ({ line }) => line.restock,
  variant: (one, _, { shop }) => {
    const { variantId } = ordered(shop, one)
    return variantId === null ? null : shop.store.need('variant', variantId)
  },
  originalUnitPriceSet: (one, _, { shop }) => moneyBag(ordered(shop, one).priceMinor, shop.profile.currency),
  discountedUnitPriceSet: (one, _, { shop }) => {
    const { quantity } = one.line
    const amount =
      quantity === 0 ? ordered(shop, one).priceMinor : lineAmount(ordered(shop, one), quantity) / quantity
    return moneyBag(Math.round(amount), shop.profile.currency)
  },
  editableSubtotalSet: (one, _, { shop }) => {
    const line = ordered(shop, one)
    const amount = lineAmount(line, one.line.quantity) - lineAmount(line, kept(shop, one))
    return moneyBag(amount, shop.profile.currency)
  },
  uneditableSubtotalSet: (one, _, { shop }) =>
    moneyBag(lineAmount(ordered(shop, one), kept(shop, one)), shop.profile.currency),
}

export const editSessionFields: Fields<OrderEdit> = {
  id: edit => gid('OrderEditSession', edit.id),
}
