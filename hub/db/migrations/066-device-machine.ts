import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What tills say of their PCs: the disk, and the hub's certificate as they see it. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE device_machine (device ${text} NOT NULL PRIMARY KEY, disk_free bigint, disk_total bigint,
         certificate_from bigint, certificate_ends bigint, reported_at bigint NOT NULL)`,
    )
    .execute(db)
}

export const deviceMachine = { up }
