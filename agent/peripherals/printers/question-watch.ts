import { type RealTimeQuestion, realTimeQuestions } from './conditions.ts'

const DLE = 0x10
const EOT = 0x04

/**
 * Finds DLE EOT 1 to 4 anywhere in what a POS sends: a printer acts on it even inside pictures (Epson ESC/POS
 * reference, "Real-time commands").
 */
export function questionWatch() {
  let matched = 0

  return {
    see(bytes: Uint8Array): RealTimeQuestion[] {
      if (matched === 0 && !bytes.includes(DLE)) return []
      const found: RealTimeQuestion[] = []
      for (const byte of bytes) {
        const question = matched === 2 ? realTimeQuestions.find(asks => asks === byte) : undefined
        if (question !== undefined) found.push(question)
        matched = matched === 1 && byte === EOT ? 2 : byte === DLE ? 1 : 0
      }
      return found
    },
  }
}
