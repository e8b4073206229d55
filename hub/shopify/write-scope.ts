import { EVERY_STORE } from '../signals.ts'

/** What one run of the writes looks at. */
export interface WriteScope {
  /** Null: every store. */
  readonly stores: ReadonlySet<string> | null
  readonly pickups: boolean
}

export const everything: WriteScope = { stores: null, pickups: true }

export interface ScopeOfWrites {
  /** A store's stock changed; `EVERY_STORE`: look at all of them. */
  stockChanged(store: string): void
  pickupsChanged(): void
  /** What the run that starts now looks at. Forgets it: what is reported later belongs to the next run. */
  take(): WriteScope
  /** The run failed, or everything is wanted: the next run looks at everything. */
  takeEverythingNext(): void
}

/**
 * Gathers what was reported since the last run, so that a sale in one store does not make the hub plan for all of
 * them. Every `everyMs` a run looks at everything, whatever was reported: a report may be lost.
 */
export function gatherWrites(now: () => number, everyMs: number): ScopeOfWrites {
  let stores = new Set<string>()
  let pickups = false
  let fullAt = Number.NEGATIVE_INFINITY

  return {
    stockChanged(store) {
      if (store === EVERY_STORE) fullAt = Number.NEGATIVE_INFINITY
      else stores.add(store)
    },
    pickupsChanged() {
      pickups = true
    },
    take() {
      const heard = { stores, pickups }
      stores = new Set()
      pickups = false
      const isDue = now() - fullAt >= everyMs
      if (!isDue && (heard.stores.size > 0 || heard.pickups)) return heard
      fullAt = now()
      return everything
    },
    takeEverythingNext() {
      fullAt = Number.NEGATIVE_INFINITY
    },
  }
}
