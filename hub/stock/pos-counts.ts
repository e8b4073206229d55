import { contractOf } from '../contract/contract.ts'
import { codeFor, codeIn, codesFor, knownCodes } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { isInCount } from './count-difference.ts'
import { otherWords, wordsText } from './count-readers.ts'
import { movementKinds } from './movement-kinds.ts'

export type PosCount = Schema['pos_count']
export type PosTold = Schema['pos_told']

/** So long nothing more must be heard of an item before its count is compared: what the POS told of its moves has arrived by then. */
export const QUIET_MS = 10 * 60_000
/** So long a count must stay the newest before others are compared with it: what is wrong with it would stay wrong. */
export const ORIGIN_MS = 60 * 60_000
/** The kind of a move that Tillbridge wrote into the POS. */
export const WRITTEN_BACK = 0

/** What one POS counts of an item. `quantity` in thousandths of a unit; `at` and `receivedAt`: hub clock, ms. */
export interface NewCount {
  readonly sku: string
  readonly warehouse: string
  /** The source and the entry that told it: another one is another table. */
  readonly toldBy: string
  readonly device: string
  readonly quantity: number
  readonly at: number
  /** Nothing before it is compared with it: the till's clock was changed, and the time may be wrong. */
  readonly isDoubtful: boolean
}

/**
 * Keeps the newest count of each item that the hub knows, in any order of arrival and however often it is told. Where the contract of the
 * store follows counts, it is compared once nothing more is heard.
 */
export async function noteCounts(
  tx: Tx,
  store: string,
  counts: readonly NewCount[],
  now: number,
): Promise<void> {
  const follows = await followsFrom(tx, store)
  const items = await knownItems(tx, new Set(counts.map(one => one.sku)))
  const codes = await codesFor(tx, new Set([store, ...counts.map(one => one.warehouse)]))
  const number = codeIn(codes, store)
  const rows = new Map((await countsOf(tx, number, items.values())).map(row => [placeOfCount(row), row]))
  const changed = new Map<string, PosCount>()
  for (const one of counts) {
    const item = items.get(one.sku)
    if (item === undefined) continue // neither Shopify nor a receipt has it: there is no stock to follow
    const key = { store: number, warehouse: codeIn(codes, one.warehouse), item }
    const row = newestOf(key, rows.get(placeOfCount(key)), one, { follows, now })
    if (row === null) continue
    rows.set(placeOfCount(key), row)
    changed.set(placeOfCount(key), row)
  }
  await putCounts(tx, [...changed.values()])
}

type CountKey = Pick<PosCount, 'store' | 'warehouse' | 'item'>
const placeOfCount = ({ warehouse, item }: Pick<CountKey, 'warehouse' | 'item'>) => `${warehouse}/${item}`

/** @returns null: nothing of it is new */
function newestOf(
  key: CountKey,
  known: PosCount | undefined,
  one: NewCount,
  { follows, now }: { readonly follows: number | null; readonly now: number },
): PosCount | null {
  const others_json = othersWith(known, one)
  if (known !== undefined && known.newest_at >= one.at)
    return others_json === known.others_json ? null : { ...known, others_json }
  const isCompared = known?.told_by === one.toldBy && !one.isDoubtful && follows !== null
  const { origin_at, origin_quantity, told, decided, booked, judged_at, compared_at } =
    isCompared && known !== undefined ? known : NO_ORIGIN
  return {
    ...key,
    told_by: one.toldBy,
    device: one.device,
    newest_at: one.at,
    newest_quantity: one.quantity,
    received_at: now,
    origin_at,
    origin_quantity,
    told,
    decided,
    booked,
    others_json,
    judged_at,
    compared_at,
    decided_at: known?.decided_at ?? null,
    due_at:
      follows === null ? null : origin_at === null ? Math.max(now, follows) + ORIGIN_MS : now + QUIET_MS,
  }
}

/** What the tills told last of this entry, without the one that told the newest count of all. */
function othersWith(known: PosCount | undefined, one: NewCount): string {
  if (known === undefined) return wordsText(new Map())
  const words = known.told_by === one.toldBy ? otherWords(known) : new Map()
  if (known.newest_at < one.at) {
    if (known.told_by === one.toldBy)
      words.set(known.device, { quantity: known.newest_quantity, at: known.newest_at })
    words.delete(one.device)
  } else if (known.told_by !== one.toldBy) return known.others_json
  else if (one.device !== known.device && (words.get(one.device)?.at ?? 0) < one.at)
    words.set(one.device, { quantity: one.quantity, at: one.at })
  return wordsText(words)
}

