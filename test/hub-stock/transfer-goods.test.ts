import { expect, test } from 'vitest'
import type { BookedShopMovement, ShopMovement } from '../../hub/stock/shop-movements.ts'
import { movementsOfShipment, type ShipmentGoods } from '../../hub/stock/transfer-goods.ts'

const line = (id: string, quantity: number) => ({ id, item: `item-${id}`, quantity, accepted: 0 })
const holding = (lines: ShipmentGoods['lines'], isWhole = true): ShipmentGoods => ({
  id: 'shipment',
  origin: 'here',
  destination: 'there',
  shippedAt: 100,
  changedAt: 200,
  receivedAt: null,
  isWhole,
  lines,
})

/** Tells what a shipment holds by and by, and books what comes of it. */
function telling() {
  const sent: BookedShopMovement[] = []
  return (goods: ShipmentGoods): readonly ShopMovement[] => {
    const told = movementsOfShipment(goods, { sent, arrived: [] })
    sent.push(...told)
    return told
  }
}
const brief = (told: readonly ShopMovement[]) => told.map(({ item, units, madeAt }) => [item, units, madeAt])

test('what is changed of a shipment on its way changes what has left, each time once', () => {
  const tell = telling()
  expect(brief(tell(holding([line('a', 4), line('b', 1)])))).toEqual([
    ['item-a', -4, 100],
    ['item-b', -1, 100],
  ])
  expect(tell(holding([line('a', 4), line('b', 1)]))).toEqual([])
  expect(brief(tell(holding([line('a', 6), line('b', 1)])))).toEqual([['item-a', -2, 200]])
  expect(brief(tell(holding([line('a', 4), line('b', 1), line('c', 2)])))).toEqual([
    ['item-a', 2, 200],
    ['item-c', -2, 200],
  ])
  const again = tell(holding([line('a', 6), line('b', 1), line('c', 2)]))
  expect(brief(again)).toEqual([['item-a', -2, 200]])
  expect(again).toMatchObject([{ line: 'a?change=3', revision: 3 }])
})

test('a line that was taken off comes back, once all lines are known to be read', () => {
  const tell = telling()
  tell(holding([line('a', 4), line('b', 1)]))
  expect(tell(holding([line('a', 4)], false))).toEqual([])
  expect(brief(tell(holding([line('a', 4)])))).toEqual([['item-b', 1, 200]])
  expect(tell(holding([line('a', 4)]))).toEqual([])
})
