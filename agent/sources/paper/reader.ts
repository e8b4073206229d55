import { defineError } from '../../../shared/errors.ts'
import type { Clock, Files } from '../../../shared/world.ts'
import type { DecodedReceipt } from '../../codecs/printer-commands/decoded.ts'
import { demandDecided, findTemplate } from '../../codecs/receipt-templates/load.ts'
import { MOST_LINES } from '../../codecs/receipt-templates/paper.ts'
import { receiptUnparsed } from '../../codecs/receipt-templates/problems.ts'
import { type SaleReading, saleReader } from '../../codecs/receipt-templates/read-sale.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { KnownRow, OpenSource, SourceParts } from '../source.ts'
import { bodyOf, printedOf } from './body.ts'
import type { CapturedReceipt, CapturedReceipts } from './captured-receipts.ts'
import { readCatalogue } from './catalogue.ts'
import { decideReceipt, keysOf, type ReadReceipt } from './decide.ts'
import type { ReceiptSettings } from './settings.ts'

export interface ReceiptParts extends Pick<SourceParts, 'source' | 'memory' | 'log'> {
  readonly captured: CapturedReceipts
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly files: Pick<Files, 'readText'>
}

/** Where in the print spool a receipt comes from. */
export interface PrintOrigin {
  /** Under which the same receipt may come again; null: it can't. */
  readonly print: string | null
  /** The agent was ended while it was printed, and it may not be all of it. */
  readonly isCutOff: boolean
}

export interface ReceiptReader extends OpenSource {
  /**
   * Keeps a finished receipt of the print path, masked; resolves once it is durable. It becomes a sale at the next
   * `read`, after a crash too. One that came before is not kept twice. False: it is another printer's, or put nothing on paper.
   * @param at agent clock, ms: when its last byte came
   */
  take(receipt: DecodedReceipt, printer: string, at: number, origin?: PrintOrigin): Promise<boolean>
}

export const printCutOff = defineError(
  'PRINT_CUT_OFF',
  () =>
    'The agent was stopped while this receipt was printed, and what it saw of it may not be all. Compare it with the paper. If the POS printed it again, that print counts; if not, enter the sale by hand.',
)

export const printNotSeen = defineError(
  'PRINT_NOT_SEEN',
  () =>
    'The printer printed part of this receipt from its own memory (GS ^), where the POS had stored it before the agent saw it. It may say that this is a copy, so it is not counted. Enter the sale by hand, and restart the POS so that it stores that part again.',
)

const notSpooled: PrintOrigin = { print: null, isCutOff: false }

/** Counts up when this version reads receipts better than the one before: what that one refused is read again. */
const READER = 2
const BATCH = 25
const LOOK_AGAIN_MS = 3_000
const DAY_MS = 24 * 3_600_000

/**
 * Sales from what a POS prints. `take` only keeps; `read` tells, so that printing never waits for reading. What the
 * template can't read is refused with its text, and read again when the template, the settings or the catalogue change.
 * `read` throws what keeps all receipts from being read: RECEIPT_TEMPLATE_UNKNOWN, RECEIPT_TEMPLATE_INVALID,
 * RECEIPT_TEMPLATE_UNDECIDED, RECEIPT_CATALOGUE_INVALID. They wait in the journal meanwhile.
 */
