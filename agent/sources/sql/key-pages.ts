import type { SqlEngine, SqlRow, SqlValue } from './engine.ts'
import type { Reader, RowKind } from './row-kind.ts'
import { wallOrNull } from './row-payload.ts'
import { pageStatements } from './statements.ts'

/** A row's place in a table's order of time. Values stay as the database gave them. */
export interface KeyPosition {
  readonly key: string
  /** False: this row is not read. */
  readonly counts: boolean
  readonly nativeKey: string | number
  readonly time: string | number | null
}

/** Pages of one kind of rows, in several orders: keys and times only, so that a page is cheap. */
export interface KeyPages {
  /** Newest first; `before`: exclusive. */
  newest(before: KeyPosition | null, limit: number): Promise<readonly KeyPosition[]>
  /** Oldest first; null: from the first row on. */
  oldest(
    from: { readonly place: KeyPosition; readonly inclusive: boolean } | null,
    limit: number,
  ): Promise<readonly KeyPosition[]>
  byKey(after: KeyPosition['nativeKey'] | null, limit: number): Promise<readonly KeyPosition[]>
  /** Which of these keys the POS holds. */
  present(keys: readonly string[]): Promise<ReadonlySet<string>>
  count(): Promise<number>
}

export function keyPages(kind: RowKind, reader: Reader): KeyPages {
  const texts = pageStatements(kind.order, reader.dialect)
  const places = async (sql: string, params: readonly (string | number | null)[]) =>
    (await rowsOf(reader.engine, sql, params)).map(row => placeOf(row, kind, reader))
  return {
    newest: (before, limit) =>
      before === null
        ? places(texts.newest, [limit])
        : places(texts.older, [before.time, before.time, before.nativeKey, limit]),
    oldest(from, limit) {
      if (from === null) return places(texts.oldest, [limit])
      const { time, nativeKey } = from.place
      return places(from.inclusive ? texts.from : texts.after, [time, time, nativeKey, limit])
    },
    byKey: (after, limit) =>
      after === null ? places(texts.firstKeys, [limit]) : places(texts.keysAfter, [after, limit]),
    async present(keys) {
      if (keys.length === 0) return new Set()
      const query = { sql: texts.present, keys: { as: kind.order.keys, list: keys }, params: [] }
      const [rows = []] = await reader.engine.read([query])
      return new Set(rows.map(row => String(row['key'])))
    },
    async count() {
      const [row] = await rowsOf(reader.engine, texts.count, [])
      return Number(row?.['count'] ?? 0)
    },
  }
}

async function rowsOf(engine: SqlEngine, sql: string, params: readonly (string | number | null)[]) {
  const [rows = []] = await engine.read([{ sql, params }])
  return rows
}

function placeOf(row: SqlRow, { order }: RowKind, reader: Reader): KeyPosition {
  const key = row['key'] ?? null
  const time = row['time'] ?? null
  // Where rows are ordered by their numbers, these don’t say when.
  const isOld = order.time !== order.key && isBeforeStart(time, reader)
  return {
    key: String(key),
    counts: Number(row['skip'] ?? 0) === 0 && !isOld,
    nativeKey: typeof key === 'number' ? key : String(key),
    time: typeof time === 'number' || time === null ? time : String(time),
  }
}

function isBeforeStart(time: SqlValue, reader: Reader): boolean {
  const wall = reader.startFrom === null ? null : wallOrNull(reader, time)
  return wall !== null && reader.startFrom !== null && wall < reader.startFrom
}
