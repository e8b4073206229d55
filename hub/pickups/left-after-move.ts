import type { Reads } from '../db/db.ts'
import { type BookedFulfillment, fulfillmentsOfPickup } from './fulfillments.ts'
import type { Pickup } from './pickup-row.ts'

type BookedLine = BookedFulfillment['lines'][number]

/** Units of a line that have left a store, of an order that was moved. */
export interface LeftAfterMove {
  /** By a till's word that Shopify does not have as handed over there. */
  readonly byTills: number
  /** By Shopify's word. */
  readonly inShopify: number
  /** Of those, what another store had handed over, so that it has not left. */
  readonly putBack: number
}

/** What of a pickup has left a store, which may not be the one that has it. @returns the units of a line */
export async function leftAfterMove(
  db: Reads,
  { row }: Pick<Pickup, 'row'>,
  store: string,
): Promise<(line: string) => LeftAfterMove> {
  const rows = await fulfillmentsOfPickup(db, row.pickup)
  const sum = (of: (line: BookedLine, row: BookedFulfillment) => number, line: string) =>
    rows
      .flatMap(one => one.lines.filter(own => own.line === line).map(own => of(own, one)))
      .reduce((a, b) => a + b, 0)
  return line => {
    const at = (state: BookedFulfillment['state'], units: (line: BookedLine) => number) =>
      sum((own, one) => (one.state === state && one.store === store ? units(own) : 0), line)
    const told = at('told', own => (own.isAfterMove ? own.quantity : 0))
    const toldByAll = sum((own, one) => (one.state === 'told' ? own.quantity - own.offOrder : 0), line)
    const backElsewhere = sum(
      (own, one) => (one.state === 'booked' && one.store !== store ? own.putBack : 0),
      line,
    )
    // what no till told after the move was handed over by the store that has the pickup, just before it
    const justBefore = row.store === store ? Math.max(0, backElsewhere - toldByAll) : 0
    return {
      byTills: told + justBefore,
      inShopify: at('booked', own => own.quantity),
      putBack: at('booked', own => own.putBack),
    }
  }
}

/** Whether goods of a pickup have left a store, by a till's word after a move or by Shopify's. */
export async function hasLeftFrom(db: Reads, pickup: string, store: string): Promise<boolean> {
  return (await fulfillmentsOfPickup(db, pickup)).some(
    one =>
      one.store === store &&
      one.lines.some(line =>
        one.state === 'told' ? line.isAfterMove : one.state === 'booked' && line.quantity > line.putBack,
      ),
  )
}
