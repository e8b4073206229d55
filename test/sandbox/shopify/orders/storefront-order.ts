import { variantOnSale } from '../catalogue/products.ts'
import { idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { DeliveryGroup, Location, Order } from '../state/entities.ts'
import { type DraftLine, type Payment, placeOrder } from './place.ts'

/** Where a line goes: `ship`, or the location of a pickup by code, name, number or global id. */
export type Destination = string | number

/** An order as a shopper places it in the online store. */
export interface StorefrontOrder {
  /** Where lines that name no destination of their own are picked up; without it they are shipped. */
  readonly location?: Destination | undefined
  readonly lines: readonly {
    readonly sku: string
    readonly quantity: number
    readonly to?: Destination | undefined
  }[]
  /** Free text with a price, as staff put it on an order; it moves no stock. */
  readonly customItems?:
    | readonly {
        readonly title: string
        readonly priceMinor: number
        readonly quantity: number
        readonly to?: Destination | undefined
      }[]
    | undefined
  /** Gift cards, each of this value. */
  readonly giftCardsMinor?: readonly number[] | undefined
  readonly tipMinor?: number | undefined
  /** Taken off the goods, spread over them by value. */
  readonly discount?: { readonly code: string; readonly minor: number } | undefined
  readonly shippingMinor?: number | undefined
  /** Without one the order has no customer. */
  readonly customer?:
    | {
        readonly name: string
        readonly email?: string | undefined
        readonly phone?: string | undefined
      }
    | undefined
  /** Paid at once when left out. */
  readonly payment?: Payment | undefined
  /** Epoch milliseconds: a pre-order, scheduled until then. */
  readonly fulfillAt?: number | undefined
  readonly test?: boolean | undefined
  /** Instead of the next number. */
  readonly name?: string | undefined
  readonly note?: string | undefined
  /** Sells what is not there, as two shoppers in the same second can. */
  readonly oversell?: boolean | undefined
}

/** What the shopper asked for does not exist. */
export class UnknownInShop extends Error {
  override readonly name = 'UnknownInShop'
}

/** A location by whatever names it. */
export function findLocation(shop: Shop, wanted: string | number): Location | undefined {
  const id = typeof wanted === 'number' ? wanted : idOf(wanted, 'Location')
  for (const location of shop.store.all('location')) {
    if (
      location.id === id ||
      location.code === wanted ||
      location.name === wanted ||
      String(location.id) === wanted
    ) {
      return location
    }
  }
  return undefined
}

const standardShippingMinor = 490

/** Places an order as the online store does: one delivery group for each destination. */
export function placeStorefrontOrder(shop: Shop, wanted: StorefrontOrder): Order {
  const destinations = new Map<number | 'ship', number>()
  const groupOf = (to: Destination | undefined): number => {
    const key = destinationOf(shop, to ?? wanted.location ?? 'ship')
    const index = destinations.get(key) ?? destinations.size
    destinations.set(key, index)
    return index
  }
  const lines = spreadDiscount(wanted.discount?.minor ?? 0, [
    ...wanted.lines.flatMap(line => linesOf(shop, line).map(one => ({ ...one, group: groupOf(line.to) }))),
    ...(wanted.customItems ?? []).map(item => ({ ...freeLine('custom', item), group: groupOf(item.to) })),
  ])
  const extras = [
    ...(wanted.giftCardsMinor ?? []).map(priceMinor =>
      freeLine('gift-card', { title: 'Gift card', priceMinor, quantity: 1 }),
    ),
    ...(wanted.tipMinor ? [freeLine('tip', { title: 'Tip', priceMinor: wanted.tipMinor, quantity: 1 })] : []),
  ]
  if (lines.length + extras.length === 0) throw new UnknownInShop('An order needs at least one line.')
  if (destinations.size === 0) groupOf(undefined)
  return shop.store.transaction(() =>
    placeOrder(shop, {
      name: wanted.name,
      groups: [...destinations.keys()].map(key => deliveryGroup(shop, key, wanted)),
      lines: [...lines, ...extras],
      customer: customerOf(wanted.customer),
      note: wanted.note ?? null,
      discountCode: wanted.discount?.code ?? null,
      sourceName: 'web',
      payment: wanted.payment ?? 'paid',
      test: wanted.test ?? false,
      stock: wanted.oversell === true ? 'oversell' : 'obey',
    }),
  )
}

function destinationOf(shop: Shop, to: Destination): number | 'ship' {
  if (to === 'ship') return 'ship'
  const location = findLocation(shop, to)
  if (location === undefined) throw new UnknownInShop(`The shop has no location ${to}.`)
  if (!location.isActive || location.pickup === null)
    throw new UnknownInShop(`${location.name} does not offer pickup.`)
  return location.id
}

function deliveryGroup(shop: Shop, to: number | 'ship', wanted: StorefrontOrder): DeliveryGroup {
  const fulfillAt = wanted.fulfillAt ?? null
  if (to !== 'ship') {
    const { name } = shop.store.need('location', to)
    const shipping = { title: name, code: name, priceMinor: 0 }
    return { methodType: 'PICK_UP', locationId: to, shipping, fulfillAt }
  }
  const [first] = [...shop.store.all('location')].filter(one => one.isActive)
  if (first === undefined) throw new UnknownInShop('The shop has no active location.')
  const priceMinor = wanted.shippingMinor ?? standardShippingMinor
  const shipping = { title: 'Standard', code: 'Standard', priceMinor }
  return { methodType: 'SHIPPING', locationId: first.id, shipping, fulfillAt }
}

function customerOf(customer: StorefrontOrder['customer']) {
  if (customer === undefined) return undefined
  const [firstName = '', ...rest] = customer.name.trim().split(/\s+/)
  return {
    firstName,
    lastName: rest.join(' ') || null,
    email: customer.email ?? null,
    phone: customer.phone ?? null,
  }
}

/** Spreads an amount over lines by value; rounding falls so that the parts add up to the whole. */
export function spreadDiscount(minor: number, lines: readonly DraftLine[]): readonly DraftLine[] {
  const value = lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0)
  const whole = Math.min(minor, value)
  if (whole === 0) return lines
  let [seen, given] = [0, 0]
  return lines.map(line => {
    seen += line.priceMinor * line.quantity
    const upTo = Math.round((whole * seen) / value)
    const discountMinor = upTo - given
    given = upTo
    return { ...line, discountMinor }
  })
}

