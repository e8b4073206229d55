import type { SourceId } from '../../../shared/ids.ts'
import type { Clock, Files, Log } from '../../../shared/world.ts'
import type { DecodedReceipt } from '../../codecs/printer-commands/decoded.ts'
import type { SourceConfig } from '../configured.ts'
import { type AnySourceKind, defineSource, type SourceMemory } from '../source.ts'
import type { CapturedReceipts } from './captured-receipts.ts'
import { type ReceiptReader, receiptReader } from './reader.ts'
import { ReceiptSettings } from './settings.ts'

export const receiptsKind = 'receipts'

export interface ReceiptSourcesParts {
  memoryFor(source: SourceId): SourceMemory
  capturedFor(source: SourceId): CapturedReceipts
  readonly clock: Clock
  readonly files: Pick<Files, 'readText'>
  readonly log: Log
}

/**
 * The kind of source that reads what printers print, and where finished receipts go. A receipt is kept whether its
 * source can be read just now or not: a template that is wrong costs time, and no receipt.
 */
export function openReceiptSources(configs: readonly SourceConfig[], parts: ReceiptSourcesParts) {
  const readers = new Map<SourceId, ReceiptReader>()
  const readerOf = (source: SourceId, settings: ReceiptSettings): ReceiptReader => {
    const known = readers.get(source)
    if (known !== undefined) return known
    const { clock, files, log } = parts
    const captured = parts.capturedFor(source)
    const reader = receiptReader(settings, {
      source,
      memory: parts.memoryFor(source),
      captured,
      clock,
      files,
      log: log.child({ source }),
    })
    readers.set(source, reader)
    return reader
  }
  for (const { source, kind, settings } of configs) {
    const parsed = kind === receiptsKind ? ReceiptSettings.safeParse(settings) : null
    if (parsed?.success === true) readerOf(source, parsed.data) // wrong settings are said by the runner
  }
  const kind: AnySourceKind = defineSource({
    kind: receiptsKind,
    settings: ReceiptSettings,
    open: (settings, { source }) => readerOf(source, settings),
  })
  return {
    kind,
    /** Resolves once the receipt is durable in each source that reads this printer; false: none does. */
    async take(receipt: DecodedReceipt, printer: string, at: number): Promise<boolean> {
      const taken = await Promise.all([...readers.values()].map(reader => reader.take(receipt, printer, at)))
      return taken.includes(true)
    },
  }
}
