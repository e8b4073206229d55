import { defineError } from '../../shared/errors.ts'
import type { Tx } from '../db/db.ts'
import { recordWithoutCall } from '../outbox/writes.ts'
import { endDoubt, unclearHolds } from './hold-back.ts'

export const nothingUnclear = defineError(
  'NOTHING_UNCLEAR',
  (f: { store: string; sku: string }) =>
    `Of ${f.sku} in store ${f.store}, no units wait for a decision. What waits is listed by: tillbridge-hub stock held --store ${f.store}.`,
)

/** What a person has found out about units of which a lost answer left open whether they were held back. */
interface HoldVerdict {
  readonly store: string
  readonly sku: string
  /** True: they were, and come back as the others do. False: the hub leaves what lies in safety stock as it is. */
  readonly wereHeld: boolean
  readonly by: string
  readonly why: string
  readonly now: number
}

/** Units that a person decided about. */
export interface DecidedHold {
  readonly store: string
  readonly location: string
  readonly sku: string
  readonly units: number
}

/**
 * Ends what is asked about an item, at each location of the store, with who decided it and why. It moves nothing: what was held comes back
 * with the next round, if the store is heard.
 * @throws NOTHING_UNCLEAR
 */
export async function decideHold(tx: Tx, verdict: HoldVerdict): Promise<readonly DecidedHold[]> {
  const { store, sku, wereHeld, by, why, now } = verdict
  const rows = await unclearHolds(tx, store, sku)
  if (rows.length === 0) throw nothingUnclear({ store, sku })
  for (const { location, unclear: units, held, safety } of rows) {
    const facts = { decidedBy: by, wereHeld, units, held, safety }
    await recordWithoutCall(tx, { store, subject: `${location}/${sku}`, why, now, facts })
  }
  await endDoubt(tx, rows, wereHeld)
  return rows.map(({ location, unclear: units }) => ({ store, location, sku, units }))
}
