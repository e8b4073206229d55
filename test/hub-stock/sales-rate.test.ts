import { expect, test } from 'vitest'
import { readHours } from '../../hub/checks/opening-hours.ts'
import { codeFor } from '../../hub/db/codes.ts'
import { insertRows, transaction } from '../../hub/db/db.ts'
import { itemNumbers } from '../../hub/items/item-table.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { salesRates } from '../../hub/stock/sales-rate.ts'
import { type ShopAndHub, shopAndHub } from '../hub-shopify/shop-and-hub.ts'

const SKU = 'MUG-BLU'
const HOUR = 3_600_000

/** A receipt of so many units at each full hour from one moment to before another. */
async function sellEachHour(hub: ShopAndHub, from: number, to: number, quantity: number): Promise<void> {
  await transaction(hub.db, async tx => {
    const store = await codeFor(tx, 'HAR')
    const warehouse = await codeFor(tx, 'WH-HARBOUR')
    const item = (await itemNumbers(tx, new Set([SKU]))).get(SKU) ?? 0
    const sales = []
    const lines = []
    for (let at = from; at < to; at += HOUR) {
      const sale = Math.round(at / HOUR)
      const row = { store, sale, source: store, receipt: Buffer.from(`r-${sale}`), revision: 0 }
      const who = {
        receipt_number: String(sale),
        till: store,
        staff: null,
        device: store,
        epoch: 1,
        seq: sale,
      }
      const money = { currency: 'EUR', net: 0, tax: 0, tendered: 0, rounding: 0, unexplained: 0 }
      const date = Number(new Date(at + HOUR).toISOString().slice(0, 10).replaceAll('-', ''))
      const when = { business_date: date, sold_at: at, received_at: at }
      const state = { state: 'sold', fingerprint: Buffer.from('f') } as const
      sales.push({ ...row, ...who, ...money, ...when, ...state })
      lines.push({ store, sale, revision: 0, line: 1, item, warehouse, net: 0, discount: null, quantity })
    }
    await insertRows(tx, 'sale', sales)
    await insertRows(tx, 'sale_line', lines)
  })
}

async function placeOf(hub: ShopAndHub) {
  const place = (await readPlaces(hub.db)).places.find(({ store }) => store === 'HAR')
  if (place === undefined) throw new Error('HAR has no place')
  return place
}

// the store's clock is an hour ahead of UTC in winter
const midnight = Date.parse('2026-11-20T00:00:00+01:00')

test('what is sold evenly has the same rate at any time of the day', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sellEachHour(hub, midnight - 32 * 24 * HOUR, midnight + 30 * HOUR, 1_000)
  const place = await placeOf(hub)
  for (const hour of [9, 18, 23]) {
    const until = midnight + hour * HOUR
    const rate = ((await salesRates(hub.db, place, { hours: null, until })).get(SKU) ?? 0) * 60
    expect(rate).toBeGreaterThan(0.98)
    expect(rate).toBeLessThan(1.03)
  }
})

test('only opening time counts, and fractions of units too', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  for (let day = 1; day <= 30; day += 1) {
    const begin = midnight - day * 24 * HOUR
    await sellEachHour(hub, begin + 10 * HOUR, begin + 18 * HOUR, 250)
  }
  const hours = readHours({ open: ['mon-sun 10:00-18:00'], closed: [], afterMinutes: 60 })
  const rates = await salesRates(hub.db, await placeOf(hub), {
    hours: { zone: 'Europe/Berlin', hours },
    until: midnight + 10 * HOUR,
  })
  expect((rates.get(SKU) ?? 0) * 60).toBeCloseTo(0.25, 3)
})
