import { postJson } from '../../../shared/ui/json.ts'
import { ScanView } from '../../till/api-schema.ts'

/** What a scan in keyboard mode means; the agent journals it. Without an answer the text itself is looked for. */
export async function readScan(text: string): Promise<ScanView> {
  try {
    return await postJson('/api/scans', { text }, ScanView)
  } catch {
    return { code: text, problem: null } // the state line says that the till's program does not answer
  }
}
