import { type CreateTableBuilder, type Kysely, sql } from 'kysely'

type Columns = Readonly<Record<string, 'text' | 'text?' | 'bigint' | 'bigint?'>>

/** Integers are `bigint` so that PostgreSQL holds milliseconds and money; SQLite calls both INTEGER. */
async function table(
  db: Kysely<unknown>,
  name: string,
  columns: Columns,
  key: readonly string[],
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(name)
  for (const [column, type] of Object.entries(columns)) {
    const base = type.startsWith('text') ? 'text' : sql`bigint`
    builder = builder.addColumn(column, base, c => (type.endsWith('?') ? c : c.notNull()))
  }
  await builder.addPrimaryKeyConstraint(`${name}_key`, key as [string, ...string[]]).execute()
}

/** A table whose key the database counts up. */
async function counted(db: Kysely<unknown>, name: string, columns: Columns): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn('id', 'integer', c => c.primaryKey().autoIncrement())
  for (const [column, type] of Object.entries(columns)) {
    const base = type.startsWith('text') ? 'text' : sql`bigint`
    builder = builder.addColumn(column, base, c => (type.endsWith('?') ? c : c.notNull()))
  }
  await builder.execute()
}

async function up(db: Kysely<unknown>): Promise<void> {
  await table(db, 'setting', { key: 'text', value: 'text' }, ['key'])
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
  await table(
    db,
    'event',
    {
      store: 'text',
      device: 'text',
      epoch: 'bigint',
      seq: 'bigint',
      kind: 'text',
      hash: 'text',
      state: 'text',
      problem: 'text?',
      body: 'text',
      received_at: 'bigint',
    },
    ['store', 'device', 'epoch', 'seq'],
  )
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
  await table(
    db,
    'sale',
    {
      store: 'text',
      source: 'text',
      receipt: 'text',
      revision: 'bigint',
      state: 'text',
      fingerprint: 'text',
      receipt_number: 'text',
      till: 'text',
      staff: 'text?',
      business_date: 'text',
      sold_at: 'text',
      currency: 'text',
      net: 'bigint',
      tax: 'bigint',
      tendered: 'bigint',
      rounding: 'bigint',
      unexplained: 'bigint',
      lines_json: 'text',
      device: 'text',
      epoch: 'bigint',
      seq: 'bigint',
      received_at: 'bigint',
    },
    ['store', 'source', 'receipt'],
  )
  await table(
    db,
    'diary',
    {
      store: 'text',
      source: 'text',
      entry: 'text',
      revision: 'bigint',
      fingerprint: 'text',
      sku: 'text',
      warehouse: 'text',
      quantity: 'bigint',
    },
    ['store', 'source', 'entry'],
  )
  await table(
    db,
    'movement',
    {
      store: 'text',
      source_key: 'text',
      warehouse: 'text',
      sku: 'text',
      state: 'text',
      quantity: 'bigint',
      reason: 'text',
      reference: 'text',
      device: 'text?',
      epoch: 'bigint?',
      seq: 'bigint?',
      at: 'bigint',
    },
    ['store', 'source_key'],
  )
  await table(
    db,
    'level',
    { store: 'text', warehouse: 'text', sku: 'text', state: 'text', quantity: 'bigint' },
    ['store', 'warehouse', 'sku', 'state'],
  )
  await table(
    db,
    'due_movement',
    { store: 'text', warehouse: 'text', sku: 'text', source_key: 'text', quantity: 'bigint' },
    ['store', 'warehouse', 'sku', 'source_key'],
  )
  await table(
    db,
    'due',
    { store: 'text', warehouse: 'text', sku: 'text', quantity: 'bigint', movements: 'bigint' },
    ['store', 'warehouse', 'sku'],
  )
  await table(db, 'posting', { store: 'text', source_key: 'text', write: 'bigint' }, ['store', 'source_key'])
  await table(
    db,
    'item',
    {
      sku: 'text',
      state: 'text',
      inventory_item_id: 'text?',
      variant_id: 'text?',
      title: 'text?',
      variant_title: 'text?',
      image_url: 'text?',
      barcode: 'text?',
      checked_at: 'bigint?',
    },
    ['sku'],
  )
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

async function indexes(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX event_unapplied ON event (store, kind) WHERE state <> 'applied'`.execute(db)
  await sql`CREATE INDEX due_item ON due (sku)`.execute(db)
  await sql`CREATE INDEX posting_write ON posting (write)`.execute(db)
  await sql`CREATE INDEX item_shopify ON item (inventory_item_id)`.execute(db)
  await sql`CREATE INDEX sale_by_time ON sale (store, received_at, seq)`.execute(db)
  await sql`CREATE INDEX sale_by_date ON sale (store, business_date, state, tendered)`.execute(db)
  await sql`CREATE INDEX write_open ON shopify_write (due_at) WHERE settled_at IS NULL`.execute(db)
  await sql`CREATE INDEX write_subject ON shopify_write (subject)`.execute(db)
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
