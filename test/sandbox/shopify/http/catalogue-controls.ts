import { z } from 'zod'
import { deleteProduct, duplicateProduct, exists, updateProduct } from '../catalogue/products.ts'
import { gid } from '../graphql/gid.ts'
import { activateLocation, addLocation, deactivateLocation, renameLocation } from '../locations/activation.ts'
import { findLocation } from '../orders/storefront-order.ts'
import type { Shop } from '../shop.ts'
import type { Location, Product } from '../state/entities.ts'
import { type Controlled, type Controls, read } from './controlled.ts'
import { HttpProblem } from './messages.ts'

const Status = z.enum(['ACTIVE', 'ARCHIVED', 'DRAFT', 'UNLISTED'])
const Update = z.strictObject({ title: z.string().min(1).optional(), status: Status.optional() })
const Duplicate = z.strictObject({ title: z.string().min(1), status: Status.default('ACTIVE') })
const NewLocation = z.strictObject({
  code: z.string().min(1),
  name: z.string().min(1),
  street: z.string().default(''),
  postcode: z.string().default(''),
  city: z.string().default(''),
  country: z.string().default('DE'),
})
const Rename = z.strictObject({ name: z.string().min(1) })
const Pickup = z.strictObject({ offered: z.boolean() })
const Deactivate = z.strictObject({ destination: z.union([z.string(), z.number()]).optional() })

/** What staff do to products and locations in the admin: `/sandbox/products/HANDLE/…`, `/sandbox/locations/CODE/…`. */
export const catalogueControls: Controls = {
  'POST products :name update'(shop, body, name) {
    const product = productNamed(shop, name)
    const { title, status } = read(Update, body)
    const change = {
      id: gid('Product', product.id),
      ...(title === undefined ? {} : { title }),
      ...(status === undefined ? {} : { status }),
    }
    done(shop, () => updateProduct(shop, change).userErrors)
    return productView(shop, product.id)
  },
  'POST products :name delete'(shop, _, name) {
    const product = productNamed(shop, name)
    done(shop, () => deleteProduct(shop, gid('Product', product.id)).userErrors)
    return { status: 200, body: { deleted: gid('Product', product.id) } }
  },
  'POST products :name duplicate'(shop, body, name) {
    const product = productNamed(shop, name)
    const { title, status } = read(Duplicate, body)
    const wish = { productId: gid('Product', product.id), newTitle: title, newStatus: status }
    done(shop, () => duplicateProduct(shop, wish).userErrors)
    const made = [...shop.store.all('product')].at(-1)
    return productView(shop, made?.id ?? product.id, 201)
  },
  'POST locations'(shop, body) {
    const wish = read(NewLocation, body)
    const made = shop.store.transaction(() => addLocation(shop, wish))
    shop.wake()
    return locationView(shop, made.id, 201)
  },
  'POST locations :name activate'(shop, _, name) {
    const location = locationNamed(shop, name)
    done(shop, () => activateLocation(shop, gid('Location', location.id)).userErrors)
    return locationView(shop, location.id)
  },
  'POST locations :name deactivate'(shop, body, name) {
    const location = locationNamed(shop, name)
    const { destination } = read(Deactivate, body)
    const to = destination === undefined ? null : gid('Location', locationNamed(shop, destination).id)
    const wish = { locationId: gid('Location', location.id), destinationLocationId: to }
    done(shop, () => deactivateLocation(shop, wish).userErrors)
    return locationView(shop, location.id)
  },
  'POST locations :name rename'(shop, body, name) {
    const location = locationNamed(shop, name)
    done(shop, () => {
      renameLocation(shop, location, read(Rename, body).name)
      return []
    })
    return locationView(shop, location.id)
  },
  'POST locations :name pickup'(shop, body, name) {
    const location = locationNamed(shop, name)
    const { offered } = read(Pickup, body)
    const pickup = offered ? { pickupTime: 'TWO_HOURS', instructions: '' } : null
    shop.store.put('location', { ...location, pickup, updatedAt: shop.clock.stamp() })
    return locationView(shop, location.id)
  },
}

/** Does it as a whole, or says why not. */
function done(shop: Shop, work: () => readonly { readonly message: string }[]): void {
  shop.store.transaction(() => {
    const [problem] = work()
    if (problem !== undefined) throw new HttpProblem(409, problem.message)
  })
  shop.wake()
}

function productNamed(shop: Shop, name: string): Product {
  for (const product of shop.store.all('product')) {
    if (exists(product) && (product.handle === name || String(product.id) === name)) return product
  }
  throw new HttpProblem(404, `The shop has no product ${name}.`)
}

function productView(shop: Shop, id: number, status = 200): Controlled {
  const { title, handle, status: held, variantIds } = shop.store.need('product', id)
  const skus = variantIds.map(
    variantId => shop.store.need('item', shop.store.need('variant', variantId).itemId).sku,
  )
  return { status, body: { id: gid('Product', id), title, handle, status: held, skus } }
}

function locationNamed(shop: Shop, name: string | number): Location {
  const found = findLocation(shop, name)
  if (found === undefined) throw new HttpProblem(404, `The shop has no location ${name}.`)
  return found
}

function locationView(shop: Shop, id: number, status = 200): Controlled {
  const { code, name, isActive, pickup } = shop.store.need('location', id)
  return { status, body: { id: gid('Location', id), code, name, isActive, pickup: pickup !== null } }
}
