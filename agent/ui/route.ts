import { useSyncExternalStore } from 'react'

/**
 * What the page shows: the list, one pickup, several that are picked at once or are being chosen for that, taking goods back,
 * or the stock of the stores. Kept in the address, so that a reload shows the same.
 */
export type TillRoute =
  | { readonly page: 'list' | 'returns' | 'stock' | 'choose' }
  | { readonly page: 'batch'; readonly orders: readonly string[] }
  /** `batch`: the pickups that it is picked with; empty: it is picked alone. */
  | { readonly page: 'pickup'; readonly id: string; readonly batch: readonly string[] }

const returnsPath = '#/returns'
const stockPath = '#/stock'
const choosePath = '#/batch'
const pickupPath = /^#\/pickups\/([^/]+)$/
const batchPath = /^#\/batch\/([^/]+)(?:\/([^/]+))?$/

function parseRoute(hash: string): TillRoute {
  if (hash === returnsPath) return { page: 'returns' }
  if (hash === stockPath) return { page: 'stock' }
  if (hash === choosePath) return { page: 'choose' }
  const alone = pickupPath.exec(hash)?.[1]
  const [, among, one] = batchPath.exec(hash) ?? []
  try {
    const batch = among?.split(',').map(decodeURIComponent) ?? []
    const id = alone ?? one
    if (id !== undefined) return { page: 'pickup', id: decodeURIComponent(id), batch }
    return batch.length > 0 ? { page: 'batch', orders: batch } : { page: 'list' }
  } catch {
    return { page: 'list' }
  }
}

/** The address of one pickup. */
export function pickupAddress(id: string): string {
  return `#/pickups/${encodeURIComponent(id)}`
}

/** Opens one pickup: among those that it is picked with, when they are open. */
export function openPickup(id: string): void {
  const batch = openedBatch()
  location.hash = batch.includes(id) ? `${batchAddress(batch)}/${encodeURIComponent(id)}` : pickupAddress(id)
}

function batchAddress(orders: readonly string[]): string {
  return `${choosePath}/${orders.map(encodeURIComponent).join(',')}`
}

function openedBatch(): readonly string[] {
  const route = parseRoute(location.hash)
  if (route.page === 'batch') return route.orders
  return route.page === 'pickup' ? route.batch : []
}

/** Opens the page on which staff choose what to pick at once. */
export function showChoice(): void {
  location.hash = choosePath
}

/** Opens the page on which several pickups are picked at once. */
export function openBatch(orders: readonly string[]): void {
  location.hash = batchAddress(orders)
}

/** Leaves a page: a pickup for those that it is picked with, any other for the list. */
export function openBack(): void {
  const route = parseRoute(location.hash)
  if (route.page === 'pickup' && route.batch.length > 0) openBatch(route.batch)
  else openList()
}

/** Opens the page on which goods are taken back. */
export function showReturns(): void {
  location.hash = returnsPath
}

/** Opens the page on which staff see what the stores have. */
export function showStock(): void {
  location.hash = stockPath
}

/** Goes back to the list. */
export function openList(): void {
  location.hash = '#/'
}

function subscribe(tell: () => void): () => void {
  window.addEventListener('hashchange', tell)
  return () => window.removeEventListener('hashchange', tell)
}

/** The route in the address, followed as it changes. */
export function useRoute(): TillRoute {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash))
}
