import type { WordCode } from '../../checks/words/message.ts'

/** What the app can do, the scopes it needs for that, and what people notice without them. */
interface NeedsOf {
  readonly scopes: readonly string[]
  /** What it needs only where a contract agrees on it. */
  readonly ifAgreed?: readonly string[]
  /** `stops`: work waits until the scope is granted; `less`: everything goes on and something is missing from it. */
  readonly without: 'stops' | 'less'
  readonly consequence: Extract<WordCode, `phrase.without-${string}`>
}

/** One line a capability. docs/connect-shopify.md lists the same scopes; a test compares them. */
export const capabilities = {
  locations: {
    scopes: ['read_locations'],
    without: 'stops',
    consequence: 'phrase.without-locations',
  },
  items: { scopes: ['read_products'], without: 'stops', consequence: 'phrase.without-items' },
  stock: {
    scopes: ['read_inventory', 'write_inventory'],
    without: 'stops',
    consequence: 'phrase.without-stock',
  },
  orders: {
    scopes: ['read_orders', 'read_merchant_managed_fulfillment_orders'],
    without: 'stops',
    consequence: 'phrase.without-orders',
  },
  'hand-overs': {
    scopes: ['write_merchant_managed_fulfillment_orders'],
    without: 'stops',
    consequence: 'phrase.without-hand-overs',
  },
  customers: { scopes: ['read_customers'], without: 'less', consequence: 'phrase.without-customers' },
  'old-orders': { scopes: ['read_all_orders'], without: 'less', consequence: 'phrase.without-old-orders' },
  'fulfillment-news': {
    scopes: ['read_fulfillments'],
    without: 'less',
    consequence: 'phrase.without-fulfillment-news',
  },
  returns: { scopes: ['read_returns'], without: 'less', consequence: 'phrase.without-returns' },
  'till-returns': { scopes: ['write_returns'], without: 'less', consequence: 'phrase.without-till-returns' },
  transfers: {
    scopes: ['read_inventory_transfers', 'read_inventory_shipments'],
    without: 'less',
    consequence: 'phrase.without-transfers',
  },
  refunds: {
    scopes: [],
    ifAgreed: ['write_orders'],
    without: 'less',
    consequence: 'phrase.without-refunds',
  },
  // known by what Shopify withholds from an answer
  'pickup-times': { scopes: [], without: 'less', consequence: 'phrase.without-pickup-times' },
  'item-details': { scopes: [], without: 'less', consequence: 'phrase.without-item-details' },
} as const satisfies Readonly<Record<string, NeedsOf>>

export type Capability = keyof typeof capabilities

/**
 * Which scopes each capability lacks, of those that the app was granted. A write scope includes its read scope.
 * @param agreed what a contract agrees on, of what needs a scope only then
 */
export function missingScopes(
  granted: Iterable<string>,
  agreed: readonly Capability[] = [],
): ReadonlyMap<Capability, readonly string[]> {
  const held = new Set(granted)
  const isHeld = (scope: string) => held.has(scope) || held.has(scope.replace(/^read_/, 'write_'))
  const missing = new Map<Capability, readonly string[]>()
  for (const [capability, { scopes, ifAgreed = [] }] of capabilityList()) {
    const needed = agreed.includes(capability) ? [...scopes, ...ifAgreed] : scopes
    const lacks = needed.filter(scope => !isHeld(scope))
    if (lacks.length > 0) missing.set(capability, lacks)
  }
  return missing
}

/** The table's lines. */
export function capabilityList(): readonly (readonly [Capability, NeedsOf])[] {
  const names = Object.keys(capabilities) as Capability[] // what the type of a capability says
  return names.map(name => [name, capabilities[name]])
}
