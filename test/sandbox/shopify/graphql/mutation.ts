import { GraphQLError } from 'graphql'
import { log, type Shop } from '../shop.ts'
import { requireScope } from './access.ts'
import type { Field } from './fields.ts'
import { canonical, keyOfField, keyState, remember } from './idempotency.ts'

/** What every mutation of the sandbox resolves to. */
interface Payload {
  readonly userErrors: readonly { readonly message: string; readonly code?: string | null }[]
}

export interface MutationRules<A> {
  /** null: any app may. */
  readonly scope: string | null
  /** Shopify demands `@idempotent` here. On the others the directive does nothing. */
  readonly idempotent?: true
  /** Whether the mutation's user errors carry codes; some of Shopify's do not. */
  readonly coded: boolean
  /** What the payload holds besides user errors when nothing was done. */
  readonly empty: Readonly<Record<string, null>>
  /** What its user errors are called where that is not `userErrors`. */
  readonly errorsField?: string
  /** Checks that Shopify answers as top-level errors. */
  readonly check?: (args: A) => void
}

/**
 * A mutation field: scope, idempotency key, then the work in one transaction with its record and log entry.
 * A call that answers user errors and no result changed nothing: what it touched on the way is rolled back.
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
    if (rules.scope !== null) requireScope(shop, rules.scope, name)
    rules.check?.(args)
    const call: Call<A> = {
      name,
      args,
      shop,
      key: rules.idempotent === true ? keyOfField(info) : undefined,
      run: () => work(shop, args),
    }
    const known = context.ignoreIdempotencyKeys ? undefined : answerOfKey(call, rules, context.busyKeys)
    return shown(shop, known ?? carriedOut(call))
  }
  return field
}

interface Call<A> {
  readonly name: string
  readonly args: A
  readonly shop: Shop
  readonly key: string | undefined
  run(): Payload
}

/** What the key alone decides: wait, refuse, or the first answer again. */
function answerOfKey<A>(
  call: Call<A>,
  rules: MutationRules<A>,
  busy: ReadonlySet<string>,
): Payload | undefined {
  const { shop, name, args, key } = call
  if (key === undefined) return undefined
  if (busy.has(key)) {
    const message = 'This request is currently in progress, please try again.'
    return refusal(rules, 'IDEMPOTENCY_CONCURRENT_REQUEST', message)
  }
  const state = keyState(shop, keyOf(call), canonical(name, args))
  if (state.kind === 'new') return undefined
  if (state.kind === 'refused') return refusal(rules, state.code, state.message)
  const stale = shop.settings.keyReplay === 'after-compare' ? staleNow(call) : undefined
  if (stale !== undefined) return stale
  shop.store.transaction(() => log(shop, name, { args, key, replayed: true }))
  return state.payload as Payload
}

/** Compare-and-set first, key second: one live report saw a resent call refused as stale. */
function staleNow<A>({ shop, run }: Call<A>): Payload | undefined {
  try {
    shop.store.transaction(() => {
      throw new RolledBack(run())
    })
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
    const stale = error.payload.userErrors.some(({ code }) => code === 'CHANGE_FROM_QUANTITY_STALE')
    return stale ? error.payload : undefined
  }
  return undefined
}

function carriedOut<A>(call: Call<A>): Payload {
  const { shop, name, args, key } = call
  const payload = attempt(call)
  if (payload.userErrors.length > 0) {
    const usesKeyUp = shop.settings.keyAfterUserErrors === 'used' && didNothing(payload)
    shop.store.transaction(() => {
      if (usesKeyUp && key !== undefined) remember(shop, keyOf(call), canonical(name, args), payload, true)
      log(shop, name, { args, key: key ?? null, userErrors: payload.userErrors })
    })
  }
  return payload
}

function attempt<A>(call: Call<A>): Payload {
  const { shop, name, args, key, run } = call
  try {
    return shop.store.transaction(() => {
      const done = run()
      if (done.userErrors.length > 0 && didNothing(done)) throw new RolledBack(done)
      if (key !== undefined) remember(shop, keyOf(call), canonical(name, args), done, false)
      if (done.userErrors.length === 0) log(shop, name, { args, key: key ?? null })
      return done
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.payload
    throw error
  }
}

/** A payload that holds nothing but errors. */
function didNothing(payload: Payload): boolean {
  return Object.entries(payload).every(([name, value]) => /serErrors$/.test(name) || value === null)
}

function keyOf<A>({ shop, name, key }: Call<A>): string {
  return shop.settings.keyScope === 'mutation' ? `${name} ${key}` : String(key)
}

/** The answer as the client sees it. */
function shown(shop: Shop, payload: Payload): Payload {
  if (shop.settings.userErrors === 'all') return payload
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      /serErrors$/.test(name) && Array.isArray(value) ? value.slice(0, 1) : value,
    ]),
  ) as unknown as Payload
}

class RolledBack extends Error {
  readonly payload: Payload
  constructor(payload: Payload) {
    super('A call that answers user errors changes nothing')
    this.payload = payload
  }
}

function refusal<A>(rules: MutationRules<A>, code: string, message: string): Payload {
  const errors = [rules.coded ? { code, field: null, message } : { field: null, message }]
  return { ...rules.empty, userErrors: errors, [rules.errorsField ?? 'userErrors']: errors }
}

/** Shopify demands the key itself, null included: JSON without it is another request. */
export function requireChangeFromQuantity(inputType: string, inputs: readonly object[]): void {
  if (inputs.every(input => Object.hasOwn(input, 'changeFromQuantity'))) return
  throw new GraphQLError(`${inputType} must include the following argument: changeFromQuantity.`, {
    extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
  })
}
