import type { Tx } from '../db/db.ts'
import { areApart, contentOf, isDateAlone, readContents } from './dated-content.ts'
import { tellers } from './one-teller.ts'
import { keyText } from './receipt-key.ts'
import { isContested } from './refused-receipts.ts'
import type { HeldBy, NumberedEvent, Told } from './told.ts'

/** What one till tells of something that the hub holds from another till. */
export interface Retold {
  readonly event: NumberedEvent
  readonly told: Told
  readonly key: Buffer
  readonly by: HeldBy
}

/**
 * Whether the dates agree, no time of day is told, and the contents differ: an edit in a POS that both tills read, or a
 * receipt of another POS. A void says nothing of its content.
 */
export function isUnclear({ told, by }: Retold): boolean {
  const mark = told.mark ?? told.moment
  if (!isDateAlone(by.mark) || (mark !== null && mark !== by.mark)) return false
  if (told.fingerprint === null || by.fingerprint === null) return told.mark === null
  return keyText(told.fingerprint) !== keyText(by.fingerprint)
}

/**
 * Of what is unclear, what another till's number must not replace or void: its content is another thing, or the two tills
 * are known to number for themselves, because under the same source's name another thing of theirs is one.
 * @param devices of the till that tells all of this
 */
export async function findApart(
  tx: Tx,
  store: number,
  unclear: readonly Retold[],
  devices: ReadonlySet<string>,
): Promise<ReadonlySet<NumberedEvent>> {
  const apart = new Set<NumberedEvent>()
  const teller = tellers(tx)
  for (const some of Map.groupBy(unclear, ({ told, by }) =>
    JSON.stringify([told.what, told.source, by.device]),
  ).values()) {
    const [first] = some
    if (first === undefined) continue
    const { what, source } = first.told
    const keys = some.map(({ key }) => key)
    const held = await readContents(tx, what, store, keys)
    const certain = some.filter(({ event, key }) => {
      const [content, before] = [contentOf(event), held.get(keyText(key))]
      return content !== null && before !== undefined && areApart(content, before)
    })
    const both = new Set([...devices, ...(await teller(first.by.device)).devices])
    const areNumberedApart = certain.length > 0 || (await isContested(tx, store, { what, source }, both))
    if (areNumberedApart) for (const { event } of some) apart.add(event)
  }
  return apart
}
