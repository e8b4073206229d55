import { type CreateTableBuilder, type Kysely, SqliteAdapter, sql } from 'kysely'

type ColumnType = 'text' | 'bigint' | 'bytes'
type Columns = Readonly<Record<string, ColumnType | `${ColumnType}?`>>

const isSqlite = (db: Kysely<unknown>) => db.getExecutor().adapter instanceof SqliteAdapter

/** Texts are compared by their bytes, as on SQLite, whatever the database's own order is. */
function typeOf(db: Kysely<unknown>, type: string) {
  if (type.startsWith('text')) return isSqlite(db) ? ('text' as const) : sql`text COLLATE "C"`
  if (type.startsWith('bytes')) return isSqlite(db) ? sql`blob` : sql`bytea`
  return sql`bigint`
}

/** Integers are `bigint` so that PostgreSQL holds milliseconds and money; SQLite calls both INTEGER. */
async function table(
  db: Kysely<unknown>,
  name: string,
  columns: Columns,
  key: readonly string[],
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(name)
  for (const [column, type] of Object.entries(columns)) {
    const base = typeOf(db, type)
    builder = builder.addColumn(column, base, c => (type.endsWith('?') ? c : c.notNull()))
  }
  await builder.addPrimaryKeyConstraint(`${name}_key`, key as [string, ...string[]]).execute()
}

/**
 * A table of short rows with numbers as its key: SQLite keeps the rows in the key's own order, without a second index.
 */
async function numbered(
  db: Kysely<unknown>,
  name: string,
  columns: Columns,
  key: readonly string[],
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(name)
  for (const [column, type] of Object.entries(columns))
    builder = builder.addColumn(column, typeOf(db, type), c => (type.endsWith('?') ? c : c.notNull()))
  if (isSqlite(db)) builder = builder.modifyEnd(sql`WITHOUT ROWID`)
  await builder.addPrimaryKeyConstraint(`${name}_key`, key as [string, ...string[]]).execute()
}

/** A table whose key the database counts up. */
async function counted(db: Kysely<unknown>, name: string, columns: Columns): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn('id', isSqlite(db) ? 'integer' : sql`bigint`, c =>
      isSqlite(db) ? c.primaryKey().autoIncrement() : c.primaryKey().generatedByDefaultAsIdentity(),
    )
  for (const [column, type] of Object.entries(columns)) {
    const base = typeOf(db, type)
    builder = builder.addColumn(column, base, c => (type.endsWith('?') ? c : c.notNull()))
  }
  await builder.execute()
}

