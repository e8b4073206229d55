import { hash } from 'node:crypto'
import { type AgentEvent, SaleCompleted } from '../../../shared/events.ts'
import { type CatalogueStore, currency, items } from '../catalogue.ts'

/** Where the light stores are: a street and a town each, so that people can tell them apart. */
const STREETS = [
  'Station Road',
  'Mill Lane',
  'Church Street',
  'Park Avenue',
  'Castle Hill',
  'Bridge Street',
  'Old Harbour',
  'Orchard Way',
] as const
const TOWNS = [
  ['Bremen', '28195'],
  ['Kiel', '24103'],
  ['Rostock', '18055'],
  ['Hannover', '30159'],
  ['Schwerin', '19053'],
  ['Flensburg', '24937'],
] as const

/** The light stores of an `npm start -- --stores N`: one beyond the catalogue's two, and so on. The same number gives the same. */
export function lightStores(count: number): CatalogueStore[] {
  return Array.from({ length: count }, (_, index) => {
    const [city, postcode] = TOWNS[index % TOWNS.length] ?? TOWNS[0]
    const street = STREETS[Math.floor(index / TOWNS.length) % STREETS.length] ?? STREETS[0]
    const number = String(index + 3).padStart(2, '0')
    return {
      code: `L${number}`,
      name: `${city} ${street}`,
      shopifyLocationId: 70_100_000_003 + index,
      posWarehouse: `WH-L${number}`,
      zone: 'Europe/Berlin',
      address: { street: `${street} ${index + 1}`, postcode, city, country: 'DE' },
    }
  })
}

const VAT = 0.19

/** A receipt of a light store as an agent would send it: one to three items, paid by card. @param chance draws from [0, 1) */
export function lightSale(
  store: CatalogueStore,
  receipt: string,
  at: number,
  chance: () => number,
): AgentEvent {
  const sold = items.filter(item => item.onlyIn === null && item.taxRate === 19)
  const picks = Array.from(
    { length: 1 + Math.floor(chance() * 3) },
    () => sold[Math.floor(chance() * sold.length)],
  )
  const lines = picks.flatMap((item, line) =>
    item === undefined
      ? []
      : [
          {
            line,
            sku: item.sku,
            barcode: item.barcode,
            title: item.title,
            quantity: 1_000,
            net: Math.round(item.priceMinor / (1 + VAT)),
            warehouse: store.posWarehouse,
            gross: item.priceMinor,
          },
        ],
  )
  const total = lines.reduce((sum, { gross }) => sum + gross, 0)
  const net = lines.reduce((sum, line) => sum + line.net, 0)
  const [date = '', time = ''] = wallClock(store.zone, at).split(' ')
  return SaleCompleted.parse({
    kind: 'sale.completed',
    at,
    source: 'pos',
    receipt,
    receiptNumber: receipt,
    fingerprint: hash('sha256', `${store.code} ${receipt}`),
    till: 'Till 1',
    staff: null,
    businessDate: date,
    soldAt: { wall: `${date}T${time}`, zone: store.zone },
    currency,
    lines: lines.map(({ gross: _gross, ...line }) => line),
    taxes: [{ name: 'VAT', rate: 190_000, base: net, amount: total - net }],
    tenders: [{ kind: 'card', name: 'Card', amount: total }],
    rounding: 0,
    unexplained: 0,
  })
}

/** `2026-11-28 15:04:05` on the clocks of a zone: Sweden writes dates in ISO's order. */
function wallClock(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
}
