/**
 * What a hint between the hub's parts is about:
 * - `commands`: a store's tills have commands to receive
 * - `stock`: a store's stock changed and Shopify must hear of it
 * - `pickup-writes`: Shopify must hear of a move that a store made with a pickup
 * - `return-writes`: Shopify must hear of goods that a store took back
 * - `webhooks`: a webhook was stored
 * - `now`: the first page shows something of this store
 */
export type Signal = 'commands' | 'stock' | 'pickup-writes' | 'return-writes' | 'webhooks' | 'now'

/** The subject of a hint that is about every store, or about no store in particular. */
export const EVERY_STORE = ''

/** Hints between the hub's parts, sent after a commit. Nothing depends on a hint: every listener also polls. */
export interface Signals {
  /** @param store a store's code; left out: every store */
  say(signal: Signal, store?: string): void
  on(signal: Signal, listener: (store: string) => void): () => void
}

export function openSignals(): Signals {
  const listeners = new Map<Signal, Set<(store: string) => void>>()
  return {
    say(signal, store = EVERY_STORE) {
      for (const listener of listeners.get(signal) ?? []) listener(store)
    },
    on(signal, listener) {
      const set = listeners.get(signal) ?? new Set()
      listeners.set(signal, set.add(listener))
      return () => void set.delete(listener)
    },
  }
}
