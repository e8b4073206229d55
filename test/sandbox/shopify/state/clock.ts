import type { Store } from './store.ts'

/** The shop's time: the caller's clock, moved on by whatever tests asked for. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Now, cut to the second as every timestamp of Shopify's is. */
  stamp(): number
  advance(ms: number): void
}

/** The offset lives in the store: a restarted shop does not fall back in time. */
export function shopClock(store: Store, base: () => number): Clock {
  const now = (): number => base() + store.need('meta', 'meta').clockOffsetMs
  return {
    now,
    stamp: () => Math.floor(now() / 1000) * 1000,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`The clock cannot be advanced by ${ms} ms`)
      const meta = store.need('meta', 'meta')
      store.transaction(() => store.put('meta', { ...meta, clockOffsetMs: meta.clockOffsetMs + ms }))
    },
  }
}

/** Shopify's DateTime: UTC, whole seconds. */
export function dateTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