/** A line without a variant. */
export function freeLine(
  kind: 'custom' | 'gift-card' | 'tip',
  wanted: { readonly title: string; readonly priceMinor: number; readonly quantity: number },
): DraftLine {
  return {
    variantId: null,
    itemId: null,
    sku: null,
    title: wanted.title,
    variantTitle: null,
    quantity: wanted.quantity,
    priceMinor: wanted.priceMinor,
    taxRate: 0,
    kind,
  }
}

/** An order line of a variant. */
export function variantLine(shop: Shop, variantId: number, quantity: number): DraftLine {
  const variant = shop.store.need('variant', variantId)
  return {
    variantId,
    itemId: variant.itemId,
    sku: shop.store.need('item', variant.itemId).sku,
    title: shop.store.need('product', variant.productId).title,
    variantTitle: variant.title,
    quantity,
    priceMinor: variant.priceMinor,
    taxRate: variant.taxRate,
    kind: 'goods',
  }
}

/** A shopper's line. A bundle is ordered as its parts: they are what is picked and counted. */
function linesOf(shop: Shop, { sku, quantity }: StorefrontOrder['lines'][number]): readonly DraftLine[] {
  if (!Number.isInteger(quantity) || quantity < 1)
    throw new UnknownInShop(`${quantity} of ${sku} cannot be ordered.`)
  const variant = variantOnSale(shop, sku)
  if (variant === undefined) throw new UnknownInShop(`The shop has no SKU ${sku}.`)
  if (variant.components.length === 0) return [variantLine(shop, variant.id, quantity)]
  return variant.components.map(part => variantLine(shop, part.variantId, part.quantity * quantity))
}
