import { openException } from '../checks/exceptions.ts'
import type { FieldValue } from '../checks/words/message.ts'
import type { Tx } from '../db/db.ts'
import { isNamedByQuestion } from './customer-choice/show.ts'
import type { MoveOrigin } from './move-log.ts'
import type { Pickup } from './pickup-row.ts'

/**
 * Opens `pickup-short` for a pickup of which staff miss something while they still look for it. One that its customer is asked about is named with
 * the question, which stays as it is.
 */
export async function nameMissing(
  tx: Tx,
  at: MoveOrigin,
  pickup: Pickup,
  what: {
    readonly staff: string
    readonly reason: string | null
    readonly evidence: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  if (await isNamedByQuestion(tx, pickup)) return
  const { row } = pickup
  const { staff, reason, evidence } = what
  const fields = { store: row.store, order: row.order_name, staff, reason: asTyped(reason) }
  const { pickup: subject, store } = row
  await openException(
    tx,
    { code: 'pickup-short', subject, store, device: at.device, fields, evidence },
    at.now,
  )
}

/** Why staff refuse or miss something, as they typed it. */
export function asTyped(reason: string | null): FieldValue {
  const typed = reason?.trim() ?? ''
  return typed === '' ? { phrase: 'phrase.no-reason' } : typed
}
