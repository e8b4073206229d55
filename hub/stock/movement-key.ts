import { createHash } from 'node:crypto'
import type { MovementKind } from './movement-kinds.ts'

/** Names one movement of a store for ever. See `movementKinds` for what each kind means by it. */
export interface MovementKey {
  readonly kind: MovementKind
  readonly cause: number
  readonly line: number
  readonly revision: number
}

/**
 * The number at the end of a Shopify id, such as 42 of gid://shopify/FulfillmentOrder/42. An id without one, which
 * Shopify does not give, gets 48 bits of its hash.
 */
export function numberOfGid(gid: string): number {
  const tail = /\/(\d{1,15})(?:\?.*)?$/.exec(gid)?.[1]
  if (tail !== undefined) return Number(tail)
  return createHash('sha256').update(gid).digest().readUIntBE(0, 6)
}