export function receiptReader(settings: ReceiptSettings, parts: ReceiptParts): ReceiptReader {
  const { source, memory, captured, clock, files, log } = parts
  let current: { id: string; read: ReturnType<typeof saleReader> } | null = null
  let lookedAt = 0
  let day: number | null = null

  /** One line for each day on which something else than sales was printed, once the next day's first print comes. */
  function countDay(at: number): void {
    const today = Math.floor(at / DAY_MS)
    if (day !== null && today > day) {
      const prints = captured.aside(day * DAY_MS, today * DAY_MS)
      if (Object.keys(prints).length > 0)
        log.info(
          { day: new Date(day * DAY_MS).toISOString().slice(0, 10), prints },
          'prints that are not sales',
        )
    }
    if (day === null || today > day) day = today
  }

  /** Template and catalogue are files that a person edits: looked at again every few seconds. */
  function currentReading() {
    const now = clock.monotonicMs()
    if (current !== null && now - lookedAt < LOOK_AGAIN_MS) return current
    const { template: name, catalogue, numbers, dates, notSales } = settings
    const changes = {
      ...(numbers === undefined ? {} : { numbers }),
      ...(dates === undefined ? {} : { dates }),
      ...(notSales === undefined ? {} : { notSales }),
    }
    const template = findTemplate(name, files, changes)
    demandDecided(template)
    const catalogueText = catalogue === undefined ? null : files.readText(catalogue)
    const { zone, currency = null, warehouse, till } = settings
    const id = fingerprintOf([READER, template, catalogueText, zone, currency, warehouse, till])
    lookedAt = now
    if (current?.id === id) return current
    const skuOf = catalogue === undefined ? () => null : readCatalogue(catalogue, catalogueText)
    current = { id, read: saleReader(template, { currency, zone, warehouse, till, skuOf }) }
    return current
  }

  return {
    async take(receipt, printer, at, { print, isCutOff } = notSpooled) {
      if (printer !== settings.printer) return false
      const body = bodyOf(receipt)
      if (body === null) return false
      await captured.add({
        printer,
        at: Math.max(0, Math.trunc(at)),
        print,
        body: isCutOff ? { ...body, cutOff: true } : body,
      })
      return true
    },
    async read() {
      const { id, read } = currentReading()
      const rows = captured.unread(id, BATCH)
      if (rows.length === 0) return 'idle'
      for (const row of rows) countDay(row.at)
      const readings = rows.map(
        (row): ReadReceipt => ({ captured: row, reading: readingOf(row, read, settings.template) }),
      )
      const keys = readings.flatMap(reading => {
        const { row, sale } = keysOf(reading)
        return sale === null ? [row] : [row, sale]
      })
      const known = new Map<string, KnownRow>(memory.known([...new Set(keys)]))
      const decisions = readings.map(reading => {
        const decision = decideReceipt(source, reading, {
          known: key => known.get(key),
          formerStoreAt: memory.formerStoreAt,
        })
        for (const row of decision.known) known.set(row.key, row)
        note(reading, decision.closed.state)
        return decision
      })
      const events = decisions.flatMap(decision => decision.events)
      const changed = new Map(decisions.flatMap(decision => decision.known).map(row => [row.key, row]))
      if (changed.size > 0) await memory.commit({ events, known: [...changed.values()], mark: null })
      // after a crash in between, they are read again and yield nothing new
      await captured.close(
        id,
        decisions.map(decision => decision.closed),
      )
      return rows.length === BATCH ? 'more' : 'idle'
    },
    close() {
      current = null
    },
  }

  function note({ captured: { id }, reading }: ReadReceipt, state: string): void {
    if (reading.is === 'failed')
      log.error(
        { receipt: id, error: reading.error },
        'a receipt was refused because of a fault in this program',
      )
    else if (state === 'copy')
      log.info({ receipt: id }, 'a receipt was printed again; its sale was reported before')
    else if (reading.is === 'none') log.debug({ receipt: id, why: reading.why }, 'a print is not a sale')
  }
}

function tooLong(template: string): SaleReading {
  const why = `it is longer than any receipt: more than ${MOST_LINES} lines or 64,000 characters`
  return { is: 'unparsed', error: receiptUnparsed({ template, why, line: null, text: null }) }
}

function readingOf(
  { body }: CapturedReceipt,
  read: ReturnType<typeof saleReader>,
  template: string,
): ReadReceipt['reading'] {
  if (body.cut) return tooLong(template)
  if (body.notSeen === true) return { is: 'unparsed', error: printNotSeen({}) }
  if (body.cutOff === true) return { is: 'unparsed', error: printCutOff({}) }
  try {
    return read(printedOf(body))
  } catch (error) {
    return { is: 'failed', error }
  }
}
