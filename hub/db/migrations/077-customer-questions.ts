import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Customers who are asked what becomes of items that their store could not find, and what they chose. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE customer_question (id ${text} PRIMARY KEY, order_id ${text} NOT NULL, order_name ${text} NOT NULL,
         store ${text} NOT NULL, part ${text} NOT NULL, lines_json ${text} NOT NULL, offered_json ${text} NOT NULL,
         locale ${text}, link ${text} NOT NULL, asked_at bigint NOT NULL, expires_at bigint NOT NULL, state ${text} NOT NULL,
         choice ${text}, location ${text}, chosen_at bigint, problem ${text}, ended_at bigint)`,
    )
    .execute(db)
  await sql.raw('CREATE INDEX customer_question_order ON customer_question (order_id)').execute(db)
}

export const customerQuestions = { up }
