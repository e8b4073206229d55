import type { PosWritten } from '../../shared/events.ts'
import { ReturnMade } from '../../shared/events.ts'
import { units } from '../../shared/quantity.ts'
import type { Reads } from '../db/db.ts'
import { readPickup } from '../pickups/pickup-row.ts'
import type { WrittenBack } from '../stock/pos-counts.ts'

type Goods = WrittenBack['goods']

/** The goods that Tillbridge has moved in a POS's stock table under an external id: out by a hand-over, in by a return. */
export async function writtenGoods(db: Reads, { what, externalId }: PosWritten): Promise<Goods> {
  const prefix = `tillbridge:${what}:`
  if (!externalId.startsWith(prefix) || what === 'order') return []
  const id = externalId.slice(prefix.length)
  return what === 'hand-over' ? handedOver(db, id) : takenBack(db, id)
}

async function handedOver(db: Reads, id: string): Promise<Goods> {
  const pickup = await readPickup(db, id)
  if (pickup === null) return []
  const { lines, moreLines = [], goneLines = [] } = pickup.body
  const whole = [...lines, ...moreLines].map(line => ({
    sku: line.sku,
    count: line.units + (line.collected ?? 0),
  }))
  const gone = goneLines.map(line => ({ sku: line.sku, count: line.collected ?? 0 }))
  const warehouse = pickup.lines.warehouse
  return [...whole, ...gone].flatMap(({ sku, count }) =>
    sku === null || count === 0 ? [] : [{ sku, warehouse, quantity: -units(count) }],
  )
}

async function takenBack(db: Reads, id: string): Promise<Goods> {
  const row = await db
    .selectFrom('till_return')
    .select('body_json')
    .where('return_id', '=', id)
    .executeTakeFirst()
  const made = row === undefined ? null : ReturnMade.safeParse(JSON.parse(row.body_json))
  if (made?.success !== true) return []
  return made.data.lines.flatMap(({ sku, condition, units: count }) =>
    sku === null || condition !== 'sellable' ? [] : [{ sku, warehouse: null, quantity: units(count) }],
  )
}
