import { describeError } from '../../shared/errors.ts'
import type { Log } from '../../shared/world.ts'
import { type Decoder, openDecoder } from '../codecs/printer-commands/decode.ts'
import type { DecodedReceipt } from '../codecs/printer-commands/decoded.ts'
import type { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import type { DeviceSays } from './driver.ts'

type Captured = Extract<DeviceSays, { is: 'captured' | 'capture-ended' | 'capture-lost' }>

export interface ReceiptCaptureParts {
  /** How to read what goes through this print path. */
  profileOf(device: string): PrinterProfile
  /** Takes a finished receipt; resolves once it is durable. */
  take(receipt: DecodedReceipt, device: string): Promise<void>
  /** So many bytes of a print were not recorded: whatever receipt they belonged to is not known. */
  lost(device: string, bytes: number): Promise<void>
  readonly log: Log
}

/**
 * Makes receipts of what the print paths captured. By now the bytes are on paper: whatever fails here costs a receipt's
 * record and says so, and never a print. One decoder for each job, since a POS may leave one in the middle.
 */
export function captureReceipts({ profileOf, take, lost, log }: ReceiptCaptureParts) {
  /** Null: part of the job was lost, and a receipt with a hole in it must not be read as if it were whole. */
  const jobs = new Map<string, { readonly job: number; readonly decoder: Decoder | null }>()

  async function hand(device: string, receipts: readonly DecodedReceipt[]): Promise<void> {
    for (const receipt of receipts) {
      try {
        await take(receipt, device)
      } catch (error) {
        log.error({ device, ...describeError(error) }, 'a printed receipt could not be kept')
      }
    }
  }

  function jobOf(device: string, job: number): { decoder: Decoder | null; ended: readonly DecodedReceipt[] } {
    const known = jobs.get(device)
    if (known?.job === job) return { decoder: known.decoder, ended: [] }
    const decoder = openDecoder(profileOf(device))
    jobs.set(device, { job, decoder })
    return { decoder, ended: known?.decoder?.end() ?? [] }
  }

  /** Resolves once every receipt that became whole is durable. */
  return async function captured(device: string, what: Captured): Promise<void> {
    if (what.is === 'captured') {
      if (what.towards === 'pos') return
      const { decoder, ended } = jobOf(device, what.job)
      await hand(device, [...ended, ...(decoder?.push(what.bytes) ?? [])])
    } else if (what.is === 'capture-lost') {
      jobs.set(device, { job: what.job, decoder: null })
      await lost(device, what.bytes)
    } else {
      const known = jobs.get(device)
      if (known?.job !== what.job) return
      jobs.delete(device)
      await hand(device, known.decoder?.end() ?? [])
    }
  }
}
