import { unitsForPeople, wholeUnits } from '../../../shared/quantity.ts'
import { openException } from '../../checks/exceptions.ts'
import { knownCodes } from '../../db/codes.ts'
import { type Db, type Reads, type Tx, transaction } from '../../db/db.ts'
import { type DueMovement, dueSums, takeMovements } from '../../outbox/postings.ts'
import { openWrites, recordWithoutCall } from '../../outbox/writes.ts'
import { levelSums } from '../../stock/levels.ts'
import { withoutOpening } from '../../stock/opening-balance.ts'
import { type StockPlace, stockSubject } from '../../stock/places.ts'
import { endRecovery } from '../../stock/recovery.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { ShopifyClient } from '../api/client.ts'
import { readItemLevels } from './levels.ts'

/** A movement that a hub lost with its database may have posted. */
interface Suspect extends DueMovement {
  readonly sku: string
  readonly shopifyItem: string
}

type Verdict = 'posted' | 'not-posted' | 'unclear'

interface RestoreWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly now: () => number
}

/** Stores whose tills have sent again, or still have to, what a hub lost with its database had acked. */
export async function storesInRecovery(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('recovery').select('store').distinct().execute()
  return new Set(rows.map(row => row.store))
}

/**
 * Asks Shopify what a lost hub had posted before anything of the store is posted again. With B what the ledger
 * believes Shopify had, S what it has and U what may have been posted: S = B means it was not, S = B + U means it was,
 * and anything else is not guessed but named. All in one transaction, so that a kill leaves nothing half judged.
 * @returns whether the store may be posted for; false: its tills have not caught up, or a write is still under way
 */
export async function judgeAfterRestore(
  work: RestoreWork,
  store: string,
  places: readonly StockPlace[],
): Promise<boolean> {
  const { db, client, now } = work
  if (!(await isCaughtUp(db, store)) || (await isWriting(db, store))) return false
  const found = new Map<StockPlace, ReadonlyMap<string, ItemLevel>>()
  for (const place of places) {
    const items = [...new Set((await suspectsAt(db, place)).map(suspect => suspect.shopifyItem))]
    found.set(place, await readItemLevels(client, place.location, items, 'stock'))
  }
  return transaction(db, async tx => {
    if (await isWriting(tx, store)) return false
    for (const [place, levels] of found) await judgePlace(tx, place, levels, now())
    await endRecovery(tx, store)
    return true
  })
}

/** Whether the hub holds by now everything that its former self had acked to this store's tills. */
async function isCaughtUp(db: Db, store: string): Promise<boolean> {
  const rows = await db
    .selectFrom('recovery as r')
    .leftJoin('stream_in as s', 's.device', 'r.device')
    .select(['r.epoch', 'r.seq', 's.epoch as heldEpoch', 's.seq as heldSeq'])
    .where('r.store', '=', store)
    .execute()
  return rows.every(({ epoch, seq, heldEpoch, heldSeq }) => {
    if (heldEpoch === null || heldSeq === null) return false
    return heldEpoch > epoch || (heldEpoch === epoch && heldSeq >= seq)
  })
}

async function isWriting(db: Reads, store: string): Promise<boolean> {
  const open = await openWrites(db, { kinds: ['adjust', 'ready', 'collected'], store })
  return open.length > 0
}

async function suspectsAt(db: Reads, place: StockPlace): Promise<readonly Suspect[]> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  if (store === undefined || warehouses.length === 0) return []
  const rows = await db
    .selectFrom('due_movement as d')
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'd.store')
        .onRef('m.kind', '=', 'd.kind')
        .onRef('m.cause', '=', 'd.cause')
        .onRef('m.line', '=', 'd.line')
        .onRef('m.revision', '=', 'd.revision'),
    )
    .leftJoin('code as c', 'c.id', 'm.device')
    .leftJoin('recovery as r', 'r.device', 'c.text')
    .innerJoin('item as i', 'i.id', 'd.item')
    .selectAll('d')
    .select(['i.sku', 'i.inventory_item_id as shopifyItem'])
    .where('d.store', '=', store)
    .where('d.warehouse', 'in', warehouses)
    .where('i.state', '=', 'mapped')
    .where(e =>
      e.or([
        e('m.device', 'is', null), // a hand-over that the hub itself booked: a lost hub may have posted it too
        e('m.epoch', '<', e.ref('r.epoch')),
        e.and([e('m.epoch', '=', e.ref('r.epoch')), e('m.seq', '<=', e.ref('r.seq'))]),
      ]),
    )
    .execute()
  return rows.flatMap(({ shopifyItem, ...row }) => (shopifyItem === null ? [] : [{ ...row, shopifyItem }]))
}

async function judgePlace(
  tx: Tx,
  place: StockPlace,
  levels: ReadonlyMap<string, ItemLevel>,
  now: number,
): Promise<void> {
  const byItem = Map.groupBy(await suspectsAt(tx, place), suspect => suspect.shopifyItem)
  for (const [item, suspects] of byItem) {
    const skus = [...new Set(suspects.map(suspect => suspect.sku))]
    const believed = await believedOnHand(tx, place, item)
    const moved = suspects.reduce((sum, { quantity }) => sum + quantity, 0)
    const level = levels.get(item)
    const isOpened = (await withoutOpening(tx, place, skus)).length < skus.length
    const verdict = level === undefined || !isOpened ? 'unclear' : verdictOf(level.onHand, believed, moved)
    if (verdict === 'not-posted') continue
    const why =
      verdict === 'posted'
        ? 'Shopify showed these movements already: they were posted before the hub was restored.'
        : 'The hub was restored, and Shopify’s level does not tell whether these movements were posted before.'
    const id = await recordWithoutCall(tx, {
      store: place.store,
      subject: skus.join(' '),
      why,
      now,
      state: verdict === 'posted' ? 'confirmed' : 'unknown',
    })
    await takeMovements(tx, suspects, id)
    if (verdict === 'posted') continue
    const fields = {
      items: skus.join(', '),
      warehouse: place.warehouses[0],
      store: place.store,
      shown: level === undefined ? ({ phrase: 'phrase.no-level' } as const) : level.onHand,
      believed: unitsForPeople(believed),
      moved: unitsForPeople(moved),
    }
    const evidence = { write: id, shopify: level ?? null, believed, moved }
    await openException(
      tx,
      {
        code: 'stock-write-unknown.restored',
        subject: stockSubject(place, skus[0] ?? item),
        store: place.store,
        fields,
        evidence,
      },
      now,
    )
  }
}

function verdictOf(shopify: number, believed: number, moved: number): Verdict {
  const before = wholeUnits(believed)
  const after = wholeUnits(believed + moved)
  if (shopify === before) return 'not-posted'
  return shopify === after ? 'posted' : 'unclear'
}

/** What the restored ledger believes that Shopify has on hand: everything it knows to be posted. */
async function believedOnHand(tx: Tx, place: StockPlace, item: string): Promise<number> {
  const own = await tx.selectFrom('item').select('sku').where('inventory_item_id', '=', item).execute()
  const skus = own.map(row => row.sku)
  const held = (await levelSums(tx, place, skus)).filter(({ state }) => state === 'on_hand')
  const due = await dueSums(tx, place, skus)
  const sum = (rows: readonly { quantity: number }[]) => rows.reduce((total, row) => total + row.quantity, 0)
  return sum(held) - sum(due)
}
