import { z } from 'zod'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { newPrinterMemory, type PrinterMemory } from '../../codecs/printer-commands/macro.ts'
import type { JournalPart } from '../../journal/part.ts'

const printerMacroTable = /* sql */ `
  CREATE TABLE printer_macro (
    printer TEXT PRIMARY KEY,       -- the peripheral
    bytes BLOB NOT NULL             -- what GS ^ has it carry out
  ) STRICT, WITHOUT ROWID;
`

/** What each printer keeps over jobs, also while the agent is restarted. */
export interface PrinterMemories {
  /** The same object for the same printer; decoders change it. */
  of(printer: string): PrinterMemory
  /** Keeps it as it is now; resolves once that is durable. */
  keep(printer: string): Promise<void>
}

const Rows = z.array(z.object({ printer: z.string(), bytes: z.instanceof(Uint8Array) }))

/** The journal's part for what printers keep. */
export const printerMemories: JournalPart<PrinterMemories> = {
  name: 'printer-memories',
  migrations: [printerMacroTable],
  open({ db, write }) {
    const kept = new Map<string, Uint8Array>(
      Rows.parse(db.prepare('SELECT printer, bytes FROM printer_macro').all()).map(({ printer, bytes }) => [
        printer,
        Uint8Array.from(bytes),
      ]),
    )
    const memories = new Map<string, PrinterMemory>()
    const put = db.prepare(
      'INSERT INTO printer_macro (printer, bytes) VALUES (?, ?) ON CONFLICT (printer) DO UPDATE SET bytes = excluded.bytes',
    )
    const remove = db.prepare('DELETE FROM printer_macro WHERE printer = ?')
    function of(printer: string): PrinterMemory {
      const memory = memories.get(printer) ?? { ...newPrinterMemory(), macro: kept.get(printer) ?? null }
      memories.set(printer, memory)
      return memory
    }
    return {
      api: {
        of,
        async keep(printer) {
          const macro = storable(of(printer).macro)
          if (isSame(macro, kept.get(printer) ?? null)) return
          await write(() => (macro === null ? remove.run(printer) : put.run(printer, macro)))
          if (macro === null) kept.delete(printer)
          else kept.set(printer, macro)
        },
      },
    }
  },
}

/** A card number is never stored: a macro with one is forgotten with the process. */
function storable(macro: Uint8Array | null): Uint8Array | null {
  if (macro === null) return null
  const text = Buffer.from(macro).toString('latin1')
  return maskCardNumbers(text) === text ? macro : null
}

const isSame = (one: Uint8Array | null, other: Uint8Array | null): boolean =>
  one === null || other === null ? one === other : Buffer.compare(one, other) === 0
