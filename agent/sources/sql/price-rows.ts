import { PriceChanged } from '../../../shared/events.ts'
import { checked } from '../../../shared/record-problems.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { SqlRow } from './engine.ts'
import type { PriceMapping } from './mapping.ts'
import { amountIn } from './money-in-rows.ts'
import { barcodeIn } from './receipt-parts.ts'
import type { Content, Interpretation, Reader, RowKind } from './row-kind.ts'
import { payloadOf } from './row-payload.ts'
import { pick, textIn } from './values.ts'

const PRICE = ['price', 'sku', 'barcode']

/** The price of each item at the till, reported when it is new and when it has changed. */
export function priceKind(mapping: PriceMapping, reader: Reader): RowKind {
  const entries = reader.dialect.text(mapping.entries)
  return {
    name: 'prices',
    order: mapping,
    async contents(keys) {
      const query = { sql: entries, keys: { as: mapping.keys, list: keys }, params: [keys.length] }
      const [rows = []] = await reader.engine.read([query])
      return new Map(
        rows.map((row): [string, Content] => [
          String(row['key']),
          {
            fingerprint: fingerprintOf(pick(row, PRICE)),
            wall: null,
            interpret: () => interpretPrice(row, mapping, reader),
            payload: () => payloadOf({ price: row }),
          },
        ]),
      )
    },
    takeBack: () => [], // a deleted item is not sold any more
  }
}

function interpretPrice(row: SqlRow, mapping: PriceMapping, reader: Reader): Interpretation {
  const price = checked(PriceChanged, {
    kind: 'price.changed',
    at: 0,
    source: reader.source,
    entry: String(row['key']),
    fingerprint: '0'.repeat(43),
    sku: textIn(row, 'sku'),
    barcode: barcodeIn(row),
    price: amountIn(row, 'price', reader.currency, 'price'),
    currency: reader.currency,
    taxIncluded: mapping.taxIncluded,
  })
  return {
    is: 'whole',
    told: 'price',
    tell: ({ at, fingerprint }) => [{ ...price, at, fingerprint }],
  }
}
