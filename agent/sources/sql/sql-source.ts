import type { Currency } from '../../../shared/money.ts'
import { businessDateFrom, wallClock } from '../../../shared/wall-clock.ts'
import type { OpenSource, SourceParts } from '../source.ts'
import { adaptiveBatch } from './adaptive-batch.ts'
import { polledChangeToken } from './change-token.ts'
import { countKind } from './count-rows.ts'
import { diaryKind } from './diary-rows.ts'
import { DatabaseBusy, type SqlEngine } from './engine.ts'
import { examiner } from './examine.ts'
import { fullScan } from './full-scan.ts'
import { itemsPass } from './items-pass.ts'
import { keyPages } from './key-pages.ts'
import type { SqlMapping } from './mapping.ts'
import { priceKind } from './price-rows.ts'
import { pointsOfSaleOpen, warehouseUnknown } from './problems.ts'
import { receiptKind } from './receipt-rows.ts'
import { recheckList } from './recheck-list.ts'
import type { Reader, RowKind } from './row-kind.ts'
import { posDatabaseLocked } from './server-problems.ts'
import { type Dialect, dialectOf } from './statements.ts'
import { tailScan } from './tail-scan.ts'
import { textIn } from './values.ts'

export interface SqlSettings {
  /** The location whose stock a sale reduces; null: the mapping asks the POS. */
  readonly warehouse: string | null
  /** The till of receipts that name none. */
  readonly till: string
  readonly currency: Currency
  readonly zone: string
  /** First business date that counts; null: all. */
  readonly startFrom: string | null
  /** Hour, 0 to 23. */
  readonly businessDayStartsAt: number
  readonly counts: boolean
  readonly prices: boolean
  /** Where receipts name the online order that they ring up; null: nowhere. In lower case. */
  readonly order: { readonly table: string; readonly receipt: string; readonly column: string } | null
}

/** How long a receipt that does not add up may take to become complete. */
const GRACE_MS = 2_000
/** A lock that lasts longer is reported: a backup or a report may hang. */
const LONG_BUSY_MS = 10_000

/**
 * Sales from the tables of a POS, read by a mapping. This is how no sale is missed:
 *
 * - The source remembers each row it has read, with a fingerprint of its content (`SourceMemory`), and commits that
 *   memory with the events. There is no stored position that a late row could fall behind. Any row may be read again,
 *   in any order, and only what is new is reported. A restart, or an older copy of the memory, needs no special rule.
 * - The **tail scan** (tail-scan.ts) reads the newest rows whenever the POS has committed anything, and goes back until
 *   it meets known ones.
 * - The **full scan** (full-scan.ts) goes through all rows of the POS and all known ones in small steps and finds what
 *   changed further back. It pauses once a full round has seen no change.
 * - The **recheck list** (recheck-list.ts) holds incomplete receipts and refused rows, to be read again.
 * - **Counts and prices** have no time to sort by: one pass (items-pass.ts) reads them all, then the full scan does.
 *
 * All of them call `examine`, which reads rows by key in one snapshot, decides on each (decide.ts) and commits.
 */
export async function openSqlSource(
  mapping: SqlMapping,
  engine: SqlEngine,
  settings: SqlSettings,
  parts: SourceParts,
): Promise<OpenSource> {
  const { memory, clock } = parts
  const batching = adaptiveBatch(clock)
  const reader = await readerOf(mapping, batching.timed(engine), settings, parts).catch(error => {
    throw error instanceof DatabaseBusy ? posDatabaseLocked({ seconds: 0 }, error) : error
  })
  const kinds = kindsOf(mapping, reader, settings)
  const rechecks = recheckList(GRACE_MS)
  const examine = examiner({ parts, reader, graceMs: GRACE_MS, rechecks })
  const scanned = kinds.map(kind => ({ kind, pages: keyPages(kind, reader) }))
  const timed = scanned.filter(({ kind }) => kind.order.time !== null)
  const tails = timed.map(each => tailScan({ ...each, memory, examine, batching }))
  const itemPasses = scanned
    .filter(({ kind }) => kind.order.time === null)
    .map(each => itemsPass({ ...each, memory, examine, batching }))
  const hasNoToken = engine.changeToken === null
  const changeToken =
    engine.changeToken ??
    polledChangeToken(
      timed.map(({ pages }) => pages),
      clock,
    )
  const scan = fullScan({ parts, kinds: scanned, examine, batching, startFrom: reader.startFrom, hasNoToken })
  let seen: string | null = null
  let busySince: number | null = null

  const step = async (): ReturnType<OpenSource['read']> => {
    const busy = tails.find(tail => tail.isBusy()) ?? itemPasses.find(pass => seen !== null && pass.isBusy())
    if (busy !== undefined) {
      await busy.step()
      return 'more'
    }
    if (scan.isDue()) {
      await scan.step()
      return 'more'
    }
    const token = await changeToken()
    const hasChanged = token !== seen
    for (const kind of kinds) {
      const keys = hasChanged ? rechecks.all(kind) : rechecks.due(kind, clock.now())
      if (keys.length > 0) await examine(kind, keys)
    }
    if (!hasChanged) return 'idle'
    for (const tail of tails) tail.begin()
    scan.changed(token)
    seen = token
    return 'more'
  }

  return {
    async read() {
      try {
        const next = await step()
        busySince = null
        return next
      } catch (error) {
        if (!(error instanceof DatabaseBusy)) throw error
        busySince ??= clock.monotonicMs()
        const busyMs = clock.monotonicMs() - busySince
        if (busyMs >= LONG_BUSY_MS) throw posDatabaseLocked({ seconds: Math.round(busyMs / 1000) }, error)
        return 'busy'
      }
    },
    close: () => engine.close(),
  }
}

