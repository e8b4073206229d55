import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Location, MethodType } from '../state/entities.ts'
import { OutOfStock } from './allocate.ts'
import { type DraftLine, type Payment, placeOrder } from './place.ts'
import type { CodedUserError } from './prepare.ts'
import { findLocation, freeLine, spreadDiscount, variantLine } from './storefront-order.ts'

interface MoneyBagInput {
  readonly shopMoney: { readonly amount: string; readonly currencyCode: string }
}

export interface OrderCreateArguments {
  readonly order: {
    readonly name?: string | null
    readonly lineItems?:
      | readonly {
          readonly variantId?: string | null
          readonly sku?: string | null
          readonly title?: string | null
          readonly variantTitle?: string | null
          readonly quantity: number
          readonly priceSet?: MoneyBagInput | null
          readonly giftCard?: boolean | null
        }[]
      | null
    readonly shippingLines?:
      | readonly { readonly title: string; readonly code?: string | null; readonly priceSet: MoneyBagInput }[]
      | null
    readonly customAttributes?: readonly { readonly key: string; readonly value: string }[] | null
    readonly customer?: {
      readonly toUpsert?: {
        readonly firstName?: string | null
        readonly lastName?: string | null
        readonly email?: string | null
        readonly phone?: string | null
      } | null
    } | null
    readonly email?: string | null
    readonly phone?: string | null
    readonly note?: string | null
    readonly tags?: readonly string[] | null
    readonly sourceName?: string | null
    readonly sourceIdentifier?: string | null
    readonly processedAt?: string | null
    readonly financialStatus?: string | null
    readonly transactions?: readonly { readonly amountSet: MoneyBagInput }[] | null
    readonly discountCode?: {
      readonly itemFixedDiscountCode?: {
        readonly code: string
        readonly amountSet?: MoneyBagInput | null
      } | null
    } | null
    readonly test?: boolean | null
  }
  readonly options?: { readonly inventoryBehaviour?: string | null } | null
}

export interface OrderCreatePayload {
  readonly order: string | null
  readonly userErrors: readonly CodedUserError[]
}

/** Names the pickup location in the order's attributes. */
const pickupLocationAttribute = 'pickup_location'

const stockOf: Readonly<Record<string, 'obey' | 'oversell' | 'bypass'>> = {
  BYPASS: 'bypass',
  DECREMENT_IGNORING_POLICY: 'oversell',
  DECREMENT_OBEYING_POLICY: 'obey',
}

/**
 * `orderCreate`. Shopify has no input for a pickup; the sandbox takes a shipping line whose code or title says
 * "pickup" (pick-up, pick up) as one, at the location the attribute `pickup_location` names or, without it,
 * the one whose name appears in the shipping line. Stock is left alone unless `inventoryBehaviour` says otherwise.
 */
