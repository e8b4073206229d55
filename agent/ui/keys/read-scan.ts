import { postJson } from '../../../shared/ui/json.ts'
import { isBadgeText, ScanView } from '../../till/api-schema.ts'

/**
 * What a scan in keyboard mode means; the agent journals it. Without an answer the text itself is looked for; null: it is a
 * badge, which is shown to no one.
 */
export async function readScan(text: string): Promise<ScanView | null> {
  try {
    return await postJson('/api/scans', { text }, ScanView)
  } catch {
    if (isBadgeText(text)) return null
    return { code: text, problem: null } // the state line says that the till's program does not answer
  }
}