function kindsOf(mapping: SqlMapping, reader: Reader, settings: SqlSettings): readonly RowKind[] {
  const { receipts, diary, counts, prices } = mapping
  return [
    receiptKind(withOrders(receipts, settings), reader),
    ...(diary === null ? [] : [diaryKind(diary, reader)]),
    ...(counts === null || !settings.counts ? [] : [countKind(counts, reader)]),
    ...(prices === null || !settings.prices ? [] : [priceKind(prices, reader)]),
  ]
}

/** The names are plain words (store-settings.ts) of tables and columns that were found in the database. */
function withOrders(receipts: SqlMapping['receipts'], { order }: SqlSettings): SqlMapping['receipts'] {
  if (order === null) return receipts
  const { table, receipt, column } = order
  const named = `SELECT ${receipt} AS "receipt", ${column} AS "order" FROM ${table}`
  return { ...receipts, orders: `${named} WHERE ${receipt} IN {keys} ORDER BY ${receipt}, ${column} LIMIT ?` }
}

async function readerOf(
  mapping: SqlMapping,
  engine: SqlEngine,
  settings: SqlSettings,
  { source }: SourceParts,
): Promise<Reader> {
  const { startFrom, businessDayStartsAt } = settings
  const dialect = await dialectOf(engine, { pos: mapping.pos, tables: requiredBy(mapping, settings) })
  await expectPointsNamed(mapping, engine, dialect)
  const warehouse = settings.warehouse ?? (await warehouseInPos(mapping, engine, dialect))
  const hour = String(businessDayStartsAt).padStart(2, '0')
  return {
    source,
    engine,
    dialect,
    currency: settings.currency,
    zone: settings.zone,
    warehouse,
    till: settings.till,
    startFrom: startFrom === null ? null : `${startFrom}T${hour}:00:00`,
    businessDateOf: businessDateFrom(businessDayStartsAt),
    wallOf: wallClock(mapping.times, settings.zone),
  }
}

function requiredBy({ requires, counts, prices }: SqlMapping, settings: SqlSettings): SqlMapping['requires'] {
  const tables: Record<string, readonly string[]> = { ...requires }
  for (const part of [settings.counts ? counts : null, settings.prices ? prices : null])
    for (const [table, columns] of Object.entries(part?.requires ?? {}))
      tables[table] = [...new Set([...(tables[table] ?? []), ...columns])]
  const { order } = settings
  if (order !== null)
    tables[order.table] = [...new Set([...(tables[order.table] ?? []), order.receipt, order.column])]
  return tables
}

async function expectPointsNamed(
  { pos, openPoints }: SqlMapping,
  engine: SqlEngine,
  dialect: Dialect,
): Promise<void> {
  if (openPoints === undefined) return
  const [rows = []] = await engine.read([{ sql: dialect.text(openPoints), params: [] }])
  const points = rows[0] === undefined ? null : textIn(rows[0], 'points')
  if (points !== null) throw pointsOfSaleOpen({ pos, points: points.slice(0, 1_000) })
}

async function warehouseInPos(mapping: SqlMapping, engine: SqlEngine, dialect: Dialect): Promise<string> {
  const [rows = []] = await engine.read([{ sql: dialect.text(mapping.warehouse), params: [] }])
  const warehouse = rows[0] === undefined ? null : textIn(rows[0], 'warehouse')
  if (warehouse === null) throw warehouseUnknown({ pos: mapping.pos })
  return warehouse
}
