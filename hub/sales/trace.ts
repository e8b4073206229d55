import { archiveDamaged } from '../db/archive-file.ts'
import { knownCodes, textsOf } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { readWrites, type UnreadableWrite } from '../outbox/write-blocks.ts'
import type { Write } from '../outbox/writes.ts'
import { numberOfGid, revisionOf } from '../stock/movement-key.ts'
import { type MovementKind, movementKinds } from '../stock/movement-kinds.ts'
import type { BlockSource } from '../streams/block-source.ts'
import { blockDamaged } from '../streams/event-block.ts'
import { readRecord } from '../streams/read-record.ts'
import { receiptKey } from './receipt-key.ts'
import { dateOfNumber, wallOfNumber } from './sale-times.ts'

/** Which receipt is meant: its number as printed, or with `source` the POS's own key. */
interface WantedReceipt {
  readonly store: string
  readonly receipt: string
  readonly source: string | null
  /** The archive files at hand, by their names. */
  readonly archives?: ReadonlyMap<string, BlockSource>
}

/** Where a movement is on its way to Shopify. `write` null: none carries it, and it waits or Shopify need not hear of it. */
interface TracedMovement {
  readonly kind: string
  readonly line: number
  readonly revision: number
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
  readonly event: string
  readonly write: TracedWrite | null
  /** It happened before its store went live: Shopify's stock counts it, and no write will carry it. */
  readonly isHistory: boolean
}

interface TracedWrite {
  readonly id: number
  readonly state: string
  readonly endedAt: number | null
  readonly problem: string | null
  readonly request: unknown
  readonly answer: unknown
}

type Traced = Awaited<ReturnType<typeof traceOne>> & {
  /** The store's time zone: `soldAt` is its wall clock. */
  readonly zone: string
}

/** Everything that the hub holds of a receipt. Two tills may have printed one number, so there may be several. */
export async function traceReceipt(db: Reads, wanted: WantedReceipt): Promise<readonly Traced[]> {
  const known = await db
    .selectFrom('store')
    .select('zone')
    .where('code', '=', wanted.store)
    .executeTakeFirst()
  const store = (await knownCodes(db, [wanted.store])).get(wanted.store)
  if (known === undefined || store === undefined) return []
  const of = db.selectFrom('sale').selectAll().where('store', '=', store)
  const rows = await (wanted.source === null
    ? of.where('receipt_number', '=', wanted.receipt)
    : of.where('receipt', '=', receiptKey(wanted.source, wanted.receipt))
  )
    .orderBy('sale')
    .execute()
  const found: Traced[] = []
  for (const row of rows)
    found.push({ ...(await traceOne(db, row, wanted.archives ?? new Map())), zone: known.zone })
  return found
}

type SaleRow = Schema['sale']

const NOWHERE = 'The hub does not hold this event any more. Restore it from a backup.'
const oldCopy = (file: string) =>
  `It was moved into the archive ${file}, and the copy given lacks it. Give the newest copy of that file.`

async function traceOne(db: Reads, row: SaleRow, archives: ReadonlyMap<string, BlockSource>) {
  const rungUp = await readRungUp(db, row)
  const movements = await readMovements(db, row, rungUp)
  const places = new Map(
    [row, ...movements.places].map(place => [`${place.device}/${place.epoch}/${place.seq}`, place]),
  )
  const texts = await textsOf(db, [row.source, row.till, ...[...places.values()].map(place => place.device)])
  const events = []
  const archived = []
  const unreadable = []
  for (const place of [...places.values()].toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq)) {
    const name = `${texts.get(place.device) ?? ''}/${place.epoch}/${place.seq}`
    const record = await readRecord(db, row.store, place, archives).catch((error: unknown) => {
      if (blockDamaged.is(error) || archiveDamaged.is(error)) return error
      throw error
    })
    if (record === null) unreadable.push({ place: name, problem: NOWHERE })
    else if (record instanceof Error) unreadable.push({ place: name, problem: record.message })
    else if ('archive' in record) {
      if (record.isAtHand) unreadable.push({ place: name, problem: oldCopy(record.archive) })
      else archived.push({ place: name, file: record.archive })
    } else {
      const { kind, state, at, body } = record
      const event: unknown = JSON.parse(body)
      events.push({ place: name, kind, state, at, event })
    }
  }
  return {
    sale: row.sale,
    receiptNumber: row.receipt_number,
    source: texts.get(row.source) ?? '',
    till: texts.get(row.till) ?? '',
    state: row.state,
    revision: row.revision,
    businessDate: dateOfNumber(row.business_date),
    soldAt: wallOfNumber(row.sold_at),
    currency: row.currency,
    net: row.net,
    tax: row.tax,
    tendered: row.tendered,
    /** The online order that it rings up; null: none. */
    order: rungUp?.order ?? null,
    lines: await readLines(db, row),
    movements: movements.traced,
    events,
    /** Events in archive files that are not at hand. */
    archived,
    /** Events whose stored copy is damaged or missing. */
    unreadable,
  }
}

