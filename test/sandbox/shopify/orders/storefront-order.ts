import { idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Location, Order } from '../state/entities.ts'
import { type DraftLine, placeOrder } from './place.ts'

/** An order for local pickup, as a shopper places it in the online store. */
export interface PickupOrder {
  /** A location's code, name, number or global id. */
  readonly location: string | number
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly customer: {
    readonly name: string
    readonly email?: string | undefined
    readonly phone?: string | undefined
  }
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

/** Places a pickup order; it is paid at once. */
export function placePickupOrder(shop: Shop, wanted: PickupOrder): Order {
  const location = findLocation(shop, wanted.location)
  if (location === undefined) throw new UnknownInShop(`The shop has no location ${wanted.location}.`)
  if (location.pickup === null) throw new UnknownInShop(`${location.name} does not offer pickup.`)
  if (wanted.lines.length === 0) throw new UnknownInShop('An order needs at least one line.')
  const lines = wanted.lines.map(line => lineOf(shop, line))
  const [firstName = '', ...rest] = wanted.customer.name.trim().split(/\s+/)
  return shop.store.transaction(() =>
    placeOrder(shop, {
      name: wanted.name,
      locationId: location.id,
      methodType: 'PICK_UP',
      lines,
      customer: {
        firstName,
        lastName: rest.join(' ') || null,
        email: wanted.customer.email ?? null,
        phone: wanted.customer.phone ?? null,
      },
      note: wanted.note ?? null,
      shipping: { title: location.name, code: location.name, priceMinor: 0 },
      sourceName: 'web',
      paid: true,
      test: false,
      stock: wanted.oversell === true ? 'oversell' : 'obey',
    }),
  )
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
  }
}

function lineOf(shop: Shop, { sku, quantity }: PickupOrder['lines'][number]): DraftLine {
  if (!Number.isInteger(quantity) || quantity < 1)
    throw new UnknownInShop(`${quantity} of ${sku} cannot be ordered.`)
  for (const variant of shop.store.all('variant')) {
    if (shop.store.need('item', variant.itemId).sku === sku) return variantLine(shop, variant.id, quantity)
  }
  throw new UnknownInShop(`The shop has no SKU ${sku}.`)
}