const ITEMS_A_QUERY = 250

async function knownItems(db: Reads, skus: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const all = [...skus]
  const found = new Map<string, number>()
  for (let start = 0; start < all.length; start += ITEMS_A_QUERY) {
    const rows = await db
      .selectFrom('item')
      .select(['id', 'sku'])
      .where('sku', 'in', all.slice(start, start + ITEMS_A_QUERY))
      .execute()
    for (const { id, sku } of rows) found.set(sku, id)
  }
  return found
}

async function countsOf(db: Reads, store: number, items: Iterable<number>): Promise<PosCount[]> {
  const all = [...new Set(items)]
  const found: PosCount[] = []
  for (let start = 0; start < all.length; start += ITEMS_A_QUERY)
    found.push(
      ...(await db
        .selectFrom('pos_count')
        .selectAll()
        .where('store', '=', store)
        .where('item', 'in', all.slice(start, start + ITEMS_A_QUERY))
        .execute()),
    )
  return found
}

const NO_ORIGIN = {
  origin_at: null,
  origin_quantity: null,
  told: 0,
  decided: 0,
  booked: 0,
  judged_at: null,
  compared_at: null,
} as const

/** The moment from which on the counts of a store are followed; null: they are not. */
async function followsFrom(db: Reads, store: string): Promise<number | null> {
  const agreed = await contractOf(db, store)
  return agreed?.terms.counts === 'follow' ? agreed.terms.goLive : null
}

/** Writes counts as they are now. */
export function putCounts(tx: Tx, rows: readonly PosCount[]): Promise<void> {
  return insertRows(tx, 'pos_count', rows, {
    key: ['store', 'warehouse', 'item'],
    replace: [
      'told_by',
      'device',
      'newest_at',
      'newest_quantity',
      'received_at',
      'origin_at',
      'origin_quantity',
      'told',
      'decided',
      'booked',
      'others_json',
      'judged_at',
      'compared_at',
      'decided_at',
      'due_at',
    ],
  })
}

/** The contract of a store has changed: the counts that come to stay from now on are the first that others are compared with. */
export async function restartCounts(tx: Tx, store: string, now: number): Promise<void> {
  const number = (await knownCodes(tx, [store])).get(store)
  if (number === undefined) return
  const follows = await followsFrom(tx, store)
  await tx
    .updateTable('pos_count')
    .set({
      ...NO_ORIGIN,
      received_at: now,
      due_at: follows === null ? null : Math.max(now, follows) + ORIGIN_MS,
    })
    .where('store', '=', number)
    .execute()
  await tx.deleteFrom('pos_told').where('store', '=', number).where('counted', '=', 0).execute()
}

/** The database is older than it once was: what was booked of counts since is not known any more, and a person is asked. */
export async function doubtCounts(tx: Tx, store: string, now: number): Promise<void> {
  const number = (await knownCodes(tx, [store])).get(store)
  if (number === undefined) return
  await tx
    .updateTable('pos_count')
    .set({ compared_at: null, judged_at: null, due_at: now + QUIET_MS })
    .where('store', '=', number)
    .where('origin_at', 'is not', null)
    .execute()
}

type MovementRow = Schema['movement']

/** Kinds that a POS's own stock table moves with: what the POS itself has told. */
const POS_KINDS: readonly number[] = [
  movementKinds.sale,
  movementKinds['sale-reversal'],
  movementKinds.entry,
  movementKinds['entry-reversal'],
]

/** Notes what a POS told of the moves of counted items of a store whose counts are followed. History is a part of it. */
export async function noteToldMoves(tx: Tx, store: string, movements: readonly MovementRow[]): Promise<void> {
  const own = movements.filter(({ kind }) => POS_KINDS.includes(kind))
  if (own.length === 0 || (await followsFrom(tx, store)) === null) return
  const rows = own.map(
    ({ moved_at, at, device: _device, epoch: _epoch, seq: _seq, ...key }): PosTold => ({
      ...key,
      moved_at: moved_at ?? at,
      told_at: at,
      counted: 0,
    }),
  )
  await noteTold(tx, rows)
}

