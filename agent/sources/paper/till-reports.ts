import { z } from 'zod'
import type { Files } from '../../../shared/world.ts'
import { TillReport } from '../../codecs/receipt-templates/till-report.ts'

const Row = z.object({ source: z.string(), at: z.int(), body: z.string() })

/** A till's own total of a day, and when it was printed (agent clock, ms). */
export interface KeptReport {
  readonly source: string
  readonly at: number
  readonly report: TillReport
}

const MOST = 500

/** The X and Z reports that the print path captured, newest first. */
export function tillReportsOf(files: Pick<Files, 'database'>, journal: string): readonly KeptReport[] {
  const db = files.database(journal, { readOnly: true })
  try {
    const rows = db.prepare('SELECT source, at, body FROM till_report ORDER BY at DESC LIMIT ?').all(MOST)
    return z
      .array(Row)
      .parse(rows)
      .map(({ source, at, body }) => ({ source, at, report: TillReport.parse(JSON.parse(body)) }))
  } finally {
    db.close()
  }
}
