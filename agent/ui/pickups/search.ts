import { isEnded } from '../../../shared/pickup-moves.ts'
import type { LineView, PickupView } from '../../till/api-schema.ts'

/** Pickups whose order, customer (with the end of the phone number) or items hold all the words of `text`. */
export function search(pickups: readonly PickupView[], text: string): readonly PickupView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return pickups.filter(view => {
    const held = haystack(view)
    return words.every(word => held.includes(word))
  })
}

function haystack(view: PickupView): string {
  const items = view.lines.flatMap(line => [line.title, line.variantTitle, line.sku, line.barcode])
  return [view.order.name, view.customer.name, view.customer.phoneEnd, ...items].join('\n').toLowerCase()
}

/** What a scanned or typed code means here. `several`: more than one open order has that item. */
export type CodeMatch =
  | { readonly is: 'pickup'; readonly pickup: PickupView }
  | { readonly is: 'several' }
  | { readonly is: 'nothing' }

/** Finds the order that a code names, or the one open order that has the item it names. */
export function findCode(pickups: readonly PickupView[], code: string): CodeMatch {
  const named = ordersNamed(pickups, code)
  const open = pickups.filter(view => !isEnded(view.state))
  const holding = named.length > 0 ? named : open.filter(view => lineWithCode(view, code) !== undefined)
  const [first, second] = holding
  if (first === undefined) return { is: 'nothing' }
  return second === undefined ? { is: 'pickup', pickup: first } : { is: 'several' }
}

/** The pickups of the order that a code names; an item's code names none. */
export function ordersNamed(pickups: readonly PickupView[], code: string): readonly PickupView[] {
  const wanted = plainCode(code)
  return pickups.filter(view => plainCode(view.order.name) === wanted)
}

/** The lines that a code names by barcode or SKU. */
export function linesWithCode(lines: readonly LineView[], code: string): readonly LineView[] {
  const wanted = plainCode(code)
  return lines.filter(line => [line.barcode, line.sku].some(own => own !== null && plainCode(own) === wanted))
}

/** The first line of a pickup that a code names. */
export function lineWithCode(view: PickupView, code: string): LineView | undefined {
  return linesWithCode(view.lines, code)[0]
}

// An item's barcode may have 12, 13 or 14 digits, and an order's name may come with or without its `#`.
function plainCode(code: string): string {
  const bare = code.trim().toLowerCase().replace(/^#/, '')
  return /^\d{8,}$/.test(bare) ? bare.replace(/^0+/, '') : bare
}
