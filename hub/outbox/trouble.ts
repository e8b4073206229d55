import type { Selectable } from 'kysely'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { storableText } from '../db/storable-text.ts'

/** A part of the work with Shopify that fails. `place`: the location whose stock cannot be planned; `loop`: a whole loop; `thing`: single things of a loop's work. */
export type Trouble = Selectable<Schema['trouble']>
type Part = Trouble['part']

/** The part failed once more. Its first failure keeps its time. */
export async function noteTrouble(
  tx: Tx,
  of: { readonly part: Part; readonly subject: string; readonly problem: string; readonly now: number },
): Promise<void> {
  const { part, subject, now } = of
  const problem = storableText(of.problem)
  await tx
    .insertInto('trouble')
    .values({ part, subject, since: now, problem })
    .onConflict(conflict => conflict.columns(['part', 'subject']).doUpdateSet({ problem }))
    .execute()
}

/** The part works again. */
export async function endTrouble(tx: Tx, part: Part, subject: string): Promise<void> {
  await tx.deleteFrom('trouble').where('part', '=', part).where('subject', '=', subject).execute()
}

/** What fails, longest first. */
export function troubles(db: Reads, part: Part): Promise<Trouble[]> {
  return db
    .selectFrom('trouble')
    .selectAll()
    .where('part', '=', part)
    .orderBy('since')
    .orderBy('subject')
    .execute()
}