/** Goods that Tillbridge wrote into a POS, which told so: its stock table has them, and none of its receipts. */
export interface WrittenBack {
  readonly store: string
  /** What they are called in the POS, for ever. */
  readonly externalId: number
  readonly goods: readonly {
    readonly sku: string
    readonly warehouse: string | null
    readonly quantity: number
  }[]
  readonly movedAt: number
  readonly now: number
}

/** Notes it once, however often it is told. */
export async function noteWrittenBack(tx: Tx, written: WrittenBack): Promise<void> {
  const { store, externalId, goods, movedAt, now } = written
  if (goods.length === 0 || (await followsFrom(tx, store)) === null) return
  const number = await codeFor(tx, store)
  const items = await knownItems(tx, new Set(goods.map(one => one.sku)))
  const rows: PosTold[] = []
  for (const [line, { sku, warehouse, quantity }] of goods.entries()) {
    const item = items.get(sku)
    const at = item === undefined ? null : await countedAt(tx, number, item, warehouse)
    if (item === undefined || at === null) continue
    const key = {
      store: number,
      warehouse: at,
      item,
      kind: WRITTEN_BACK,
      cause: externalId,
      line,
      revision: 0,
    }
    rows.push({ ...key, quantity, moved_at: movedAt, told_at: now, counted: 0 })
  }
  const fresh: PosTold[] = []
  for (const row of rows) if (!(await isTold(tx, row))) fresh.push(row)
  await noteTold(tx, fresh)
}

/** Where an item is counted that Tillbridge wrote into the POS; null: nowhere, or it can't be told. */
async function countedAt(
  tx: Tx,
  store: number,
  item: number,
  warehouse: string | null,
): Promise<number | null> {
  const rows = await countsOf(tx, store, [item])
  const wanted = warehouse === null ? undefined : (await knownCodes(tx, [warehouse])).get(warehouse)
  const found = rows.find(row => row.warehouse === wanted) ?? (rows.length === 1 ? rows[0] : undefined)
  return found?.warehouse ?? null
}

async function isTold(tx: Tx, { store, kind, cause, line }: PosTold): Promise<boolean> {
  const row = await tx
    .selectFrom('pos_told')
    .select('line')
    .where(e => e.and({ store, kind, cause, line }))
    .executeTakeFirst()
  return row !== undefined
}

async function noteTold(tx: Tx, rows: readonly PosTold[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const counts = await countsOf(
    tx,
    first.store,
    rows.map(({ item }) => item),
  )
  const known = new Map(counts.map(row => [placeOfCount(row), row]))
  const waiting = new Map<string, PosCount>()
  const kept = rows.filter(row => {
    const count = known.get(placeOfCount(row))
    if (count === undefined) return false
    // a move after the count that was compared last says nothing of it; it is read with the next one
    const isNews = count.judged_at !== count.newest_at || isInCount(row, count.newest_at)
    if (!isNews) return true
    const due = row.told_at + (count.origin_at === null ? ORIGIN_MS : QUIET_MS)
    const before = count.origin_at === null ? (count.due_at ?? 0) : 0 // not before the go-live
    waiting.set(placeOfCount(row), { ...count, due_at: Math.max(due, before) })
    return true
  })
  await insertRows(tx, 'pos_told', kept)
  await putCounts(tx, [...waiting.values()])
}

/** Moves that were told of an item and that no sum counts yet. */
export function toldMoves(db: Reads, of: Pick<PosCount, 'store' | 'warehouse' | 'item'>): Promise<PosTold[]> {
  const { store, warehouse, item } = of
  return db
    .selectFrom('pos_told')
    .selectAll()
    .where(e => e.and({ store, warehouse, item, counted: 0 }))
    .orderBy('moved_at')
    .orderBy('told_at')
    .execute()
}

/** These are in a sum of `pos_count`, or were in its origin, from now on. */
export async function putAway(tx: Tx, moves: readonly PosTold[]): Promise<void> {
  for (const { store, warehouse, item, kind, cause, line, revision } of moves) {
    const key = { store, warehouse, item, kind, cause, line, revision }
    if (kind === WRITTEN_BACK)
      await tx
        .updateTable('pos_told')
        .set({ counted: 1 })
        .where(e => e.and(key))
        .execute()
    else
      await tx
        .deleteFrom('pos_told')
        .where(e => e.and(key))
        .execute()
  }
}
