import { WriteMapping } from '../sql-mapping.ts'

/**
 * uniCenta oPOS 4.x and 5.x (and Chromis, its fork). A hand-over is an entry of the stock diary with the reason -1 (sold),
 * a return one with 2 (returned), as the till itself writes beside a ticket, and stockcurrent follows. Our sources take
 * both reasons for what a ticket has told already, so neither becomes a stock movement; without a ticket, none is a sale.
 * The entry's id is the external id and the line's number: the table's own key keeps it from being there twice.
 * An order goes into `orders`, which uniCenta's order screen shows; versions before 4.5 have none.
 */
const ARTICLE = [
  `SELECT id AS "product", pricesell AS "price" FROM products WHERE reference = :sku`,
  `SELECT id AS "product", pricesell AS "price" FROM products WHERE code = :barcode`,
]
function mappingFor(product: 'sqlite' | 'mysql' | 'postgres'): WriteMapping {
  const isPostgres = product === 'postgres'
  const quoted = (sql: string): string => (product === 'mysql' ? sql.replaceAll('"', '`') : sql)
  const number = (name: string): string => (isPostgres ? `CAST(:${name} AS DOUBLE PRECISION)` : `:${name}`)
  const wall = isPostgres ? 'CAST(:wall AS TIMESTAMP)' : ':wall'
  const move = (reason: number, units: string) => ({
    done: `SELECT id FROM stockdiary WHERE id = :firstLineId`,
    before: [],
    lines: [
      { find: 'article' as const, sql: ARTICLE.map(quoted) },
      {
        run: `INSERT INTO stockdiary (id, datenew, reason, location, product, units, price)
              VALUES (:lineId, ${wall}, ${reason}, :warehouse, :product, ${number(units)}, ${number('price')})`,
      },
      {
        run: `UPDATE stockcurrent SET units = units + ${number(units)}
               WHERE location = :warehouse AND product = :product AND attributesetinstance_id IS NULL`,
        orElse: `INSERT INTO stockcurrent (location, product, attributesetinstance_id, units)
                 VALUES (:warehouse, :product, NULL, ${number(units)})`,
      },
    ],
    after: [],
  })
  return WriteMapping.parse({
    pos: 'uniCenta oPOS',
    tables: ['stockdiary', 'stockcurrent', 'orders'],
    order: {
      done: 'SELECT orderid FROM orders WHERE orderid = :shortId',
      lines: [
        {
          run: `INSERT INTO orders (orderid, qty, details, notes, ticketid, ordertime, displayid)
                VALUES (:shortId, :units, :title, :customer, :orderName, ${wall}, 1)`,
        },
      ],
    },
    'hand-over': move(-1, 'minusUnits'),
    return: move(2, 'units'),
  })
}

export const unicentaMappings = {
  sqlite: mappingFor('sqlite'),
  mysql: mappingFor('mysql'),
  postgres: mappingFor('postgres'),
} as const
