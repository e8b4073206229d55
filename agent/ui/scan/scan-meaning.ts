import { type CommandCode, commandCodes } from '../../../shared/pickup-codes.ts'
import { isEnded } from '../../../shared/pickup-moves.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { findCode, lineWithCode } from '../pickups/search.ts'

type Line = PickupView['lines'][number]

/** What a scan means on a page that shows the pickup `open`, or in the list. */
export type ScanMeaning =
  | { readonly is: 'command'; readonly command: CommandCode }
  /** An item of the open pickup. */
  | { readonly is: 'line'; readonly line: Line }
  /** The order that is open already. */
  | { readonly is: 'same' }
  /** Another pickup, by its name or, in the list, by an item that only it has. */
  | { readonly is: 'pickup'; readonly pickup: PickupView }
  /** An item of several pickups, in the list. */
  | { readonly is: 'several' }
  /** An item that the open pickup does not have and others do. */
  | { readonly is: 'elsewhere'; readonly title: string; readonly orders: readonly string[] }
  | { readonly is: 'unknown' }

/** A scan that was made while a pickup's page was open, or in the list. A new object for each. */
export interface PageScan {
  readonly code: string
  readonly meaning: ScanMeaning
  /** Whether this scan opened the page: it found the order, and counts nothing. */
  readonly opened: boolean
}

/** Finds out what a scanned code means where staff are. */
export function scanMeaning(
  code: string,
  pickups: readonly PickupView[],
  open: PickupView | undefined,
): ScanMeaning {
  const command = commandOf(code)
  if (command !== null) return { is: 'command', command }
  const line = open === undefined ? undefined : lineWithCode(open, code)
  if (line !== undefined) return { is: 'line', line }
  const found = findCode(pickups, code)
  if (open === undefined) return found.is === 'nothing' ? { is: 'unknown' } : found
  if (found.is === 'pickup' && lineWithCode(found.pickup, code) === undefined)
    return found.pickup.pickup === open.pickup ? { is: 'same' } : found
  return elsewhere(code, pickups)
}

/** The command that a code stands for; null: it is another code. */
export function commandOf(code: string): CommandCode | null {
  const printed = code.trim().toUpperCase()
  if (printed === commandCodes.ready) return 'ready'
  return printed === commandCodes.collected ? 'collected' : null
}

/** What a code means that no open page has a use for: an item of other orders, or nothing. */
export function elsewhere(
  code: string,
  pickups: readonly PickupView[],
): Extract<ScanMeaning, { is: 'elsewhere' | 'unknown' }> {
  const holding = pickups.filter(view => !isEnded(view.state) && lineWithCode(view, code) !== undefined)
  const [first] = holding
  const line = first === undefined ? undefined : lineWithCode(first, code)
  if (line === undefined) return { is: 'unknown' }
  return { is: 'elsewhere', title: itemTitle(line), orders: holding.map(view => view.order.name) }
}

/** An item's title with its variant. */
export function itemTitle({ title, variantTitle }: Pick<Line, 'title' | 'variantTitle'>): string {
  return variantTitle === null ? title : `${title}, ${variantTitle}`
}
