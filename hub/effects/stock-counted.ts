import { momentsOf, readClocks } from '../sales/moments.ts'
import { noteCounts } from '../stock/pos-counts.ts'
import { defineEffect } from './effect.ts'

/** What the POS's own stock table says of an item: compared with the counts before it, where the contract follows them. */
export const stockCounted = defineEffect({
  kind: 'stock.counted',
  async apply(tx, placed, { store, at, afterCommit }) {
    const clocks = await readClocks(
      tx,
      placed.map(({ origin }) => origin.device),
    )
    const counts = placed.map(({ event, origin }) => {
      const { change, orLaterBy } = momentsOf(event, origin, clocks)
      return {
        sku: event.sku,
        warehouse: event.warehouse,
        toldBy: `${event.source}/${event.entry}`,
        device: origin.device,
        quantity: event.quantity,
        at: change,
        isDoubtful: orLaterBy !== 0,
      }
    })
    await noteCounts(tx, store, counts, at)
    afterCommit('stock')
  },
})
