import { describeError } from '../../shared/errors.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { Log } from '../../shared/world.ts'
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
  /** So many bytes of a print were not recorded: whatever receipt they belonged to is not known. */
  lost(peripheral: PeripheralName, bytes: number): Promise<void>
  readonly log: Log
}

/**
 * Makes receipts of what the print paths captured. By now the bytes are on paper: whatever fails here costs a receipt's
 * record and says so, and never a print. One decoder for each job, since a POS may leave one in the middle.
 */
export function captureReceipts({ profileOf, take, lost, log }: ReceiptCaptureParts) {
  /** Null: part of the job was lost, and a receipt with a hole in it must not be read as if it were whole. */
  const jobs = new Map<PeripheralName, { readonly job: number; readonly decoder: Decoder | null }>()

  async function hand(peripheral: PeripheralName, receipts: readonly DecodedReceipt[]): Promise<void> {
    for (const receipt of receipts) {
      try {
        await take(receipt, peripheral)
      } catch (error) {
        log.error({ peripheral, ...describeError(error) }, 'a printed receipt could not be kept')
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
      await lost(peripheral, what.bytes)
    } else {
      const known = jobs.get(peripheral)
      if (known?.job !== what.job) return
      jobs.delete(peripheral)
      await hand(peripheral, known.decoder?.end() ?? [])
    }
  }
}
