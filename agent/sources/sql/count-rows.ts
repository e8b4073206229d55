import { z } from 'zod'
import { StockCounted } from '../../../shared/events.ts'
import { checked } from '../../../shared/record-problems.ts'
import { zoneClock } from '../../../shared/wall-clock.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { SqlRow } from './engine.ts'
import type { ArticleMapping } from './mapping.ts'
import { quantityIn } from './money-in-rows.ts'
import { barcodeIn } from './receipt-parts.ts'
import type { Content, Interpretation, Reader, RowKind } from './row-kind.ts'
import { payloadOf } from './row-payload.ts'
import { groupBy, pick, textIn } from './values.ts'

const COUNT = ['location', 'units', 'sku', 'barcode']
/** Fingerprint of what was told, by entry. */
const Told = z.record(z.string(), z.string())
/** No item is kept at more locations than this. */
const MOST_PLACES = 50

/** Stock counts: a row is an item, and each location whose count has changed is reported. */
export function countKind(mapping: ArticleMapping, reader: Reader): RowKind {
  const entries = reader.dialect.text(mapping.entries)
  const wallAt = zoneClock(reader.zone)
  return {
    name: 'counts',
    order: mapping,
    async contents(keys) {
      const query = {
        sql: entries,
        keys: { as: mapping.keys, list: keys },
        params: [keys.length * MOST_PLACES],
      }
      const [rows = []] = await reader.engine.read([query])
      return new Map(
        [...groupBy(rows, 'key')].map(([key, places]): [string, Content] => [
          key,
          contentOf(key, places, reader, wallAt),
        ]),
      )
    },
    takeBack: () => [], // a deleted item has no count, and the POS did not say that it was zero
  }
}

function contentOf(
  key: string,
  rows: readonly SqlRow[],
  reader: Reader,
  wallAt: (ms: number) => string,
): Content {
  const places = rows
    .filter(row => textIn(row, 'location') !== null)
    .sort((a, b) => (String(a['location']) < String(b['location']) ? -1 : 1))
  return {
    fingerprint: fingerprintOf(places.map(row => pick(row, COUNT))),
    wall: null,
    interpret: () => interpretCounts(key, places, reader, wallAt),
    payload: () => payloadOf({ counts: rows }),
  }
}

function interpretCounts(
  key: string,
  rows: readonly SqlRow[],
  reader: Reader,
  wallAt: (ms: number) => string,
): Interpretation {
  const counts = rows.map(row => {
    const warehouse = textIn(row, 'location') ?? reader.warehouse
    const quantity = quantityIn(row, 'units', `count in ${warehouse}`)
    return checked(StockCounted, {
      kind: 'stock.counted',
      at: 0,
      source: reader.source,
      entry: `${key}@${warehouse}`,
      fingerprint: fingerprintOf(pick(row, COUNT)),
      sku: textIn(row, 'sku'),
      barcode: barcodeIn(row),
      quantity,
      warehouse,
      countedAt: { wall: '2000-01-01T00:00:00', zone: reader.zone },
    })
  })
  return {
    is: 'whole',
    told: JSON.stringify(Object.fromEntries(counts.map(count => [count.entry, count.fingerprint]))),
    tell({ at, before }) {
      const told = before === null ? {} : Told.parse(JSON.parse(before))
      const countedAt = { wall: wallAt(at), zone: reader.zone }
      return counts
        .filter(count => told[count.entry] !== count.fingerprint)
        .map(count => ({ ...count, at, countedAt }))
    },
  }
}
