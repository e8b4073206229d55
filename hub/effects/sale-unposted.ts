import type { SalePosted, SaleUnposted } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { defineEffect, type EffectContext } from './effect.ts'
import { tillExceptions } from './till-subject.ts'

/** A receipt was printed, and the POS's own data does not have the sale. */
export const saleUnposted = defineEffect({ kind: 'sale.unposted', apply: applyPosting })

/** Missing and found sales in stream order: the last word about a receipt counts. */
export async function applyPosting(
  tx: Tx,
  placed: readonly PlacedEvent<SaleUnposted | SalePosted>[],
  { store, at }: EffectContext,
): Promise<void> {
  const exceptions = tillExceptions(tx, { store, at })
  for (const { event, origin } of placed) {
    const name = `${event.source}/${event.receipt}`
    if (event.kind === 'sale.posted') {
      await exceptions.close('unposted-sale', { device: origin.device, name })
      continue
    }
    const { receipt, receiptNumber, till, soldAt, total, currency, expected } = event
    const fields = {
      receipt: receiptNumber,
      soldAt: soldAt.wall.replace('T', ' '),
      till: till === '' ? ({ phrase: 'phrase.unnamed-till' } as const) : till,
      store,
      expected,
    }
    const code = receiptNumber === '' ? 'unposted-sale.no-number' : 'unposted-sale'
    const evidence = { receiptNumber, till, soldAt, total, currency, expected, receipt }
    const problem = { code, subject: name, store, device: origin.device, fields, evidence } as const
    await exceptions.open('unposted-sale', problem)
  }
}
