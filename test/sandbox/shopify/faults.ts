/** What can be made to go wrong. The README says what each does. */
export const faultKinds = [
  'http-429',
  'http-5xx',
  'html-body',
  'lost-answer',
  'lost-request',
  'slow',
  'throttled',
  'other-version',
  'ignore-idempotency-keys',
  'quantity-after-change-null',
  'search-lag',
  'token-expired',
  'token-refused',
  'bulk-late',
  'bulk-failed',
  'bulk-cut',
  'webhook-late',
  'webhook-twice',
  'webhook-reordered',
  'webhook-silent',
] as const
type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  readonly kind: FaultKind
  /** How often it strikes before it is spent. 1 when left out. */
  readonly times?: number | 'always'
  /** A regular expression over the operation's root fields, or over the topic (`ORDERS_CREATE`) of a webhook. */
  readonly operation?: string
  /** For `slow`, `webhook-late` and `search-lag`: how long. */
  readonly ms?: number
  /** For `http-5xx` and `html-body`: the HTTP status. */
  readonly status?: number
}

export interface Faults {
  set(fault: Fault): void
  clear(): void
  /** Those still to strike. */
  active(): readonly Fault[]
  /** The first fault of this kind for one of these names. Strikes: a counted fault has one time less. */
  strike(kind: FaultKind, names: readonly string[]): Fault | undefined
}

/** Faults live in memory: a restarted sandbox works as it should until told otherwise. */
export function createFaults(): Faults {
  let faults: { fault: Fault; pattern: RegExp; left: number }[] = []
  return {
    set(fault) {
      const times = fault.times ?? 1
      if (times !== 'always' && !(Number.isInteger(times) && times > 0)) {
        throw new RangeError(`times must be a positive number or 'always', not ${times}`)
      }
      faults.push({
        fault,
        pattern: new RegExp(fault.operation ?? ''),
        left: times === 'always' ? Number.POSITIVE_INFINITY : times,
      })
    },
    clear() {
      faults = []
    },
    active: () =>
      faults.map(({ fault, left }) => ({
        ...fault,
        times: left === Number.POSITIVE_INFINITY ? 'always' : left,
      })),
    strike(kind, names) {
      const hit = faults.find(
        ({ fault, pattern }) => fault.kind === kind && names.some(name => pattern.test(name)),
      )
      if (hit === undefined) return undefined
      hit.left -= 1
      faults = faults.filter(({ left }) => left > 0)
      return hit.fault
    },
  }
}
