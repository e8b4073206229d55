import { sql } from 'kysely'
import { knownCodes } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { movementKinds } from '../stock/movement-kinds.ts'
import type { Origin } from '../streams/placed-event.ts'
import { keyText } from './receipt-key.ts'

/** A receipt's or stock entry's number within its store, and the first revision that is written of it. */
export interface KnownNumber {
  readonly number: number
  readonly revision: number
}

/** A receipt or entry that is replayed and that the copy under way does not hold. */
export interface Unnumbered {
  readonly key: Buffer
  readonly origin: Origin
  /** Whether its event moved stock. */
  readonly moves: boolean
}

interface Numbered {
  readonly table: 'sale' | 'stock_entry'
  readonly number: 'sale' | 'entry'
  readonly key: 'receipt' | 'key'
  readonly kind: number
  readonly reversal: number
}

const numbered: Readonly<Record<'sale' | 'stock_entry', Numbered>> = {
  sale: {
    table: 'sale',
    number: 'sale',
    key: 'receipt',
    kind: movementKinds.sale,
    reversal: movementKinds['sale-reversal'],
  },
  stock_entry: {
    table: 'stock_entry',
    number: 'entry',
    key: 'key',
    kind: movementKinds.entry,
    reversal: movementKinds['entry-reversal'],
  },
}

/** The number that the next new row of a store gets: above all that rows, a rebuild's copy or movements have used. */
export async function nextNumber(tx: Tx, table: 'sale' | 'stock_entry', store: number): Promise<number> {
  const { number, kind } = numbered[table]
  const [row] = await tx.rows(sql<{ last: number | string | null }>`
    SELECT MAX(n) AS last FROM (
      SELECT MAX(${sql.ref(number)}) AS n FROM ${sql.table(table)} WHERE store = ${store}
      UNION ALL SELECT MAX(${sql.ref(number)}) AS n FROM ${sql.table(table)} WHERE store = ${-store}
      UNION ALL SELECT MAX(cause) AS n FROM movement WHERE store = ${store} AND kind = ${kind}) AS used`)
  return Number(row?.last ?? 0) + 1
}

/**
 * The numbers of receipts or entries that a rebuild replays, by `keyText`. Movements name receipts by number, so each
 * gets the one that the movements of its event have; without movements, the one it has in the table in use. One that
 * has neither gets the lowest that is free behind those before it, as when it was first applied.
 * @param store the number of the store itself, above 0
 */
export async function keptNumbers(
  tx: Tx,
  table: 'sale' | 'stock_entry',
  store: number,
  wanted: readonly Unnumbered[],
): Promise<ReadonlyMap<string, KnownNumber>> {
  const found = new Map<string, KnownNumber>()
  if (wanted.length === 0) return found
  const of = numbered[table]
  const rows = await rowsInUse(tx, of, store, wanted)
  const last = await lastInCopy(tx, of, store)
  const causes = [...rows.values()].map(row => row.number)
  // what has no row in use was numbered behind what the copy holds, unless much was left out
  const behind = rows.size < wanted.length ? { after: last, to: last + 2 * wanted.length } : null
  const moved = await movementsOf(tx, of, store, {
    ...gathered(causes),
    ...(behind === null ? {} : { behind }),
  })
  const devices = await knownCodes(tx, new Set(wanted.map(one => one.origin.device)))
  const placeOf = ({ device, epoch, seq }: Origin) => `${devices.get(device) ?? 0}/${epoch}/${seq}`
  const lost = wanted.filter(
    one => one.moves && !rows.has(keyText(one.key)) && !moved.byPlace.has(placeOf(one.origin)),
  )
  const searched = await searchMovements(tx, of, store, { wanted: lost, devices })
  const taken = new Set<number>()
  for (const { key, origin } of wanted) {
    const [name, place] = [keyText(key), placeOf(origin)]
    const known = moved.byPlace.get(place) ?? searched.get(place) ?? ownNumber(rows.get(name), moved)
    if (known === undefined || taken.has(known.number)) continue
    taken.add(known.number)
    found.set(name, known)
  }
  const inCopy = await numbersInCopy(tx, of, store, taken)
  let before = last
  for (const { key } of wanted) {
    const name = keyText(key)
    const known = found.get(name)
    if (known === undefined || inCopy.has(known.number)) {
      before = await freeNumber(tx, of, store, { after: before, taken })
      taken.add(before)
      found.set(name, { number: before, revision: 0 })
    } else before = Math.max(before, known.number)
  }
  return found
}

interface RowInUse {
  readonly number: number
  /** The place of its newest event; null: its table does not note it. */
  readonly place: string | null
}

const KEYS_A_QUERY = 250

async function rowsInUse(
  tx: Tx,
  { table, number, key }: Numbered,
  store: number,
  wanted: readonly Unnumbered[],
): Promise<ReadonlyMap<string, RowInUse>> {
  const found = new Map<string, RowInUse>()
  const origin = table === 'sale' ? sql`device, epoch, seq` : sql`NULL AS device, NULL AS epoch, NULL AS seq`
  for (let from = 0; from < wanted.length; from += KEYS_A_QUERY) {
    const keys = wanted.slice(from, from + KEYS_A_QUERY).map(one => one.key)
    const rows = await tx.rows(sql<{
      key: Buffer
      number: number
      device: number | null
      epoch: number | null
      seq: number | null
    }>`
      SELECT ${sql.ref(key)} AS key, ${sql.ref(number)} AS number, ${origin} FROM ${sql.table(table)}
       WHERE store = ${store} AND ${sql.ref(key)} IN (${sql.join(keys)})`)
    for (const row of rows) {
      const place = row.device === null ? null : `${row.device}/${row.epoch}/${row.seq}`
      found.set(keyText(row.key), { number: row.number, place })
    }
  }
  return found
}

