import { transaction } from '../../db/db.ts'
import { skusOfItems } from '../../items/item-table.ts'
import { dueSums } from '../../outbox/postings.ts'
import { endHoldBack, type HeldBack, type HoldPlace, heldAt, isSilenceNoted } from '../../stock/hold-back.ts'
import { forgetRefusedHolds } from '../../stock/hold-refusals.ts'
import type { StockPlace } from '../../stock/places.ts'
import { ITEMS_A_REQUEST, moveSome } from './hold-moves.ts'
import type { SendWork } from './request-life.ts'

/**
 * Gives back what is held, item by item, once nothing of it is on its way to Shopify: else it could be sold twice in between. The silence
 * has ended with that, also for an item that still waits.
 * @param waiting tells the items that wait; 'all': every one comes back at once
 */
export async function giveBack(
  work: SendWork,
  place: HoldPlace,
  waiting: 'all' | ((rows: readonly HeldBack[]) => Promise<ReadonlySet<string>>),
): Promise<void> {
  const { db, world } = work
  const rows = (await heldAt(db, place)).filter(({ held, unclear }) => held > 0 || unclear > 0)
  const waits = waiting === 'all' ? new Set<string>() : await waiting(rows)
  const items = rows.filter(({ item }) => !waits.has(item)).map(({ item }) => item)
  for (let start = 0; start < items.length; start += ITEMS_A_REQUEST) {
    const some = items.slice(start, start + ITEMS_A_REQUEST)
    await moveSome(work, place, some, world.clock.now(), ({ level, row }) =>
      row === undefined ? null : { sku: row.sku, units: -Math.min(row.held, level.safety) },
    )
  }
  if (!(await isSilenceNoted(db, place))) return
  await transaction(db, async tx => {
    await endHoldBack(tx, place)
    await forgetRefusedHolds(tx, place)
  })
}

/** Items of which something is due, under whichever of their SKUs. */
export async function itemsThatWait(
  { db }: SendWork,
  place: StockPlace,
  rows: readonly HeldBack[],
): Promise<ReadonlySet<string>> {
  const waiting = new Set<string>()
  for (let start = 0; start < rows.length; start += ITEMS_A_REQUEST) {
    const some = rows.slice(start, start + ITEMS_A_REQUEST)
    const named = await skusOfItems(
      db,
      some.map(({ item }) => item),
    )
    const itemOf = new Map(
      some.flatMap(({ item, sku }) => (named.get(item) ?? [sku]).map(own => [own, item] as const)),
    )
    for (const { sku, movements } of await dueSums(db, place, [...itemOf.keys()])) {
      const item = itemOf.get(sku)
      if (movements > 0 && item !== undefined) waiting.add(item)
    }
  }
  return waiting
}