async function up(db: Kysely<unknown>): Promise<void> {
  await table(db, 'setting', { key: 'text', value: 'text' }, ['key'])
  await table(db, 'lease', { name: 'text', holder: 'text', token: 'text', expires_at: 'bigint' }, ['name'])
  await table(
    db,
    'store',
    { code: 'text', name: 'text', zone: 'text', currency: 'text', created_at: 'bigint' },
    ['code'],
  )
  await table(db, 'warehouse', { store: 'text', code: 'text', location_id: 'text?', main: 'bigint' }, [
    'store',
    'code',
  ])
  await table(
    db,
    'device',
    {
      device: 'text',
      store: 'text',
      till: 'text',
      public_key: 'text',
      state: 'text',
      state_reason: 'text?',
      enrolled_at: 'bigint',
      version: 'text?',
      last_seen_at: 'bigint?',
      connected_at: 'bigint?',
      disconnected_at: 'bigint?',
      unsent: 'bigint?',
      oldest_unsent_at: 'bigint?',
      clock_offset_ms: 'bigint?',
      sources_json: 'text',
    },
    ['device'],
  )
  await table(
    db,
    'enrol_code',
    {
      code_hash: 'text',
      store: 'text',
      till: 'text',
      expires_at: 'bigint',
      used_at: 'bigint?',
      device: 'text?',
    },
    ['code_hash'],
  )
  await table(db, 'recovery', { device: 'text', store: 'text', epoch: 'bigint', seq: 'bigint' }, ['device'])
  await counted(db, 'code', { text: 'text' })
  await table(
    db,
    'event',
    {
      store: 'bigint',
      device: 'bigint',
      epoch: 'bigint',
      seq: 'bigint',
      kind: 'text',
      hash: 'text',
      state: 'text',
      problem: 'text?',
      body: 'text',
      turn: 'bigint',
      received_at: 'bigint',
    },
    ['store', 'device', 'epoch', 'seq'],
  )
  await history(db)
  await table(db, 'stream_in', { device: 'text', epoch: 'bigint', seq: 'bigint', hash: 'text' }, ['device'])
  await table(
    db,
    'command',
    { device: 'text', epoch: 'bigint', seq: 'bigint', hash: 'text', body: 'text', at: 'bigint' },
    ['device', 'epoch', 'seq'],
  )
  await table(
    db,
    'stream_out',
    {
      device: 'text',
      epoch: 'bigint',
      seq: 'bigint',
      hash: 'text',
      acked_epoch: 'bigint',
      acked_seq: 'bigint',
      acked_hash: 'text',
    },
    ['device'],
  )
  await sales(db)
  await stock(db)
  await counted(db, 'item', {
    sku: 'text',
    state: 'text',
    inventory_item_id: 'text?',
    variant_id: 'text?',
    title: 'text?',
    variant_title: 'text?',
    image_url: 'text?',
    barcode: 'text?',
    checked_at: 'bigint?',
  })
  await counted(db, 'shopify_write', {
    kind: 'text',
    store: 'text',
    subject: 'text',
    idempotency_key: 'text',
    request_json: 'text',
    state: 'text',
    attempts: 'bigint',
    planned_at: 'bigint',
    first_sent_at: 'bigint?',
    due_at: 'bigint',
    settled_at: 'bigint?',
    answer_json: 'text?',
    problem: 'text?',
  })
  await table(db, 'write_block', { first_id: 'bigint', last_id: 'bigint', body: 'bytes' }, ['first_id'])
  await table(
    db,
    'webhook',
    {
      topic: 'text',
      event_id: 'text',
      shop: 'text',
      subject: 'text?',
      triggered_at: 'text?',
      received_at: 'bigint',
      body: 'text',
      state: 'text',
      attempts: 'bigint',
      due_at: 'bigint',
      problem: 'text?',
    },
    ['topic', 'event_id'],
  )
  await table(
    db,
    'pickup',
    {
      pickup: 'text',
      store: 'text',
      order_id: 'text',
      order_name: 'text',
      version: 'bigint',
      state: 'text',
      body_json: 'text',
      lines_json: 'text',
      placed_at: 'bigint',
      promised_by: 'bigint?',
      shopify_updated_at: 'bigint',
      updated_at: 'bigint',
    },
    ['pickup'],
  )
  await counted(db, 'exception', {
    kind: 'text',
    subject: 'text',
    store: 'text?',
    severity: 'text',
    owner: 'text',
    code: 'text',
    fields_json: 'text',
    evidence_json: 'text',
    count: 'bigint',
    first_seen: 'bigint',
    last_seen: 'bigint',
    closed_at: 'bigint?',
  })
  await table(db, 'account', { name: 'text', password_hash: 'text', role: 'text', created_at: 'bigint' }, [
    'name',
  ])
  await table(
    db,
    'session',
    { token_hash: 'text', account: 'text', created_at: 'bigint', expires_at: 'bigint' },
    ['token_hash'],
  )
  await indexes(db)
}

async function history(db: Kysely<unknown>): Promise<void> {
  await numbered(db, 'store_turn', { store: 'bigint', turn: 'bigint' }, ['store'])
  const run = {
    store: 'bigint',
    device: 'bigint',
    epoch: 'bigint',
    first_seq: 'bigint',
    last_seq: 'bigint',
  } as const
  const runKey = ['store', 'device', 'epoch', 'first_seq']
  const chain = { previous: 'text', last_hash: 'text' } as const
  const turns = { first_turn: 'bigint', last_turn: 'bigint' } as const
  const received = { received_from: 'bigint', received_to: 'bigint' } as const
  await table(db, 'event_block', { ...run, ...turns, ...received, ...chain, body: 'bytes' }, runKey)
  await table(db, 'event_archive', { ...run, ...chain, file: 'text' }, runKey)
  const place = { turn: 'bigint', epoch: 'bigint', seq: 'bigint' } as const
  await table(
    db,
    'rebuild',
    { projection: 'text', store: 'bigint', ...place, events: 'bigint', done: 'bigint' },
    ['projection', 'store'],
  )
}

const SALE = { store: 'bigint', sale: 'bigint' } as const
const REVISION_LINE = { ...SALE, revision: 'bigint', line: 'bigint' } as const
const ORIGIN = { device: 'bigint', epoch: 'bigint', seq: 'bigint', received_at: 'bigint' } as const