/** Movements by the place of their event, and the places of each number's movements. */
interface Moved {
  readonly byPlace: ReadonlyMap<string, KnownNumber>
  readonly places: ReadonlyMap<number, ReadonlySet<string>>
}

interface MovementRow {
  readonly kind: number
  readonly cause: number
  readonly revision: number
  readonly device: number | null
  readonly epoch: number | null
  readonly seq: number | null
}

/** Numbers above `after`, up to `to`. */
interface Range {
  readonly after: number
  readonly to: number
}

interface Causes {
  readonly causes: readonly number[]
  readonly within?: Range
  readonly behind?: Range
}

/** Numbers that are close together, as those of one replayed page are, are read as one range: much faster. */
function gathered(causes: readonly number[]): Causes {
  const within = { after: Math.min(...causes) - 1, to: Math.max(...causes) }
  const isClose = causes.length > 0 && within.to - within.after < 4 * causes.length
  return isClose ? { causes: [], within } : { causes }
}

async function movementsOf(
  tx: Tx,
  { kind, reversal }: Numbered,
  store: number,
  which: Causes,
): Promise<Moved> {
  const byPlace = new Map<string, KnownNumber>()
  const places = new Map<number, Set<string>>()
  const read = () =>
    tx
      .selectFrom('movement')
      .select(['kind', 'cause', 'revision', 'device', 'epoch', 'seq'])
      .where('store', '=', store)
      .where('kind', 'in', [kind, reversal])
  const rows: MovementRow[] = []
  for (let from = 0; from < which.causes.length; from += KEYS_A_QUERY)
    rows.push(
      ...(await read()
        .where('cause', 'in', which.causes.slice(from, from + KEYS_A_QUERY))
        .execute()),
    )
  for (const range of [which.within, which.behind])
    if (range !== undefined)
      rows.push(...(await read().where('cause', '>', range.after).where('cause', '<=', range.to).execute()))
  for (const row of rows) {
    const place = `${row.device}/${row.epoch}/${row.seq}`
    if (row.kind === kind) byPlace.set(place, { number: row.cause, revision: row.revision })
    const known = places.get(row.cause) ?? new Set()
    places.set(row.cause, known.add(place))
  }
  return { byPlace, places }
}

/** Movements of events that are not where they should be: a range of a stream at a time, which reads the store's. */
async function searchMovements(
  tx: Tx,
  { kind }: Numbered,
  store: number,
  {
    wanted,
    devices,
  }: { readonly wanted: readonly Unnumbered[]; readonly devices: ReadonlyMap<string, number> },
): Promise<ReadonlyMap<string, KnownNumber>> {
  const found = new Map<string, KnownNumber>()
  const streams = Map.groupBy(wanted, ({ origin }) => `${origin.device}/${origin.epoch}`)
  for (const some of streams.values()) {
    const first = some[0]?.origin
    const device = devices.get(first?.device ?? '')
    if (first === undefined || device === undefined) continue
    const seqs = some.map(({ origin }) => origin.seq)
    const rows = await tx
      .selectFrom('movement')
      .select(['cause', 'revision', 'seq'])
      .where(e => e.and({ store, kind, device, epoch: first.epoch }))
      .where('seq', '>=', Math.min(...seqs))
      .where('seq', '<=', Math.max(...seqs))
      .execute()
    for (const { cause, revision, seq } of rows)
      found.set(`${device}/${first.epoch}/${seq}`, { number: cause, revision })
  }
  return found
}

/** The number of a row in use, unless its movements are those of another receipt. */
function ownNumber(row: RowInUse | undefined, { places }: Moved): KnownNumber | undefined {
  if (row === undefined) return undefined
  const moved = places.get(row.number)
  const isOwn = moved === undefined || (row.place !== null && moved.has(row.place))
  return isOwn ? { number: row.number, revision: 0 } : undefined
}

async function lastInCopy(tx: Tx, { table, number }: Numbered, store: number): Promise<number> {
  const [row] = await tx.rows(sql<{ last: number | string | null }>`
    SELECT MAX(${sql.ref(number)}) AS last FROM ${sql.table(table)} WHERE store = ${-store}`)
  return Number(row?.last ?? 0)
}

async function numbersInCopy(
  tx: Tx,
  { table, number }: Numbered,
  store: number,
  wanted: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>()
  const numbers = [...wanted]
  for (let from = 0; from < numbers.length; from += KEYS_A_QUERY) {
    const some = numbers.slice(from, from + KEYS_A_QUERY)
    const rows = await tx.rows(sql<{ number: number }>`
      SELECT ${sql.ref(number)} AS number FROM ${sql.table(table)}
       WHERE store = ${-store} AND ${sql.ref(number)} IN (${sql.join(some)})`)
    for (const row of rows) found.add(row.number)
  }
  return found
}

async function freeNumber(
  tx: Tx,
  { table, number, kind }: Numbered,
  store: number,
  { after, taken }: { readonly after: number; readonly taken: ReadonlySet<number> },
): Promise<number> {
  for (let free = after + 1; ; free += 1) {
    if (taken.has(free)) continue
    const used = await tx.rows(sql`
      SELECT 1 AS used FROM movement WHERE store = ${store} AND kind = ${kind} AND cause = ${free}
      UNION ALL SELECT 1 AS used FROM ${sql.table(table)} WHERE store IN (${store}, ${-store}) AND ${sql.ref(number)} = ${free}
      LIMIT 1`)
    if (used.length === 0) return free
  }
}
