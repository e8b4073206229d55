import { type Kysely, sql } from 'kysely'

/** The same webhook under another event's id is found by what it says. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE webhook ADD COLUMN body_hash text`.execute(db)
  await sql`CREATE INDEX webhook_body ON webhook (topic, body_hash)`.execute(db)
}

export const webhookBody = { up }
