import { z } from 'zod'

/**
 * How an order's code looks. In `match`, `{order}` stands for the order's letters, digits, `.`, `_` and `-`, `{digits}` for
 * digits only, `*` for anything; the rest stands for itself, in capital or small letters. `order` says what is made of
 * it, `{}` being what was found.
 */
export const OrderRule = z.strictObject({
  name: z.string().min(1).max(64),
  match: z
    .string()
    .max(255)
    .refine(match => (match.match(PLACE) ?? []).length === 1, 'it needs {order} or {digits} once')
    .refine(
      match => match.replace(PLACE, '').replaceAll('*', '') !== '',
      'it needs at least one character of its own, or every scan would be an order',
    ),
  order: z.string().max(128).regex(/\{\}/, 'it needs {} where the order’s own part goes').default('{}'),
})
export type OrderRule = z.infer<typeof OrderRule>

/** Shopify's default order names, and its order status pages. */
export const usualOrderRules: readonly OrderRule[] = [
  { name: 'order-name', match: '#{digits}', order: '#{}' },
  { name: 'order-status', match: 'https://*/orders/{order}/authenticate*', order: '{}' },
  { name: 'customer-account', match: 'https://shopify.com/*/account/orders/{digits}*', order: '{}' },
]

const PLACE = /\{(?:order|digits)\}/g
const LONGEST_ORDER = 64
const LONGEST_CODE = 1_024

/** The order that a text names by the first rule it fits, or null. Linear in the text's length for each rule. */
export function readOrderCode(text: string, rules: readonly OrderRule[]): string | null {
  const code = text.trim()
  if (code === '' || code.length > LONGEST_CODE) return null
  for (const rule of rules) {
    const found = matchOrder(code, rule.match)
    if (found !== null) return rule.order.replace('{}', () => found)
  }
  return null
}

/** A to Z only, so that no text changes its length. */
function small(text: string): string {
  return text.replace(/[A-Z]/g, letter => letter.toLowerCase())
}

interface Piece {
  readonly before: string
  /** Null: text only. */
  readonly place: 'order' | 'digits' | null
  readonly after: string
}

/** Finds each piece between asterisks at the first place where it fits; the first and last are tied to the ends. */
function matchOrder(code: string, match: string): string | null {
  const lower = small(code)
  const pieces = match.split('*').map(pieceOf)
  let at = 0
  let found: string | null = null
  for (const [i, piece] of pieces.entries()) {
    const isLast = i === pieces.length - 1
    const end = findPiece(lower, piece, at, i === 0, isLast)
    if (end === null) return null
    if (piece.place !== null) found = code.slice(end.from, end.to)
    at = end.next
  }
  return found
}

function pieceOf(text: string): Piece {
  const place = /\{(order|digits)\}/.exec(text)
  if (place === null) return { before: small(text), place: null, after: '' }
  return {
    before: small(text.slice(0, place.index)),
    place: place[1] === 'digits' ? 'digits' : 'order',
    after: small(text.slice(place.index + place[0].length)),
  }
}

interface Place {
  readonly from: number
  readonly to: number
  readonly next: number
}

function findPiece(code: string, piece: Piece, from: number, atStart: boolean, atEnd: boolean): Place | null {
  const last = atStart ? from : code.length - piece.before.length
  for (let at = from; at <= last; at += 1) {
    if (!code.startsWith(piece.before, at)) continue
    const start = at + piece.before.length
    for (const to of endsOf(code, piece.place, start)) {
      const next = to + piece.after.length
      if (code.startsWith(piece.after, to) && (!atEnd || next === code.length))
        return { from: start, to, next }
    }
  }
  return null
}

/** Where the text of a place may end, the farthest first. */
function endsOf(code: string, place: Piece['place'], start: number): number[] {
  if (place === null) return [start]
  const run = (place === 'digits' ? /^\d{1,64}/ : /^[\w.-]{1,64}/).exec(
    code.slice(start, start + LONGEST_ORDER),
  )
  return Array.from({ length: run?.[0].length ?? 0 }, (_, i) => start + (run?.[0].length ?? 0) - i)
}
