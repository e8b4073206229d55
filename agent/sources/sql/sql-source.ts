import type { Currency } from '../../../shared/money.ts'
import type { OpenSource, SourceParts } from '../source.ts'
import { diaryKind } from './diary-rows.ts'
import type { SqlEngine } from './engine.ts'
import { examiner } from './examine.ts'
import { frontOf } from './front.ts'
import type { SqlMapping } from './mapping.ts'
import { readingPace } from './pace.ts'
import { wallClock } from './pos-time.ts'
import { warehouseUnknown } from './problems.ts'
import { receiptKind } from './receipt-rows.ts'
import type { Reader, RowKind } from './row-kind.ts'
import { DatabaseBusy } from './sqlite-engine.ts'
import { dialectOf } from './statements.ts'
import { sweepOf } from './sweep.ts'
import { textIn } from './values.ts'
import { walkOf } from './walk.ts'
import { watchList } from './watch.ts'

export interface SqlSettings {
  /** Where sales take from; null: the mapping asks the POS. */
  readonly warehouse: string | null
  readonly currency: Currency
  readonly zone: string
  /** First business date that counts; null: all. */
  readonly startFrom: string | null
}

/** How long a receipt that does not add up may take to become whole. */
const SETTLE_MS = 2_000

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
 *
 * All three end in `examine`, which reads rows by key in one snapshot, decides on each (decide.ts) and commits.
 */
export async function openSqlSource(
  mapping: SqlMapping,
  engine: SqlEngine,
  settings: SqlSettings,
  parts: SourceParts,
): Promise<OpenSource> {
  const reader = await readerOf(mapping, engine, settings, parts)
  const kinds: RowKind[] = [receiptKind(mapping.receipts, reader)]
  if (mapping.diary !== null) kinds.push(diaryKind(mapping.diary, reader))
  const watch = watchList(SETTLE_MS)
  const pace = readingPace(parts.clock)
  const examine = examiner({ parts, reader, settleMs: SETTLE_MS, watch })
  const walked = kinds.map(kind => ({ kind, walk: walkOf(kind, reader) }))
  const fronts = walked.map(each => frontOf({ ...each, memory: parts.memory, examine, pace }))
  const sweep = sweepOf({ parts, kinds: walked, examine, pace, startFrom: settings.startFrom })
  let seen: string | null = null

  const step = async (): Promise<'more' | 'idle'> => {
    const busy = fronts.find(front => front.isBusy())
    if (busy !== undefined) {
      await busy.step()
      return 'more'
    }
    if (sweep.isDue()) {
      await sweep.step()
      return 'more'
    }
    const mark = await engine.changeMark()
    const hasChanged = mark === null || mark !== seen
    for (const kind of kinds) {
      const keys = hasChanged ? watch.all(kind) : watch.due(kind, parts.clock.now())
      if (keys.length > 0) await examine(kind, keys)
    }
    if (!hasChanged) return 'idle'
    for (const front of fronts) front.begin()
    sweep.changed(mark)
    seen = mark
    return mark === null ? 'idle' : 'more'
  }

  return {
    async read() {
      try {
        return await step()
      } catch (error) {
        if (error instanceof DatabaseBusy) return 'idle'
        throw error
      }
    },
    close: () => engine.close(),
  }
}

async function readerOf(
  mapping: SqlMapping,
  engine: SqlEngine,
  settings: SqlSettings,
  { source }: SourceParts,
): Promise<Reader> {
  const dialect = await dialectOf(engine, mapping)
  const warehouse = settings.warehouse ?? (await warehouseInPos(mapping, engine))
  return {
    source,
    engine,
    dialect,
    currency: settings.currency,
    zone: settings.zone,
    warehouse,
    startFrom: settings.startFrom,
    wallOf: wallClock(mapping.times, settings.zone),
  }
}

async function warehouseInPos(mapping: SqlMapping, engine: SqlEngine): Promise<string> {
  const [rows = []] = await engine.read([{ sql: mapping.warehouse, params: [] }])
  const warehouse = rows[0] === undefined ? null : textIn(rows[0], 'warehouse')
  if (warehouse === null) throw warehouseUnknown({ pos: mapping.pos })
  return warehouse
}
