import { useSyncExternalStore } from 'react'

/** What the page shows: the list, one pickup, taking goods back, or the stock of the stores. Kept in the address, so that a reload shows the same. */
export type TillRoute =
  | { readonly page: 'list' | 'returns' | 'stock' }
  | { readonly page: 'pickup'; readonly id: string }

const returnsPath = '#/returns'
const stockPath = '#/stock'
const pickupPath = /^#\/pickups\/([^/]+)$/

function parseRoute(hash: string): TillRoute {
  if (hash === returnsPath) return { page: 'returns' }
  if (hash === stockPath) return { page: 'stock' }
  const id = pickupPath.exec(hash)?.[1]
  if (id === undefined) return { page: 'list' }
  try {
    return { page: 'pickup', id: decodeURIComponent(id) }
  } catch {
    return { page: 'list' }
  }
}

/** The address of one pickup. */
export function pickupAddress(id: string): string {
  return `#/pickups/${encodeURIComponent(id)}`
}

/** Opens one pickup. */
export function openPickup(id: string): void {
  location.hash = pickupAddress(id)
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
