import { type Kysely, sql } from 'kysely'

/**
 * What a till tells of its own POS is about that till: open exceptions that named only the store, the source and the row
 * get the device that opened them, so that the right till closes them. Those of which no device is known stay as they are.
 */
const statement = sql`
  UPDATE exception SET subject = device || substr(subject, length(store) + 1)
   WHERE kind IN ('pos-row-refused', 'receipt-unparsed', 'unposted-sale', 'pos-write-refused')
     AND closed_at IS NULL AND device IS NOT NULL AND substr(subject, 1, length(store) + 1) = store || '/'`

async function up(db: Kysely<unknown>): Promise<void> {
  await statement.execute(db)
}

export const tillSubjects = { up, statement }
