import { type BackOff, doubledMs, pause } from '../../shared/back-off.ts'
import { sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { Log, Timers } from '../../shared/world.ts'
import { type Decoder, openDecoder } from '../codecs/printer-commands/decode.ts'
import type { DecodedReceipt } from '../codecs/printer-commands/decoded.ts'
import type { PrinterMemory } from '../codecs/printer-commands/macro.ts'
import type { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import type { PeripheralSays } from './driver.ts'

type Captured = Extract<PeripheralSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>

/** Where a receipt comes from. */
export interface ReceiptOrigin {
  readonly peripheral: PeripheralName
  /** The print's id and the receipt's place in it: the same receipt may be told again from the spool. Null: it can't be. */
  readonly print: string | null
  /** When it was printed, agent clock, ms; null: now. */
  readonly at: number | null
  /** The agent was ended while this was printed, and it may not be all of it. */
  readonly isCutOff: boolean
}

/** A print's state between two messages. */
interface Job {
  readonly job: number
  readonly print: string | null
  /** Null: part of it was lost, and it must not be read as if it were whole. */
  readonly decoder: Decoder | null
  /** Receipts found in it so far. */
  receipts: number
  at: number | null
}

export interface ReceiptCaptureParts {
  /** How to read what goes through this print path. */
  profileOf(peripheral: PeripheralName): PrinterProfile
  /** What the printers keep over jobs; `keep` makes it durable, and may fail. */
  readonly memories: {
    of(peripheral: PeripheralName): PrinterMemory
    keep(peripheral: PeripheralName): Promise<void>
  }
  /** Takes a finished receipt; resolves once it is durable. */
  take(receipt: DecodedReceipt, origin: ReceiptOrigin): Promise<void>
  /** A print was not recorded: so many bytes of it, or for that reason; whatever receipt it was is not known. */
  lost(peripheral: PeripheralName, what: number | string, print: string | null): Promise<void>
  readonly timers: Timers
  /** The agent stops. */
  readonly stopping: AbortSignal
  readonly log: Log
}

/** How long a receipt waits for a journal that takes nothing before it is tried again. */
const AGAIN: BackOff = { firstMs: 250, longestMs: 10_000 }

/**
 * Makes receipts of what the print paths captured. By now the bytes are on paper: a receipt that
 * the journal does not take, because the disk is full or fails, waits until it does, and the device host counts its bytes
 * as unsent meanwhile. What can't be kept at all is named. One decoder for each job, since a POS may leave one in the middle.
 */
export function captureReceipts({
  profileOf,
  memories,
  take,
  lost,
  timers,
  stopping,
  log,
}: ReceiptCaptureParts) {
  /** Of prints from the spool, which come between others, each apart. */
  const jobs = new Map<string, Job>()

  async function hand(
    peripheral: PeripheralName,
    job: Job,
    receipts: readonly DecodedReceipt[],
    isCutOff = false,
  ): Promise<void> {
    const first = job.receipts
    job.receipts += receipts.length
    const { print, at } = job
    for (const [n, receipt] of receipts.entries()) {
      const id = print === null ? null : `${print}/${first + n}`
      await insist(peripheral, () => take(receipt, { peripheral, print: id, at, isCutOff }))
    }
  }

  /** Tries until the journal takes it. @throws when the agent stops before that */
  async function insist(peripheral: PeripheralName, work: () => Promise<void>): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await work()
      } catch (error) {
        if (failures === 0)
          log.error({ peripheral, ...describeError(error) }, 'a printed receipt could not be kept yet')
        if (!waitsForJournal(error))
          return await insist(peripheral, () => lost(peripheral, 'a fault in this program', null))
        if (stopping.aborted) throw error
        await pause({ timers }, doubledMs(failures, AGAIN), stopping)
      }
    }
  }

  function begun(lane: string, peripheral: PeripheralName, { job, print }: Captured): Job {
    const fresh: Job = {
      job,
      print: print ?? null,
      decoder: openDecoder(profileOf(peripheral), memories.of(peripheral)),
      receipts: 0,
      at: null,
    }
    jobs.set(lane, fresh)
    return fresh
  }

  async function piece(
    lane: string,
    peripheral: PeripheralName,
    what: Extract<Captured, { is: 'captured' }>,
  ): Promise<void> {
    if (what.towards === 'pos') return
    const known = jobs.get(lane)
    const isNew = known?.job !== what.job
    const job = isNew ? begun(lane, peripheral, what) : known
    if (isNew && known !== undefined) await hand(peripheral, known, known.decoder?.end() ?? [])
    job.at = what.at ?? null
    await hand(peripheral, job, job.decoder?.push(what.bytes) ?? [])
  }

  async function ended(
    lane: string,
    peripheral: PeripheralName,
    what: Extract<Captured, { is: 'capture-ended' }>,
  ): Promise<void> {
    const job = jobs.get(lane)
    if (job?.job !== what.job) return
    jobs.delete(lane)
    if (what.end === 'again' || job.decoder === null) return
    // what a cut of the paper ended is whole, also when the print as such was cut off behind it
    if (what.end === 'cut') await hand(peripheral, job, job.decoder.quiet())
    await hand(peripheral, job, job.decoder.end(), what.end === 'cut')
    await remember(peripheral)
  }

  /** Without it a receipt with text from the printer's memory is named after a restart, so a failure holds nothing up. */
  async function remember(peripheral: PeripheralName): Promise<void> {
    try {
      await memories.keep(peripheral)
    } catch (error) {
      log.warn({ peripheral, ...describeError(error) }, 'what the printer keeps could not be kept')
    }
  }

  /** Resolves once every receipt that became whole is durable. */
  return async function captured(peripheral: PeripheralName, what: Captured): Promise<void> {
    const lane = what.print === undefined ? peripheral : `${peripheral} ${what.print}`
    if (what.is === 'captured') return piece(lane, peripheral, what)
    if (what.is === 'capture-ended') return ended(lane, peripheral, what)
    const { job, bytes } = what
    const print = what.print ?? null
    jobs.set(lane, { job, print, decoder: null, receipts: 0, at: null })
    const why = bytes === 0 && print !== null ? 'the agent being ended while it was printed' : bytes
    await insist(peripheral, () => lost(peripheral, why, print))
  }
}

/** The journal's disk is full, locked or fails: it takes the receipt later, or the next start does. */
function waitsForJournal(error: unknown): boolean {
  return /^(SQLITE_|JOURNAL_)/.test(sqliteCodeOf(error))
}