export function createOrder(shop: Shop, { order, options }: OrderCreateArguments): OrderCreatePayload {
  const lineItems = order.lineItems ?? []
  if (lineItems.length === 0)
    return refusal('INVALID', ['order', 'lineItems'], 'Line items must have at least one line item')
  const lines: DraftLine[] = []
  for (const [index, wanted] of lineItems.entries()) {
    const field = ['order', 'lineItems', String(index)]
    if (wanted.quantity < 1)
      return refusal('INVALID', [...field, 'quantity'], 'Quantity must be greater than 0')
    if (wanted.variantId == null) {
      if (wanted.title == null) return refusal('INVALID', [...field, 'title'], "Title can't be blank")
      lines.push(withoutVariant(wanted, wanted.title))
      continue
    }
    const variant = shop.store.get('variant', idOf(wanted.variantId, 'ProductVariant') ?? -1)
    if (variant === undefined) return refusal('INVALID', [...field, 'variantId'], 'Variant does not exist')
    const line = variantLine(shop, variant.id, wanted.quantity)
    lines.push(wanted.priceSet == null ? line : { ...line, priceMinor: minor(wanted.priceSet) })
  }
  const { methodType, location } = deliveryOf(shop, order)
  if (location === undefined)
    return refusal('INVALID', ['order', 'customAttributes'], 'No such pickup location')
  const discount = order.discountCode?.itemFixedDiscountCode
  try {
    const placed = placeOrder(shop, {
      name: order.name ?? undefined,
      groups: [{ methodType, locationId: location.id, shipping: shippingOf(order), fulfillAt: null }],
      lines: spreadDiscount(discount?.amountSet == null ? 0 : minor(discount.amountSet), lines),
      customer: customerOf(order),
      email: order.email ?? null,
      phone: order.phone ?? null,
      note: order.note ?? null,
      tags: order.tags ?? [],
      customAttributes: order.customAttributes ?? [],
      discountCode: discount?.code ?? null,
      sourceName: order.sourceName ?? 'sandbox-app',
      sourceIdentifier: order.sourceIdentifier ?? null,
      payment: paymentOf(order),
      test: order.test ?? false,
      processedAt: order.processedAt == null ? undefined : Date.parse(order.processedAt),
      stock: stockOf[options?.inventoryBehaviour ?? 'BYPASS'] ?? 'bypass',
    })
    return { order: gid('Order', placed.id), userErrors: [] }
  } catch (error) {
    if (error instanceof OutOfStock)
      return refusal('INVENTORY_CLAIM_FAILED', ['order'], 'Unable to reserve inventory')
    throw error
  }
}

type OrderInput = OrderCreateArguments['order']

function withoutVariant(wanted: NonNullable<OrderInput['lineItems']>[number], title: string): DraftLine {
  const priceMinor = wanted.priceSet == null ? 0 : minor(wanted.priceSet)
  const kind = wanted.giftCard === true ? 'gift-card' : 'custom'
  const line = freeLine(kind, { title, priceMinor, quantity: wanted.quantity })
  return { ...line, sku: wanted.sku ?? null, variantTitle: wanted.variantTitle ?? null }
}

function shippingOf({ shippingLines }: OrderInput) {
  const [shipping] = shippingLines ?? []
  if (shipping === undefined) return null
  return { title: shipping.title, code: shipping.code ?? null, priceMinor: minor(shipping.priceSet) }
}

function customerOf({ customer }: OrderInput) {
  const person = customer?.toUpsert
  if (person == null) return undefined
  return {
    firstName: person.firstName ?? null,
    lastName: person.lastName ?? null,
    email: person.email ?? null,
    phone: person.phone ?? null,
  }
}

/** PARTIALLY_PAID is as much as the transactions given with it say. */
function paymentOf({ financialStatus, transactions }: OrderInput): Payment {
  switch (financialStatus ?? 'PAID') {
    case 'PAID':
      return 'paid'
    case 'AUTHORIZED':
      return 'authorized'
    case 'PARTIALLY_PAID':
      return { part: (transactions ?? []).reduce((sum, one) => sum + minor(one.amountSet), 0) }
    default:
      return 'pending'
  }
}

function deliveryOf(
  shop: Shop,
  order: OrderCreateArguments['order'],
): { methodType: MethodType; location: Location | undefined } {
  const locations = [...shop.store.all('location')].filter(location => location.isActive)
  const shipping = order.shippingLines?.[0]
  if (shipping === undefined) return { methodType: 'NONE', location: locations[0] }
  const says = `${shipping.code ?? ''} ${shipping.title}`
  if (!/pick[\s_-]?up/i.test(says)) return { methodType: 'SHIPPING', location: locations[0] }
  const named = order.customAttributes?.find(({ key }) => key === pickupLocationAttribute)?.value
  const location =
    named === undefined
      ? (locations.find(({ name }) => says.includes(name)) ?? locations.find(({ pickup }) => pickup !== null))
      : findLocation(shop, named)
  return { methodType: 'PICK_UP', location }
}

function minor({ shopMoney }: MoneyBagInput): number {
  return Math.round(Number(shopMoney.amount) * 100)
}

function refusal(code: string, field: readonly string[], message: string): OrderCreatePayload {
  return { order: null, userErrors: [{ code, field, message }] }
}
