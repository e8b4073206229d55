import { allLevelsBench } from './all-levels.ts'
import { drainLedger } from './drain-ledger.ts'
import { drainStream } from './drain-stream.ts'
import { escposDecode } from './escpos-decode.ts'
import { holdBackWeeks } from './hold-back.ts'
import { hubSize } from './hub-size.ts'
import { journalAppend } from './journal-append.ts'
import type { Row } from './measure/compare.ts'
import { memory } from './memory.ts'
import { pageOpen } from './page-open.ts'
import { poslog } from './poslog.ts'
import { postgresIngest } from './postgres-ingest.ts'
import { printPath } from './print-path.ts'
import { saleLatency } from './sale-latency.ts'
import type { Scale } from './scale.ts'
import { sqlSource } from './sql-source.ts'
import { storm } from './storm.ts'

/** Every bench by the name that `--only` takes. */
export const benches: Readonly<Record<string, (scale: Scale) => Promise<Row[]>>> = {
  'journal-append': journalAppend,
  'drain-stream': drainStream,
  'drain-ledger': drainLedger,
  'page-open': pageOpen,
  'postgres-ingest': postgresIngest,
  'hub-size': hubSize,
  'sale-latency': saleLatency,
  memory,
  'escpos-decode': escposDecode,
  'print-path': printPath,
  poslog,
  'sql-source': sqlSource,
  'all-levels': allLevelsBench,
  storm,
  'hold-back': holdBackWeeks,
}
