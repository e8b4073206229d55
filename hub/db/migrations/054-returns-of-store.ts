import { type Kysely, sql } from 'kysely'

/** A till that is enrolled is told what its store took back lately. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('CREATE INDEX till_return_of_store ON till_return (store, noted_at)').execute(db)
}

export const returnsOfStore = { up }
