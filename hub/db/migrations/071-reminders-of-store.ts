import { type Kysely, sql } from 'kysely'

/** What a store's tills recorded is looked at for each reminder of an order that is not known. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('CREATE INDEX pickup_reminder_store ON pickup_reminder (store, pickup)').execute(db)
}

export const remindersOfStore = { up }