async function sales(db: Kysely<unknown>): Promise<void> {
  await table(
    db,
    'sale',
    {
      ...SALE,
      source: 'bigint',
      receipt: 'bytes',
      revision: 'bigint',
      state: 'text',
      fingerprint: 'bytes',
      receipt_number: 'text',
      till: 'bigint',
      staff: 'bigint?',
      business_date: 'bigint',
      sold_at: 'bigint',
      currency: 'text',
      net: 'bigint',
      tax: 'bigint',
      tendered: 'bigint',
      rounding: 'bigint',
      unexplained: 'bigint',
      ...ORIGIN,
    },
    ['store', 'sale'],
  )
  const lineKey = ['store', 'sale', 'revision', 'line']
  const line = {
    item: 'bigint?',
    warehouse: 'bigint',
    quantity: 'bigint',
    net: 'bigint',
    discount: 'bigint?',
  } as const
  const tax = { name: 'bigint', rate: 'bigint?', base: 'bigint', amount: 'bigint' } as const
  const tender = { kind: 'text', name: 'bigint', amount: 'bigint' } as const
  await numbered(db, 'sale_line', { ...REVISION_LINE, ...line }, lineKey)
  await numbered(db, 'sale_tax', { ...REVISION_LINE, ...tax }, lineKey)
  await numbered(db, 'sale_tender', { ...REVISION_LINE, ...tender }, lineKey)
  const cash = {
    key: 'bytes',
    source: 'bigint',
    till: 'bigint',
    business_date: 'bigint',
    currency: 'text',
    amount: 'bigint',
    name: 'bigint',
  } as const
  await numbered(db, 'cash', { store: 'bigint', ...cash, ...ORIGIN }, ['store', 'key'])
  await table(
    db,
    'stock_entry',
    {
      store: 'bigint',
      entry: 'bigint',
      key: 'bytes',
      source: 'bigint',
      revision: 'bigint',
      fingerprint: 'bytes',
      reason: 'text',
      item: 'bigint',
      warehouse: 'bigint',
      quantity: 'bigint',
    },
    ['store', 'entry'],
  )
}

const MOVEMENT = { kind: 'bigint', cause: 'bigint', line: 'bigint', revision: 'bigint' } as const
const MOVEMENT_KEY = ['store', 'kind', 'cause', 'line', 'revision'] as const
const HELD = { store: 'bigint', warehouse: 'bigint', item: 'bigint' } as const

async function stock(db: Kysely<unknown>): Promise<void> {
  await numbered(
    db,
    'movement',
    {
      store: 'bigint',
      ...MOVEMENT,
      warehouse: 'bigint',
      item: 'bigint',
      quantity: 'bigint',
      device: 'bigint?',
      epoch: 'bigint?',
      seq: 'bigint?',
      at: 'bigint',
    },
    MOVEMENT_KEY,
  )
  const heldKey = ['store', 'warehouse', 'item']
  await numbered(db, 'level', { ...HELD, state: 'bigint', quantity: 'bigint' }, [...heldKey, 'state'])
  await numbered(db, 'due_movement', { ...HELD, ...MOVEMENT, quantity: 'bigint' }, [
    ...heldKey,
    'kind',
    'cause',
    'line',
    'revision',
  ])
  await numbered(db, 'due', { ...HELD, quantity: 'bigint', movements: 'bigint' }, heldKey)
  await numbered(db, 'posting', { store: 'bigint', ...MOVEMENT, write: 'bigint' }, MOVEMENT_KEY)
}

async function indexes(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX event_unapplied ON event (store, kind) WHERE state <> 'applied'`.execute(db)
  await sql`CREATE INDEX event_turn ON event (store, turn)`.execute(db)
  await sql`CREATE INDEX event_block_turn ON event_block (store, device, last_turn)`.execute(db)
  await sql`CREATE UNIQUE INDEX code_text ON code (text)`.execute(db)
  await sql`CREATE UNIQUE INDEX sale_receipt ON sale (store, receipt)`.execute(db)
  await sql`CREATE UNIQUE INDEX stock_entry_by_key ON stock_entry (store, key)`.execute(db)
  await sql`CREATE INDEX due_item ON due (item)`.execute(db)
  await sql`CREATE UNIQUE INDEX item_sku ON item (sku)`.execute(db)
  await sql`CREATE INDEX item_unchecked ON item (id) WHERE state = 'unchecked'`.execute(db)
  await sql`CREATE INDEX posting_write ON posting (write)`.execute(db)
  await sql`CREATE INDEX item_shopify ON item (inventory_item_id)`.execute(db)
  await sql`CREATE INDEX sale_by_time ON sale (store, received_at, seq)`.execute(db)
  await sql`CREATE INDEX sale_by_date ON sale (store, business_date, state, tendered)`.execute(db)
  await sql`CREATE INDEX write_open ON shopify_write (due_at) WHERE settled_at IS NULL`.execute(db)
  await sql`CREATE INDEX webhook_due ON webhook (due_at) WHERE state = 'stored'`.execute(db)
  await sql`CREATE INDEX pickup_open ON pickup (store, state, promised_by) WHERE state NOT IN ('collected', 'refused', 'expired', 'cancelled')`.execute(
    db,
  )
  await sql`CREATE INDEX pickup_store ON pickup (store, state)`.execute(db)
  await sql`CREATE UNIQUE INDEX exception_open ON exception (kind, subject) WHERE closed_at IS NULL`.execute(
    db,
  )
}

/** The first schema: stores, devices, streams, ledger, pickups, Shopify's writes and webhooks, exceptions, accounts. */
export const spine = { up }
