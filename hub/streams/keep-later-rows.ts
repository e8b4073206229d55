import { sql } from 'kysely'
import type { Tx } from '../db/db.ts'
import type { Projection } from './projection.ts'

/** A thing whose rows in use are kept. `made`: the number that the copy gave it; null: the copy lacks it. */
interface Kept {
  readonly used: number | Buffer
  readonly made: number | Buffer | null
}

/**
 * Moves to a store's copy what the tables in use hold and the copy lacks, or holds as it was before a later change:
 * its events may be among those that could not be read. A number that the copy gave to another thing is not taken.
 * @param store the number of the store itself, above 0
 * @returns how many receipts or entries keep their rows
 */
export async function keepLaterRows(tx: Tx, { tables, subject }: Projection, store: number): Promise<number> {
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
