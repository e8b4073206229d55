import { priceOf } from './goods.ts'

/** What is physically so, whatever any computer believes. Kept by the people who act, and by nothing else. */
export interface Truth {
  /** Units in a store: on its shelves, and packed for customers who have not come. */
  units(store: string, sku: string): number
  moveUnits(store: string, sku: string, by: number): void
  /** Units that a customer could take: what is packed for others stays. */
  onShelf(store: string, sku: string): number
  /** A till's journal was destroyed, or put back to an image: what only it had is gone. */
  loseJournal(source: string, store: string): void
  hasLostJournals(source: string, store: string): boolean
  /** The hub's database was put back to a backup. */
  putHubBack(): void
  isHubPutBack(): boolean
  readonly receipts: Map<string, Receipt>
  readonly orders: Map<string, Order>
  shelves(): Iterable<readonly [store: string, sku: string, units: number]>
}

/** A receipt as its POS has it now. */
export interface Receipt {
  readonly store: string
  readonly source: string
  readonly receipt: string
  state: 'sold' | 'voided'
  /** Minor units. */
  gross: number
  lines: readonly ReceiptLine[]
  revision: number
  /** What it was before each correction, oldest first. */
  readonly former: Pick<Receipt, 'state' | 'gross' | 'lines'>[]
  /** The business date of its sale by the POS's own clock: 20260718. A correction leaves it. */
  readonly day: number
  /** The POS has the agent's word that its newest content is durable. */
  isPosted: boolean
}

export interface ReceiptLine {
  readonly sku: string
  /** Negative: taken back. */
  readonly units: number
  /** Minor units each, tax included. */
  readonly price: number
}

/** An order for pickup as its customer lives it. */
export interface Order {
  readonly name: string
  readonly store: string
  /** What was ordered; once it is handed over, what left with the customer. */
  lines: readonly { readonly sku: string; readonly units: number }[]
  state: 'waiting' | 'collected' | 'cancelled'
  /** How often staff handed goods over. */
  handOvers: number
  /** Units that were ordered. */
  readonly ordered: number
  /** What the customer paid online, minor units; a scenario that pays otherwise leaves it out. */
  readonly paid?: number
  /** What the customer got back of it, minor units. */
  paidBackMinor: number
  /** What was paid back as the store could not find it; nothing when left out. */
  paidBack?: readonly { readonly sku: string; readonly units: number }[]
}

export function openTruth(): Truth {
  const held = new Map<string, Map<string, number>>()
  const of = (store: string) => {
    const shelf = held.get(store) ?? new Map<string, number>()
    held.set(store, shelf)
    return shelf
  }
  const orders = new Map<string, Order>()
  const lostJournals = new Set<string>()
  let isHubPutBack = false
  return {
    loseJournal: (source, store) => void lostJournals.add(`${store}/${source}`),
    hasLostJournals: (source, store) => lostJournals.has(`${store}/${source}`),
    putHubBack() {
      isHubPutBack = true
    },
    isHubPutBack: () => isHubPutBack,
    units: (store, sku) => of(store).get(sku) ?? 0,
    moveUnits(store, sku, by) {
      of(store).set(sku, (of(store).get(sku) ?? 0) + by)
    },
    onShelf(store, sku) {
      const waiting = [...orders.values()].filter(order => order.store === store && order.state === 'waiting')
      const packed = waiting.flatMap(({ lines }) => lines).filter(line => line.sku === sku)
      return (of(store).get(sku) ?? 0) - packed.reduce((sum, { units }) => sum + units, 0)
    },
    receipts: new Map(),
    orders,
    *shelves() {
      for (const [store, shelf] of held) for (const [sku, units] of shelf) yield [store, sku, units]
    },
  }
}

/** What goods cost in the web shop, minor units. */
export function paidOf(lines: readonly { readonly sku: string; readonly units: number }[]): number {
  return lines.reduce((sum, { sku, units }) => sum + units * priceOf(sku), 0)
}

/** What a receipt moved off the shelves: positive for goods that left. */
export function unitsSold(lines: readonly Pick<ReceiptLine, 'sku' | 'units'>[]): ReadonlyMap<string, number> {
  const sold = new Map<string, number>()
  for (const { sku, units } of lines) sold.set(sku, (sold.get(sku) ?? 0) + units)
  return sold
}

/** Units that customers who may still come were promised: what was ordered, less what was paid back. */
export function unitsPromised({ orders }: Truth, store: string, sku: string): number {
  let promised = 0
  for (const order of orders.values()) {
    if (order.store !== store || order.state !== 'waiting') continue
    for (const line of order.lines) if (line.sku === sku) promised += line.units
    for (const line of order.paidBack ?? []) if (line.sku === sku) promised -= line.units
  }
  return promised
}
