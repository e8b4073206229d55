import type { FieldValue } from '../../checks/words/message.ts'
import type { UserError } from '../api/client.ts'
import type { Change } from './request.ts'

/** Refused SKUs and what Shopify said of each. */
export type BadChanges = ReadonlyMap<string, readonly UserError[]>

/** What an answered user error asks us to do. */
export type Remedy =
  /** Levels were changed first by someone else: read all of them again, new key. */
  | { readonly kind: 'read-again' }
  /** These levels were changed first by someone else, and the others were not: those go at once. */
  | { readonly kind: 'stale'; readonly skus: ReadonlySet<string> }
  /** The same key is being worked on: wait, send the same again. */
  | { readonly kind: 'wait' }
  /** Shopify could not do it just now: later, new key. */
  | { readonly kind: 'later' }
  /** Our bug: nothing more is sent. */
  | { readonly kind: 'stop' }
  /** Shopify takes no stock at this location: nothing can be sent there, whatever the item. */
  | { readonly kind: 'place' }
  /** These changes are refused; the others can go without them. */
  | { readonly kind: 'split'; readonly bad: BadChanges }
  /** The request as a whole is refused. */
  | { readonly kind: 'refused' }

/** Codes about one change of a request; each has a phrase in hub/checks/words. */
const ABOUT_ONE_CHANGE = [
  'INVALID_INVENTORY_ITEM',
  'NON_MUTABLE_INVENTORY_ITEM',
  'INVALID_QUANTITY_TOO_HIGH',
  'INVALID_QUANTITY_TOO_LOW',
] as const
const aboutOneChange = (code: string | null) => ABOUT_ONE_CHANGE.find(each => each === code)

/** Decides by the errors' codes; see invariant 10 in docs. Split wins over read-again: a bad item never heals. */
export function remedyFor(errors: readonly UserError[], changes: readonly Change[]): Remedy {
  const codes = new Set(errors.map(error => error.code ?? ''))
  if (codes.has('IDEMPOTENCY_CONCURRENT_REQUEST')) return { kind: 'wait' }
  if (codes.has('IDEMPOTENCY_KEY_PARAMETER_MISMATCH')) return { kind: 'stop' }
  if (codes.has('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')) return { kind: 'read-again' }
  if (codes.has('INVALID_LOCATION')) return { kind: 'place' }
  const bad = badChanges(errors, changes)
  if (bad.size > 0) return { kind: 'split', bad }
  if (codes.has('CHANGE_FROM_QUANTITY_STALE')) {
    const skus = new Set(staleChanges(errors, changes).keys())
    return skus.size < changes.length ? { kind: 'stale', skus } : { kind: 'read-again' }
  }
  if (codes.has('SERVICE_UNAVAILABLE') || codes.has('ADJUST_QUANTITIES_FAILED')) return { kind: 'later' }
  return { kind: 'refused' }
}

/**
 * A write that has been sent so often is stuck on one of its items: the one that Shopify always calls stale, or one that
 * it cannot change and does not name. That item waits alone, and the others of the place go.
 */
export function remedyForStuck(
  found: Remedy,
  errors: readonly UserError[],
  changes: readonly Change[],
): Remedy {
  if (found.kind === 'later' && errors.some(({ code }) => code === 'ADJUST_QUANTITIES_FAILED'))
    return { kind: 'refused' }
  if (found.kind !== 'read-again' && found.kind !== 'stale') return found
  const bad = staleChanges(errors, changes)
  return bad.size > 0 ? { kind: 'split', bad } : found
}

/** SKUs of the changes that errors name by their index; the first one when an error names none of several. */
function badChanges(errors: readonly UserError[], changes: readonly Change[]): BadChanges {
  return namedChanges(
    errors.filter(({ code }) => aboutOneChange(code) !== undefined),
    changes,
  )
}

function staleChanges(errors: readonly UserError[], changes: readonly Change[]): BadChanges {
  return namedChanges(
    errors.filter(({ code }) => code === 'CHANGE_FROM_QUANTITY_STALE'),
    changes,
  )
}

function namedChanges(errors: readonly UserError[], changes: readonly Change[]): BadChanges {
  const bad = new Map<string, readonly UserError[]>()
  for (const error of errors) {
    const index = error.field.indexOf('changes')
    const named = index === -1 ? undefined : changes[Number(error.field[index + 1] ?? 'none')]
    const change = named ?? changes[0]
    if (change !== undefined) bad.set(change.sku, [...(bad.get(change.sku) ?? []), error])
  }
  return bad
}

/** Why one change was refused, for people. */
export function whyRefused(errors: readonly UserError[]): FieldValue {
  const known = errors.map(({ code }) => aboutOneChange(code)).find(code => code !== undefined)
  if (known !== undefined) return { phrase: `phrase.${known}` }
  const said = errors.map(error => `${error.message} (${error.code ?? 'no code'})`).join(' ')
  return { phrase: 'phrase.shopify-says', fields: { said } }
}

/** Whether an error means that the item is not in Shopify any more. */
export function isGone(errors: readonly UserError[]): boolean {
  return errors.some(error => error.code === 'INVALID_INVENTORY_ITEM')
}
