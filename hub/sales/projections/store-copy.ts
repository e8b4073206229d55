import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../db/db.ts'
import type { Schema } from '../../db/schema.ts'
import type { StoreCopy } from '../../streams/projection.ts'

/** Tables whose key begins with a store's number. */
type StoreTable = { [T in keyof Schema]: Schema[T] extends { store: number } ? T : never }[keyof Schema]

/** How one thing of a projection, such as a receipt, is found again in a copy of its tables. */
interface Subject {
  /** The table that has one row for each. */
  readonly table: StoreTable
  /** Its column that names the thing in events. */
  readonly key: string
  /** The column that its rows have in every table of the projection. */
  readonly number: string
  /** Whether the row `used` holds a later change than the row `made`. */
  readonly isLater: RawBuilder<boolean>
}

/** A thing whose rows in use are kept. `made`: the number that the copy gave it; null: the copy lacks it. */
interface Kept {
  readonly used: number | Buffer
  readonly made: number | Buffer | null
}

/** The copy of a store's rows in these tables of this folder: its rows are kept under the store's number, negated. */
export function storeCopy(tables: readonly StoreTable[], subject: Subject): StoreCopy {
  return {
    tables,
    async clear(tx, store) {
      for (const table of tables) await tx.rows(sql`DELETE FROM ${sql.table(table)} WHERE store = ${-store}`)
    },
    async putInUse(tx, store) {
      for (const table of tables) {
        await tx.rows(sql`DELETE FROM ${sql.table(table)} WHERE store = ${store}`)
        await tx.rows(sql`UPDATE ${sql.table(table)} SET store = ${store} WHERE store = ${-store}`)
      }
    },
    keepLater: (tx, store) => keepLater(tx, { tables, subject }, store),
  }
}

async function keepLater(
  tx: Tx,
  { tables, subject }: { readonly tables: readonly StoreTable[]; readonly subject: Subject },
  store: number,
): Promise<number> {
  const [table, key, number] = [sql.table(subject.table), sql.ref(subject.key), sql.ref(subject.number)]
  const kept = await tx.rows(sql<Kept>`
    SELECT used.${number} AS used, made.${number} AS made
      FROM ${table} AS used
      LEFT JOIN ${table} AS made ON made.store = ${-store} AND made.${key} = used.${key}
     WHERE used.store = ${store} AND (made.${number} IS NULL OR ${subject.isLater})
       AND NOT EXISTS (SELECT 1 FROM ${table} AS other
                        WHERE other.store = ${-store} AND other.${number} = used.${number} AND other.${key} <> used.${key})`)
  for (const { used, made } of kept)
    for (const one of tables) {
      if (made !== null)
        await tx.rows(sql`DELETE FROM ${sql.table(one)} WHERE store = ${-store} AND ${number} = ${made}`)
      await tx.rows(
        sql`UPDATE ${sql.table(one)} SET store = ${-store} WHERE store = ${store} AND ${number} = ${used}`,
      )
    }
  return kept.length
}
