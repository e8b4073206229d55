import type { Currency } from '../../../shared/money.ts'
import { businessDateFrom, wallClock } from '../../../shared/wall-clock.ts'
import type { OpenSource, SourceParts } from '../source.ts'
import { readingPace } from './adaptive-batch.ts'
import { articlesPass } from './articles-pass.ts'
import { blindMark } from './change-token.ts'
import { countKind } from './count-rows.ts'
import { diaryKind } from './diary-rows.ts'
import { DatabaseBusy, type SqlEngine } from './engine.ts'
import { examiner } from './examine.ts'
import { sweepOf } from './full-scan.ts'
import { walkOf } from './key-pages.ts'
import type { SqlMapping } from './mapping.ts'
import { priceKind } from './price-rows.ts'
import { warehouseUnknown } from './problems.ts'
import { receiptKind } from './receipt-rows.ts'
import { watchList } from './recheck-list.ts'
import type { Reader, RowKind } from './row-kind.ts'
import { posDatabaseLocked } from './server-problems.ts'
import { type Dialect, dialectOf } from './statements.ts'
import { frontOf } from './tail-scan.ts'
import { textIn } from './values.ts'

export interface SqlSettings {
  /** Where sales take from; null: the mapping asks the POS. */
  readonly warehouse: string | null
  /** Where a receipt names none. */
  readonly till: string
  readonly currency: Currency
  readonly zone: string
  /** First business date that counts; null: all. */
  readonly startFrom: string | null
  /** Hour, 0 to 23. */
  readonly businessDayStartsAt: number
  readonly counts: boolean
  readonly prices: boolean
}

/** How long a receipt that does not add up may take to become whole. */
const SETTLE_MS = 2_000
/** A lock that lasts longer is said: somebody's backup or report hangs. */
const LONG_BUSY_MS = 10_000

/**
 * Sales from the tables of a POS, by a mapping. How nothing is missed:
 *
 * - What has been read is remembered row by row with a fingerprint of its content (`SourceMemory`), and that memory is
 *   committed with the events. So there is no stored position that a late row could slip behind, and reading any row
 *   again, in any order, tells only what is new. A restart, or a memory from an earlier moment, needs no rule.
 * - The **front** (front.ts) reads the newest rows whenever the POS has committed anything, and walks back as far as
 *   there are unknown ones.
 * - The **sweep** (sweep.ts) passes through all the POS's rows and all known ones, in small steps, for what changed
 *   further back; it rests once a full round saw no change.
 * - The **watch** (watch.ts) looks again at receipts that are not whole and at refused rows.
 * - **Articles** (counts and prices) have no time to go by: they are read whole once (articles-pass.ts), then swept.
 *
 * All of them end in `examine`, which reads rows by key in one snapshot, decides on each (decide.ts) and commits.
 */
export async function openSqlSource(
  mapping: SqlMapping,
  engine: SqlEngine,
  settings: SqlSettings,
  parts: SourceParts,
): Promise<OpenSource> {
  const { memory, clock } = parts
  const pace = readingPace(clock)
  const reader = await readerOf(mapping, pace.paced(engine), settings, parts).catch(error => {
    throw error instanceof DatabaseBusy ? posDatabaseLocked({ seconds: 0 }, error) : error
  })
  const kinds = kindsOf(mapping, reader, settings)
  const watch = watchList(SETTLE_MS)
  const examine = examiner({ parts, reader, settleMs: SETTLE_MS, watch })
  const walked = kinds.map(kind => ({ kind, walk: walkOf(kind, reader) }))
  const timed = walked.filter(({ kind }) => kind.order.time !== null)
  const fronts = timed.map(each => frontOf({ ...each, memory, examine, pace }))
  const articles = walked
    .filter(({ kind }) => kind.order.time === null)
    .map(each => articlesPass({ ...each, memory, examine, pace }))
  const isBlind = engine.changeMark === null
  const changeMark =
    engine.changeMark ??
    blindMark(
      timed.map(({ walk }) => walk),
      clock,
    )
  const sweep = sweepOf({ parts, kinds: walked, examine, pace, startFrom: reader.startFrom, isBlind })
  let seen: string | null = null
  let busySince: number | null = null

  const step = async (): ReturnType<OpenSource['read']> => {
    const busy = fronts.find(front => front.isBusy()) ?? articles.find(pass => seen !== null && pass.isBusy())
    if (busy !== undefined) {
      await busy.step()
      return 'more'
    }
    if (sweep.isDue()) {
      await sweep.step()
      return 'more'
    }
    const mark = await changeMark()
    const hasChanged = mark !== seen
    for (const kind of kinds) {
      const keys = hasChanged ? watch.all(kind) : watch.due(kind, clock.now())
      if (keys.length > 0) await examine(kind, keys)
    }
    if (!hasChanged) return 'idle'
    for (const front of fronts) front.begin()
    sweep.changed(mark)
    seen = mark
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
    receiptKind(receipts, reader),
    ...(diary === null ? [] : [diaryKind(diary, reader)]),
    ...(counts === null || !settings.counts ? [] : [countKind(counts, reader)]),
    ...(prices === null || !settings.prices ? [] : [priceKind(prices, reader)]),
  ]
}

async function readerOf(
  mapping: SqlMapping,
  engine: SqlEngine,
  settings: SqlSettings,
  { source }: SourceParts,
): Promise<Reader> {
  const { startFrom, businessDayStartsAt } = settings
  const dialect = await dialectOf(engine, { pos: mapping.pos, tables: requiredBy(mapping, settings) })
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
  return tables
}

async function warehouseInPos(mapping: SqlMapping, engine: SqlEngine, dialect: Dialect): Promise<string> {
  const [rows = []] = await engine.read([{ sql: dialect.text(mapping.warehouse), params: [] }])
  const warehouse = rows[0] === undefined ? null : textIn(rows[0], 'warehouse')
  if (warehouse === null) throw warehouseUnknown({ pos: mapping.pos })
  return warehouse
}
