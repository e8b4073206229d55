import { unitsForPeople } from '../../shared/quantity.ts'
import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { takeMovements } from '../outbox/postings.ts'
import { recordWithoutCall } from '../outbox/writes.ts'
import type { Doubtful } from './movements.ts'

/**
 * Sets aside what a till recorded while its clock was changed, where the two times that it may have happened at lie before
 * and after the go-live of its store: Shopify counts it already, or must hear of it. A person decides; see decide-restored.ts.
 */
export async function setDoubtfulAside(tx: Tx, doubtful: readonly Doubtful[]): Promise<void> {
  const byItem = Map.groupBy(
    doubtful,
    ({ of: { store, warehouse, sku, origin } }) => `${store}/${warehouse}/${sku} ${origin?.device ?? ''}`,
  )
  for (const some of byItem.values()) await setAside(tx, some)
}

async function setAside(tx: Tx, some: readonly Doubtful[]): Promise<void> {
  const [first] = some
  if (first === undefined) return
  const { store, warehouse, sku, origin, at } = first.of
  const subject = `${store}/${warehouse}/${sku}`
  const write = await recordWithoutCall(tx, {
    store,
    subject,
    why: 'The clock of the till was changed, and it is not known whether these movements are older than the go-live.',
    now: at,
    state: 'unknown',
    facts: { begunAt: 0 }, // whenever the ledger of the item began
  })
  await takeMovements(
    tx,
    some.map(({ row }) => row),
    write,
  )
  const device = origin?.device ?? ''
  const known = await tx.selectFrom('device').select('till').where('device', '=', device).executeTakeFirst()
  const moved = unitsForPeople(some.reduce((sum, { of }) => sum + of.quantity, 0))
  const fields = { till: known?.till ?? device, store, warehouse, items: sku, moved }
  const times = some.map(({ of }) => [of.movedAt, of.orMovedAt])
  const evidence = { write, device, moved, times }
  await openException(tx, { code: 'stock-write-unknown.clock', subject, store, fields, evidence }, at)
}
