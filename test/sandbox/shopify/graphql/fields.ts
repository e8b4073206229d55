import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
  getNamedType,
  isCompositeType,
} from 'graphql'
import type { Shop } from '../shop.ts'
import { requireScope, scopeOfType } from './access.ts'
import { loadByGid } from './load-by-gid.ts'

/** What one request carries through execution. */
export interface RequestContext {
  readonly shop: Shop
  /** Keys of `@idempotent` that another request is working on right now. */
  readonly busyKeys: ReadonlySet<string>
  readonly ignoreIdempotencyKeys: boolean
  readonly hideQuantityAfterChange: boolean
  /** How far the search index trails behind, in this request. */
  readonly searchLagMs: number
}

/** One field of an object type. The schema has validated the arguments, so each field states their type. */
export type Field<S> = (source: S, args: never, context: RequestContext, info: GraphQLResolveInfo) => unknown
export type Fields<S> = Readonly<Record<string, Field<S>>>
export type Types = Readonly<Record<string, Fields<never>>>

/** A part of Shopify's schema that the sandbox has no behaviour for. It fails loudly, so that no code relies on a missing answer. */
export function notSimulated(what: string): GraphQLError {
  return new GraphQLError(`${what} is not simulated by the Tillbridge sandbox`, {
    extensions: { code: 'NOT_SIMULATED' },
  })
}

/**
 * Types with a table resolve by it and by nothing else: an entity's own properties must not leak into the
 * answer. Types without one (payloads, user errors, connections, money) are plain values; a global id where
 * an object belongs is loaded, which is how a stored mutation payload answers again.
 */
export function fieldResolver(types: Types): GraphQLFieldResolver<unknown, RequestContext> {
  return (source, args, context, info) => {
    const value = withoutDeleted(resolved(source, args, context, info))
    const scope = value == null ? undefined : scopeOf(info)
    if (scope !== undefined) requireScope(context.shop, scope, info.fieldName)
    return value
  }

  function resolved(
    source: unknown,
    args: unknown,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): unknown {
    const table = types[info.parentType.name]
    if (table !== undefined) {
      const field = Object.hasOwn(table, info.fieldName) ? table[info.fieldName] : undefined
      if (field === undefined) throw notSimulated(`${info.parentType.name}.${info.fieldName}`)
      return field(source as never, args as never, context, info)
    }
    if (typeof source !== 'object' || source === null || !Object.hasOwn(source, info.fieldName)) {
      throw notSimulated(`${info.parentType.name}.${info.fieldName}`)
    }
    const value = (source as Readonly<Record<string, unknown>>)[info.fieldName]
    return isCompositeType(getNamedType(info.returnType)) ? loaded(value, context.shop) : value
  }
}

/** What reading a field's type needs; a list or a connection needs what its items do. */
function scopeOf(info: GraphQLResolveInfo): string | undefined {
  return scopeOfType[getNamedType(info.returnType).name.replace(/Connection$/, '')]
}

/** What was deleted is null wherever something still refers to it. */
function withoutDeleted(value: unknown): unknown {
  const isDeleted = typeof value === 'object' && value !== null && 'deletedAt' in value
  return isDeleted && value.deletedAt !== undefined ? null : value
}

function loaded(value: unknown, shop: Shop): unknown {
  if (Array.isArray(value)) return value.map(one => loaded(one, shop))
  return typeof value === 'string' ? loadByGid(shop, value) : value
}

/** Interfaces and unions: their values say what they are. */
export const typeResolver: GraphQLTypeResolver<unknown, RequestContext> = value => {
  if (typeof value === 'object' && value !== null && '__typename' in value) return String(value.__typename)
  throw new Error('The sandbox resolved an interface to a value without __typename')
}
