import { GraphQLError } from 'graphql'
import { log, type Shop } from '../shop.ts'
import { requireScope } from './access.ts'
import type { Field } from './fields.ts'
import { canonical, keyOfField, keyState, remember } from './idempotency.ts'

/** What every mutation of the sandbox resolves to. */
interface Payload {
  readonly userErrors: readonly { readonly message: string }[]
}

export interface MutationRules<A> {
  readonly scope: string
  /** Shopify demands `@idempotent` here. On the others the directive does nothing. */
  readonly idempotent?: true
  /** Whether the mutation's user errors carry codes; some of Shopify's do not. */
  readonly coded: boolean
  /** What the payload holds besides user errors when nothing was done. */
  readonly empty: Readonly<Record<string, null>>
  /** Checks that Shopify answers as top-level errors. */
  readonly check?: (args: A) => void
}

/**
 * A mutation field: scope, idempotency key, then the work in one transaction with its record and log entry.
 * A call that answers user errors changed nothing: what it touched on the way is rolled back.
 */
export function mutation<A>(
  name: string,
  rules: MutationRules<A>,
  work: (shop: Shop, args: A) => Payload,
): Field<unknown> {
  const field = (
    _source: unknown,
    args: A,
    context: Parameters<Field<unknown>>[2],
    info: Parameters<Field<unknown>>[3],
  ) => {
    const { shop } = context
    requireScope(shop, rules.scope, name)
    rules.check?.(args)
    const key = rules.idempotent === true ? keyOfField(info) : undefined
    const parameters = canonical(name, args)

    if (key !== undefined && !context.ignoreIdempotencyKeys) {
      if (context.busyKeys.has(key)) {
        const message = 'This request is currently in progress, please try again.'
        return refusal(rules, 'IDEMPOTENCY_CONCURRENT_REQUEST', message)
      }
      const state = keyState(shop, key, parameters)
      if (state.kind === 'refused') return refusal(rules, state.code, state.message)
      if (state.kind === 'replay') {
        shop.store.transaction(() => log(shop, name, { args, key, replayed: true }))
        return state.payload
      }
    }

    const payload = attempt(shop, () => work(shop, args))
    const failed = payload.userErrors.length > 0
    shop.store.transaction(() => {
      if (failed && key !== undefined) remember(shop, key, parameters, payload, true)
      if (failed) log(shop, name, { args, key: key ?? null, userErrors: payload.userErrors })
    })
    return payload

    function attempt(on: Shop, run: () => Payload): Payload {
      try {
        return on.store.transaction(() => {
          const done = run()
          if (done.userErrors.length > 0) throw new RolledBack(done)
          if (key !== undefined) remember(on, key, parameters, done, false)
          log(on, name, { args, key: key ?? null })
          return done
        })
      } catch (error) {
        if (error instanceof RolledBack) return error.payload
        throw error
      }
    }
  }
  return field
}

class RolledBack extends Error {
  readonly payload: Payload
  constructor(payload: Payload) {
    super('A call that answers user errors changes nothing')
    this.payload = payload
  }
}

function refusal<A>(rules: MutationRules<A>, code: string, message: string): Payload {
  const error = rules.coded ? { code, field: null, message } : { field: null, message }
  return { ...rules.empty, userErrors: [error] }
}

/** Shopify demands the key itself, null included: JSON without it is another request. */
export function requireChangeFromQuantity(inputType: string, inputs: readonly object[]): void {
  if (inputs.every(input => Object.hasOwn(input, 'changeFromQuantity'))) return
  throw new GraphQLError(`${inputType} must include the following argument: changeFromQuantity.`, {
    extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
  })
}