/** The lines of the newest revision. `sku` null: a service or a free amount. */
async function readLines(db: Reads, { store, sale, revision }: SaleRow) {
  const rows = await db
    .selectFrom('sale_line as l')
    .leftJoin('item as i', 'i.id', 'l.item')
    .select(['l.line', 'i.sku', 'l.warehouse', 'l.quantity', 'l.net'])
    .where(e => e.and({ 'l.store': store, 'l.sale': sale, 'l.revision': revision }))
    .orderBy('l.line')
    .execute()
  const texts = await textsOf(
    db,
    rows.map(row => row.warehouse),
  )
  return rows.map(row => ({ ...row, warehouse: texts.get(row.warehouse) ?? '' }))
}

/** The online order that a receipt rings up, and what names its movements. */
interface RungUp {
  /** By its name where the hub knows it, else as the receipt names it. */
  readonly order: string
  readonly pickup: string | null
  readonly revisions: readonly number[]
}

async function readRungUp(db: Reads, { store, receipt, source }: SaleRow): Promise<RungUp | null> {
  const texts = await textsOf(db, [store, source])
  const rows = await db
    .selectFrom('order_sale as o')
    .leftJoin('pickup as p', 'p.pickup', 'o.pickup')
    .select(['o.source', 'o.receipt', 'o.named', 'o.pickup', 'o.revision', 'p.order_name'])
    .where('o.store', '=', texts.get(store) ?? '')
    .where('o.source', '=', texts.get(source) ?? '')
    .execute()
  const row = rows.find(one => receiptKey(one.source, one.receipt).equals(receipt))
  if (row === undefined) return null
  const { named, pickup, order_name } = row
  const revisions = Array.from({ length: row.revision }, (_, n) => revisionOf(row.source, row.receipt, n + 1))
  return { order: order_name ?? named, pickup, revisions }
}

const SALE_KINDS = [movementKinds.sale, movementKinds['sale-reversal']]
const KINDS: ReadonlyMap<number, MovementKind> = new Map([
  [movementKinds.sale, 'sale'],
  [movementKinds['sale-reversal'], 'sale-reversal'],
  [movementKinds['order-sale'], 'order-sale'],
])

async function readMovements(db: Reads, { store, sale }: SaleRow, rungUp: RungUp | null) {
  const { pickup = null, revisions = [] } = rungUp ?? {}
  const rows = await db
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.item')
    .leftJoin('posting as p', join =>
      join
        .onRef('p.store', '=', 'm.store')
        .onRef('p.kind', '=', 'm.kind')
        .onRef('p.cause', '=', 'm.cause')
        .onRef('p.line', '=', 'm.line')
        .onRef('p.revision', '=', 'm.revision'),
    )
    .leftJoin('history_movement as h', join =>
      join
        .onRef('h.store', '=', 'm.store')
        .onRef('h.warehouse', '=', 'm.warehouse')
        .onRef('h.item', '=', 'm.item')
        .onRef('h.kind', '=', 'm.kind')
        .onRef('h.cause', '=', 'm.cause')
        .onRef('h.line', '=', 'm.line')
        .onRef('h.revision', '=', 'm.revision'),
    )
    .select(['m.kind', 'm.line', 'm.revision', 'm.warehouse', 'm.quantity', 'm.device', 'm.epoch', 'm.seq'])
    .select(['i.sku', 'p.write', 'h.cause as history'])
    .where('m.store', '=', store)
    .where(e => {
      const own = e.and([e('m.kind', 'in', SALE_KINDS), e('m.cause', '=', sale)])
      if (pickup === null || revisions.length === 0) return own
      const ofOrder = e.and([
        e('m.kind', '=', movementKinds['order-sale']),
        e('m.cause', '=', numberOfGid(pickup)),
        e('m.revision', 'in', revisions),
      ])
      return e.or([own, ofOrder])
    })
    .orderBy('m.revision')
    .orderBy('m.kind')
    .orderBy('m.line')
    .execute()
  const texts = await textsOf(
    db,
    rows.flatMap(row => [row.warehouse, row.device ?? []].flat()),
  )
  const writes = await readWrites(
    db,
    rows.flatMap(row => row.write ?? []),
  )
  const traced = rows.map(
    (row): TracedMovement => ({
      kind: KINDS.get(row.kind) ?? String(row.kind),
      line: row.line,
      revision: row.revision,
      sku: row.sku,
      warehouse: texts.get(row.warehouse) ?? '',
      quantity: row.quantity,
      event: `${texts.get(row.device ?? 0) ?? ''}/${row.epoch}/${row.seq}`,
      write: tracedOrNull(writes.get(row.write ?? 0)),
      isHistory: row.history !== null,
    }),
  )
  const places = rows.flatMap(({ device, epoch, seq }) =>
    device === null || epoch === null || seq === null ? [] : [{ device, epoch, seq }],
  )
  return { traced, places }
}

function tracedOrNull(write: Write | UnreadableWrite | undefined): TracedWrite | null {
  if (write === undefined) return null
  if (!('unreadable' in write)) return tracedWrite(write)
  const { id, unreadable: problem } = write
  return { id, state: 'unreadable', endedAt: null, problem, request: null, answer: null }
}

function tracedWrite({
  id,
  state,
  settled_at: endedAt,
  problem,
  request_json,
  answer_json,
}: Write): TracedWrite {
  const request: unknown = JSON.parse(request_json)
  const answer: unknown = answer_json === null ? null : JSON.parse(answer_json)
  return { id, state, endedAt, problem, request, answer }
}
