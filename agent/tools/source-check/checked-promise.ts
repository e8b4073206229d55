/** One promise of every source, over one example. `problems`: how it is broken; empty: it holds. */
export interface CheckedPromise {
  readonly example: string
  readonly promise: string
  readonly problems: readonly string[]
}
