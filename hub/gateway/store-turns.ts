/** Things that wait, each belonging to a store: the stores take turns, and within a store the longest waiting goes first. */
export interface StoreTurns<T extends { readonly store: string }> {
  add(waiting: T): void
  remove(waiting: T): void
  /** Takes out the next one; null when none waits. */
  next(): T | null
  isEmpty(): boolean
}

export function openStoreTurns<T extends { readonly store: string }>(): StoreTurns<T> {
  /** In the order of their turns. No store is kept without something that waits. */
  const stores = new Map<string, Set<T>>()
  return {
    add(waiting) {
      const ofStore = stores.get(waiting.store) ?? new Set()
      stores.set(waiting.store, ofStore.add(waiting))
    },
    remove(waiting) {
      const ofStore = stores.get(waiting.store)
      ofStore?.delete(waiting)
      if (ofStore?.size === 0) stores.delete(waiting.store)
    },
    isEmpty: () => stores.size === 0,
    next() {
      for (const [store, ofStore] of stores) {
        stores.delete(store)
        for (const first of ofStore) {
          ofStore.delete(first)
          if (ofStore.size > 0) stores.set(store, ofStore)
          return first
        }
      }
      return null
    },
  }
}
