import { oneAtATime, type Turn } from '../../../shared/turns.ts'

/** The items that orders were taken in of while something else was read. */
export interface IntakeWatch {
  /** Inventory items, and SKUs whose item is not known. */
  readonly touched: ReadonlySet<string>
  /** Another hub may have taken orders in meanwhile, of which this one heard nothing. */
  hasMissed(): boolean
  end(): void
}

/**
 * Keeps what is read of orders and of levels in order. What is written is written in one turn, which is never held while
 * Shopify is asked; so the reading of an order never waits for a page of levels.
 */
export interface IntakeTurns {
  /** Reading and writing of one order: an older reading never comes after a newer one. Other orders go on. */
  ofOrder<T>(order: string, work: () => Promise<T>): Promise<T>
  /** Writes, alone. It must not call Shopify. */
  readonly writing: Turn
  /** Watches which items orders are taken in of, from now on. Begin before the levels are asked for. */
  watch(): IntakeWatch
  /** An order was taken in that is about these items; call it within the turn that wrote it. */
  touch(items: Iterable<string>): void
  /** This hub works with Shopify again; another one did until now. */
  regained(): void
}

export function intakeTurns(): IntakeTurns {
  const orders = new Map<string, { readonly turn: Turn; users: number }>()
  const watches = new Set<Set<string>>()
  let regained = 0
  return {
    writing: oneAtATime(),
    async ofOrder(order, work) {
      const own = orders.get(order) ?? { turn: oneAtATime(), users: 0 }
      orders.set(order, own)
      own.users += 1
      try {
        return await own.turn(work)
      } finally {
        own.users -= 1
        if (own.users === 0) orders.delete(order)
      }
    },
    watch() {
      const touched = new Set<string>()
      watches.add(touched)
      const begun = regained
      return { touched, hasMissed: () => regained !== begun, end: () => void watches.delete(touched) }
    },
    touch(items) {
      for (const item of items) for (const watch of watches) watch.add(item)
    },
    regained() {
      regained += 1
    },
  }
}
