import { type Kysely, SqliteAdapter, sql } from 'kysely'

const ROWS_A_STEP = 1_000

/**
 * Commands name their pickup in a column, so that those of one pickup are found without reading all. Tills that have not
 * taken a redaction yet, by order, since when.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE command ADD COLUMN pickup ${text}`).execute(db)
  await nameThePickups(db)
  await sql.raw('CREATE INDEX command_pickup ON command (pickup) WHERE pickup IS NOT NULL').execute(db)
  const waits = `CREATE TABLE redaction_wait (order_id ${text} NOT NULL, device ${text} NOT NULL,
     since bigint NOT NULL, PRIMARY KEY (order_id, device))`
  await sql.raw(waits).execute(db)
}

interface Row {
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly body: string
}

/** In slices: a hub of many tills has hundreds of thousands of commands. */
async function nameThePickups(db: Kysely<unknown>): Promise<void> {
  let last: Omit<Row, 'body'> = { device: '', epoch: 0, seq: 0 }
  for (;;) {
    const { rows } = await sql<Row>`SELECT device, epoch, seq, body FROM command
      WHERE (device, epoch, seq) > (${last.device}, ${last.epoch}, ${last.seq})
      ORDER BY device, epoch, seq LIMIT ${ROWS_A_STEP}`.execute(db)
    for (const { device, epoch, seq, body } of rows) {
      const pickup = pickupOf(body)
      if (pickup !== null)
        await sql`UPDATE command SET pickup = ${pickup}
          WHERE device = ${device} AND epoch = ${epoch} AND seq = ${seq}`.execute(db)
    }
    const end = rows.at(-1)
    if (end === undefined) return
    last = end
  }
}

function pickupOf(body: string): string | null {
  const command: unknown = JSON.parse(body)
  if (typeof command !== 'object' || command === null || !('pickup' in command)) return null
  return typeof command.pickup === 'string' ? command.pickup : null
}

export const redactionsThatWait = { up }
