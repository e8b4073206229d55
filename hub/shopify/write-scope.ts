import { EVERY_STORE } from '../signals.ts'

/** The stores whose stock one run looks at; null: every one. */
export type StoresOfRun = ReadonlySet<string> | null
export const EVERY_ONE: StoresOfRun = null

export interface ScopeOfWrites {
  /** A store's stock changed; `EVERY_STORE`: look at all of them. */
  stockChanged(store: string): void
  /** What the run that starts now looks at. Forgets it: what is reported later belongs to the next run. */
  take(): StoresOfRun
  /** The stores that were reported since; for the run under way. */
  heard(): ReadonlySet<string>
  /** The run failed, or everything is wanted: the next run looks at everything. */
  takeEverythingNext(): void
}

/**
 * Gathers what was reported since the last run, so that a sale in one store does not make the hub plan for all of
 * them. Every `everyMs` a run looks at everything, whatever was reported: a report may be lost.
 */
export function gatherWrites(now: () => number, everyMs: number): ScopeOfWrites {
  let stores = new Set<string>()
  let fullAt = Number.NEGATIVE_INFINITY

  function heard(): ReadonlySet<string> {
    const reported = stores
    stores = new Set()
    return reported
  }

  return {
    heard,
    stockChanged(store) {
      if (store === EVERY_STORE) fullAt = Number.NEGATIVE_INFINITY
      else stores.add(store)
    },
    take() {
      const reported = heard()
      if (now() - fullAt < everyMs && reported.size > 0) return reported
      fullAt = now()
      return EVERY_ONE
    },
    takeEverythingNext() {
      fullAt = Number.NEGATIVE_INFINITY
    },
  }
}
