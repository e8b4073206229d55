import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What tells a restored till from a copied one, which codes replace a till, and the pickup moves that wait for their order. */
export const identity = {
  async up(db: Kysely<unknown>): Promise<void> {
    const text = db.getExecutor().adapter instanceof SqliteAdapter ? ('text' as const) : sql`text COLLATE "C"`
    await db.schema
      .createTable('stream_epoch')
      .addColumn('device', text, c => c.notNull())
      .addColumn('epoch', 'bigint', c => c.notNull())
      .addColumn('reason', text, c => c.notNull())
      .addColumn('tip_epoch', 'bigint', c => c.notNull())
      .addColumn('tip_seq', 'bigint', c => c.notNull())
      .addColumn('tip_hash', text, c => c.notNull())
      .addPrimaryKeyConstraint('stream_epoch_key', ['device', 'epoch'])
      .execute()
    await db.schema
      .createTable('stream_return')
      .addColumn('device', text, c => c.notNull())
      .addColumn('times', 'bigint', c => c.notNull())
      .addPrimaryKeyConstraint('stream_return_key', ['device'])
      .execute()
    await db.schema.alterTable('enrol_code').addColumn('replaces', text).execute()
    await db.schema
      .createTable('pickup_move')
      .addColumn('pickup', text, c => c.notNull())
      .addColumn('store', text, c => c.notNull())
      .addColumn('move', text, c => c.notNull())
      .addColumn('made_at', 'bigint', c => c.notNull())
      .addColumn('till', text, c => c.notNull())
      .addColumn('staff', text, c => c.notNull())
      .addColumn('state', text, c => c.notNull())
      .addColumn('device', text, c => c.notNull())
      .addColumn('epoch', 'bigint', c => c.notNull())
      .addColumn('seq', 'bigint', c => c.notNull())
      .addColumn('received_at', 'bigint', c => c.notNull())
      .addColumn('body_json', text, c => c.notNull())
      .addPrimaryKeyConstraint('pickup_move_key', ['pickup', 'move', 'made_at', 'till', 'staff'])
      .execute()
    await sql`CREATE INDEX pickup_move_waiting ON pickup_move (received_at) WHERE state = 'waiting'`.execute(
      db,
    )
  },
}
