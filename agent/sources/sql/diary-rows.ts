import { StockMoved } from '../../../shared/events.ts'
import { checked } from '../../../shared/record-problems.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { SqlRow } from './engine.ts'
import type { DiaryMapping } from './mapping.ts'
import { quantityIn } from './money-in-rows.ts'
import { productUnknown, productWithoutSku, stockReasonUnknown } from './problems.ts'
import { barcodeIn } from './receipt-parts.ts'
import type { Content, Interpretation, Reader, RowKind } from './row-kind.ts'
import { payloadOf, wallOrNull } from './row-payload.ts'
import { meaningIn, pick, textIn, valueIn } from './values.ts'

const ENTRY = ['at', 'reason', 'location', 'product', 'units']

/** What must be known of an entry that is gone to say that it moved nothing after all. */
const Told = StockMoved.pick({ sku: true, barcode: true, warehouse: true, happenedAt: true })

/** The stock diary of a POS database. An entry that is gone is replaced by one of no units. */
export function diaryKind(mapping: DiaryMapping, reader: Reader): RowKind {
  const entries = reader.dialect.text(mapping.entries)
  return {
    name: mapping.table,
    order: mapping,
    async contents(keys) {
      const query = { sql: entries, keys: { as: mapping.keys, list: keys }, params: [keys.length] }
      const [rows = []] = await reader.engine.read([query])
      return new Map(
        rows.map((row): [string, Content] => [String(row['key']), contentOf(row, mapping, reader)]),
      )
    },
    takeBack: ({ key, told, at, source }) => [
      StockMoved.parse({
        ...Told.parse(JSON.parse(told)),
        kind: 'stock.moved',
        at,
        source,
        entry: key,
        fingerprint: fingerprintOf(['gone', key]),
        reason: 'corrected',
        quantity: 0,
      }),
    ],
  }
}

function contentOf(row: SqlRow, mapping: DiaryMapping, reader: Reader): Content {
  return {
    fingerprint: fingerprintOf(pick(row, ENTRY)),
    wall: wallOrNull(reader, valueIn(row, 'at')),
    interpret: () => interpretEntry(row, mapping, reader),
    payload: () => payloadOf({ entry: row }),
  }
}

function interpretEntry(row: SqlRow, mapping: DiaryMapping, reader: Reader): Interpretation {
  const reason = meaningIn(mapping.reasons, textIn(row, 'reason') ?? '')
  if (reason === undefined) throw stockReasonUnknown({ reason: valueIn(row, 'reason') })
  if (reason === 'void') return { is: 'void' }
  const where = 'The stock diary'
  const product = textIn(row, 'product') ?? ''
  if (textIn(row, 'found') === null) throw productUnknown({ product, where })
  const sku = textIn(row, 'sku')
  if (sku === null) throw productWithoutSku({ product, where })
  const moved = checked(StockMoved, {
    kind: 'stock.moved',
    at: 0,
    source: reader.source,
    entry: String(row['key']),
    fingerprint: '0'.repeat(43),
    reason,
    sku,
    barcode: barcodeIn(row),
    quantity: quantityIn(row, 'units', 'units'),
    warehouse: textIn(row, 'location') ?? reader.warehouse,
    happenedAt: { wall: reader.wallOf(valueIn(row, 'at'), 'diary date'), zone: reader.zone },
  })
  return {
    is: 'whole',
    told: JSON.stringify(Told.parse(moved)),
    tell: ({ at, fingerprint }) => [{ ...moved, at, fingerprint }],
  }
}
