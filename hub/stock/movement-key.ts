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

/**
 * A revision made of what names its cause at the POS, so that a hub that was put back to a backup makes the same one again. 48 bits,
 * far above any that is counted up.
 */
export function revisionOf(...names: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(names)).digest().readUIntBE(0, 6)
}
