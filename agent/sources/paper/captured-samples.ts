import { z } from 'zod'
import type { Files } from '../../../shared/world.ts'
import { type CapturedReceipt, openCapturedReceipts } from './captured-receipts.ts'

const SAMPLES = 200

/** The newest receipts that the print path captured, of one source or of all. */
export function capturedReceiptsOf(
  files: Pick<Files, 'database'>,
  path: string,
  source: string | null,
): readonly CapturedReceipt[] {
  const db = files.database(path, { readOnly: true })
  try {
    const captured = openCapturedReceipts(db)
    const sources = z
      .array(z.string())
      .parse(db.prepare('SELECT DISTINCT source FROM captured_receipt').pluck().all())
    return sources
      .filter(each => source === null || each === source)
      .flatMap(each => captured.newest(each, SAMPLES))
  } finally {
    db.close()
  }
}
