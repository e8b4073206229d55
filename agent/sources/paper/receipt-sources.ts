import type { SourceId } from '../../../shared/ids.ts'
import type { Clock, Files, Log } from '../../../shared/world.ts'
import type { DecodedReceipt } from '../../codecs/printer-commands/decoded.ts'
import type { SourceConfig } from '../configured.ts'
import {
  type AnySourceKind,
  defineSource,
  type OpenSource,
  type SourceMemory,
  type SourceParts,
} from '../source.ts'
import type { CapturedReceipts } from './captured-receipts.ts'
import { type PrintOrigin, type ReceiptReader, receiptReader } from './reader.ts'
import { ReceiptSettings } from './settings.ts'

/** The kind's name in agent.json. */
export const RECEIPTS = 'receipts'

/** The kind of source that reads what a printer prints; `readerOf` finds or makes its reader. */
export function receiptsKind(
  readerOf: (settings: ReceiptSettings, parts: SourceParts) => OpenSource,
): AnySourceKind {
  return defineSource({ kind: RECEIPTS, settings: ReceiptSettings, open: readerOf })
}

export interface ReceiptSourcesParts {
  memoryFor(source: SourceId): SourceMemory
  capturedFor(source: SourceId): CapturedReceipts
  readonly clock: Clock
  readonly files: Pick<Files, 'readText'>
  readonly log: Log
}

export interface ReceiptSources {
  readonly kind: AnySourceKind
  /** Resolves once the receipt is durable in each source that reads this printer; false: no source reads it. */
  take(receipt: DecodedReceipt, printer: string, at: number, origin: PrintOrigin): Promise<boolean>
}

/**
 * The kind of source that reads what printers print, and where finished receipts go. A receipt is kept whether its
 * source can be read just now or not: a template that is wrong costs time, and no receipt.
 */
export function openReceiptSources(
  configs: readonly SourceConfig[],
  parts: ReceiptSourcesParts,
): ReceiptSources {
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
    const parsed = kind === RECEIPTS ? ReceiptSettings.safeParse(settings) : null
    if (parsed?.success === true) readerOf(source, parsed.data) // wrong settings are said by the runner
  }
  return {
    kind: receiptsKind((settings, { source }) => readerOf(source, settings)),
    async take(receipt, printer, at, origin) {
      const taken = await Promise.all(
        [...readers.values()].map(reader => reader.take(receipt, printer, at, origin)),
      )
      return taken.includes(true)
    },
  }
}
