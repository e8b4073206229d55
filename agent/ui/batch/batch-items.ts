import { isEnded } from '../../../shared/pickup-moves.ts'
import type { LineView, PickupView } from '../../till/api-schema.ts'
import { openUnits, type Tally, tallyOf } from '../picking/counts.ts'
import { linesWithCode, lineWithCode, ordersNamed } from '../pickups/search.ts'
import { commandOf, elsewhere, itemTitle, type ScanMeaning } from '../scan/scan-meaning.ts'

/** How many orders are picked at once at most: more than that fit into no trolley, and on no screen. */
export const MOST_AT_ONCE = 12

/** What one order wants of an item. */
export interface Share {
  readonly order: PickupView
  readonly line: LineView
}

/** What tells a share from others. */
export const shareKey = ({ order, line }: Share): string => JSON.stringify([order.pickup, line.id])

/** One item with the share of each order, the order that is due first on top. */
export interface BatchItem {
  readonly key: string
  readonly title: string
  readonly shares: readonly Share[]
  readonly tally: Tally
}

/** The items of several orders, each once, by title: the same things lie beside each other in the list as in the shop. */
export function itemsOf(orders: readonly PickupView[]): readonly BatchItem[] {
  const groups = Map.groupBy(sharesOf(orders), ({ line }) => itemKey(line))
  return [...groups]
    .map(([key, shares]) => {
      const lines = shares.map(({ line }) => line)
      return { key, title: lines[0] === undefined ? '' : itemTitle(lines[0]), shares, tally: tallyOf(lines) }
    })
    .toSorted((a, b) => a.title.localeCompare(b.title) || a.key.localeCompare(b.key))
}

/** What tells a line's item from others. */
export function itemKey({ sku, barcode, title, variantTitle }: LineView): string {
  return JSON.stringify([sku, barcode, title, variantTitle])
}

function sharesOf(orders: readonly PickupView[]): readonly Share[] {
  return orders.flatMap(order => order.lines.map(line => ({ order, line })))
}

/** The item to look for next: the first open one after `after`, then from the top; null when none is open. */
export function nextOpenItem(items: readonly BatchItem[], after: string | null): BatchItem | null {
  const at = items.findIndex(({ key }) => key === after)
  return [...items.slice(at + 1), ...items.slice(0, at + 1)].find(({ tally }) => tally.open > 0) ?? null
}

/**
 * The share that a found item counts for: of the order that is due first and still looks for it, else of the first for which it
 * was missing; undefined when each has all of it. `orders`: due first on top.
 */
export function shareToCount(orders: readonly PickupView[], code: string): Share | undefined {
  const shares = orders.flatMap(order => linesWithCode(order.lines, code).map(line => ({ order, line })))
  return shares.find(({ line }) => openUnits(line) > 0) ?? shares.find(({ line }) => line.picked < line.units)
}

type BatchScan =
  | Extract<ScanMeaning, { is: 'command' | 'pickup' | 'elsewhere' | 'unknown' }>
  /** An item on the list, of which so many are wanted in all. */
  | { readonly is: 'item'; readonly title: string; readonly units: number }
  /** An item that only an order wanted which has ended meanwhile. */
  | { readonly is: 'put-back'; readonly title: string; readonly order: string }

/** What a scanned code means while `orders` are picked at once; `ended`: those of them that have ended meanwhile. */
export function batchScan(
  code: string,
  pickups: readonly PickupView[],
  orders: readonly PickupView[],
  ended: readonly PickupView[],
): BatchScan {
  const command = commandOf(code)
  if (command !== null) return { is: 'command', command }
  const lines = orders.flatMap(order => linesWithCode(order.lines, code))
  const [line] = lines
  if (line !== undefined) return { is: 'item', title: itemTitle(line), units: tallyOf(lines).units }
  const [named] = ordersNamed(pickups, code)
  if (named !== undefined) return { is: 'pickup', pickup: named }
  const dropped = ended.flatMap(view => {
    const own = lineWithCode(view, code) ?? linesWithCode(view.goneLines, code)[0]
    return own === undefined ? [] : [{ title: itemTitle(own), order: view.order.name }]
  })[0]
  const other = elsewhere(code, pickups)
  return other.is === 'unknown' && dropped !== undefined ? { is: 'put-back', ...dropped } : other
}

/** Whether an order was called off while it was in the batch, so that its goods go back. */
export function isCalledOff({ state }: PickupView): boolean {
  return isEnded(state) && state !== 'collected'
}
