import { type Kysely, sql } from 'kysely'

/** What is looked for in a transaction: pickups by the name of their order, moves by where their till sent them, requests by their pickup. */
async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'CREATE INDEX pickup_order_name ON pickup (order_name)',
    'CREATE INDEX pickup_move_sent ON pickup_move (device, epoch, seq)',
    'CREATE INDEX write_subject ON shopify_write (subject, kind)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const foundByName = { up }
