import { type FieldNode, GraphQLDirective, type GraphQLResolveInfo, getDirectiveValues } from 'graphql'
import type { Shop } from '../shop.ts'
import { argumentOf, type Operation } from './cost.ts'

/** How long a key is remembered, counted from its first request. */
const rememberedMs = 24 * 60 * 60 * 1000

/** What a key already stands for. */
export type KeyState =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly payload: unknown }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

/** The key on a mutation field; undefined when the directive is missing. */
export function keyOfField(info: GraphQLResolveInfo): string | undefined {
  const directive = info.schema.getDirective('idempotent')
  const node = info.fieldNodes[0]
  if (!(directive instanceof GraphQLDirective) || node === undefined) return undefined
  const values = getDirectiveValues(directive, node, info.variableValues)
  return typeof values?.['key'] === 'string' ? values['key'] : undefined
}

/** The key as read from the document, before anything is executed. */
export function keyOfNode(node: FieldNode, op: Operation): string | undefined {
  const directive = node.directives?.find(one => one.name.value === 'idempotent')
  if (directive === undefined) return undefined
  const value = argumentOf({ ...node, arguments: directive.arguments ?? [] }, 'key', op.variables)
  return typeof value === 'string' ? value : ''
}

/** Looks a key up. Keys are the app's at this shop, whichever mutation used them. */
export function keyState(shop: Shop, key: string, parameters: string): KeyState {
  const record = shop.store.get('idempotency', key)
  if (record === undefined || record.firstAt + rememberedMs <= shop.clock.now()) return { kind: 'new' }
  if (record.parameters !== parameters) {
    return {
      kind: 'refused',
      code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
      message: 'The request with this idempotency key has different parameters than the original request.',
    }
  }
  if (record.failed) {
    return {
      kind: 'refused',
      code: 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED',
      message: 'A previous request with this idempotency key failed. Retry with a new idempotency key.',
    }
  }
  return { kind: 'replay', payload: record.payload }
}

/** Remembers the first answer to a key, in the mutation's own transaction. */
export function remember(
  shop: Shop,
  key: string,
  parameters: string,
  payload: unknown,
  failed: boolean,
): void {
  const firstAt = shop.clock.now()
  for (const oldest of shop.store.all('idempotency')) {
    if (oldest.firstAt + rememberedMs <= firstAt) shop.store.remove('idempotency', oldest.id)
    break
  }
  shop.store.put('idempotency', { id: key, parameters, firstAt, payload: failed ? null : payload, failed })
}

/** Equal for equal arguments, however their keys are ordered. */
export function canonical(mutation: string, args: unknown): string {
  return `${mutation} ${JSON.stringify(sorted(args))}`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
