import { type BackOff, doubledMs, pause } from '../../shared/back-off.ts'
import { sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { Log, Timers } from '../../shared/world.ts'
import { type Decoder, openDecoder } from '../codecs/printer-commands/decode.ts'
import type { DecodedReceipt } from '../codecs/printer-commands/decoded.ts'
import type { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import type { PeripheralSays } from './driver.ts'

type Captured = Extract<PeripheralSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>

export interface ReceiptCaptureParts {
  /** How to read what goes through this print path. */
  profileOf(peripheral: PeripheralName): PrinterProfile
  /** Takes a finished receipt; resolves once it is durable. */
  take(receipt: DecodedReceipt, peripheral: PeripheralName): Promise<void>
  /** A print was not recorded: so many bytes of it, or for that reason; whatever receipt it was is not known. */
  lost(peripheral: PeripheralName, what: number | string): Promise<void>
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
export function captureReceipts({ profileOf, take, lost, timers, stopping, log }: ReceiptCaptureParts) {
  /** Null: part of the job was lost, and a receipt with a hole in it must not be read as if it were whole. */
  const jobs = new Map<PeripheralName, { readonly job: number; readonly decoder: Decoder | null }>()

  async function hand(peripheral: PeripheralName, receipts: readonly DecodedReceipt[]): Promise<void> {
    for (const receipt of receipts) await insist(peripheral, () => take(receipt, peripheral))
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
          return await insist(peripheral, () => lost(peripheral, 'a fault in this program'))
        if (stopping.aborted) throw error
        await pause({ timers }, doubledMs(failures, AGAIN), stopping)
      }
    }
  }

  function jobOf(
    peripheral: PeripheralName,
    job: number,
  ): { decoder: Decoder | null; ended: readonly DecodedReceipt[] } {
    const known = jobs.get(peripheral)
    if (known?.job === job) return { decoder: known.decoder, ended: [] }
    const decoder = openDecoder(profileOf(peripheral))
    jobs.set(peripheral, { job, decoder })
    return { decoder, ended: known?.decoder?.end() ?? [] }
  }

  /** Resolves once every receipt that became whole is durable. */
  return async function captured(peripheral: PeripheralName, what: Captured): Promise<void> {
    if (what.is === 'captured') {
      if (what.towards === 'pos') return
      const { decoder, ended } = jobOf(peripheral, what.job)
      await hand(peripheral, [...ended, ...(decoder?.push(what.bytes) ?? [])])
    } else if (what.is === 'capture-lost') {
      jobs.set(peripheral, { job: what.job, decoder: null })
      await insist(peripheral, () => lost(peripheral, what.bytes))
    } else {
      const known = jobs.get(peripheral)
      if (known?.job !== what.job) return
      jobs.delete(peripheral)
      await hand(peripheral, known.decoder?.end() ?? [])
    }
  }
}

/** The journal's disk is full, locked or fails: it takes the receipt later, or the next start does. */
function waitsForJournal(error: unknown): boolean {
  return /^(SQLITE_|JOURNAL_)/.test(sqliteCodeOf(error))
}
