import { EpochMs } from '../../shared/ids.ts'
import type { StockFound, StockItemView, StockStoreView } from '../till/api-schema.ts'
import type { FreeStockStore, HeardStock, KnownItem } from './free-stock-store.ts'

/** Staff see so many items; they type more of the name then. */
const MOST_FOUND = 20

/** Free units of items in this store and the others. */
export interface FreeStock {
  /** Items by a code, or by words of their names, with what each store has of them. Works without a connection. */
  search(text: string): StockFound
}

export function openFreeStock({
  store,
  own,
}: {
  readonly store: FreeStockStore
  /** The code of this store. */
  readonly own: string
}): FreeStock {
  return {
    search(text) {
      const heard = store.heard()
      if (heard === null) return { heardAt: null, isComplete: false, items: [], isMore: false }
      const wanted = text.trim().toLowerCase()
      const coded = wanted === '' ? [] : store.ofCode(wanted, MOST_FOUND + 1)
      const words = wanted.split(/\s+/).filter(word => word !== '')
      const found = coded.length > 0 || words.length === 0 ? coded : store.ofWords(words, MOST_FOUND + 1)
      return {
        heardAt: EpochMs.parse(heard.heardAt),
        isComplete: !heard.isMore,
        items: found.slice(0, MOST_FOUND).map(item => viewOf(item, heard, own)),
        isMore: found.length > MOST_FOUND,
      }
    },
  }
}

/** This store first, then those that have most of it. */
function viewOf({ free, ...item }: KnownItem, { heardAt, stores }: HeardStock, own: string): StockItemView {
  const shown = stores.map(({ store, name, oldMs }): StockStoreView => {
    const units = free[store]
    return {
      ...{ store, name, isOwn: store === own },
      // what is promised beyond what is there is no one's to take
      free: units === undefined ? null : Math.max(0, units),
      asOf: EpochMs.parse(Math.max(0, heardAt - oldMs)),
    }
  })
  const order = (one: StockStoreView) => (one.isOwn ? Number.MAX_SAFE_INTEGER : (one.free ?? -1))
  return { ...item, stores: shown.toSorted((a, b) => order(b) - order(a) || (a.name < b.name ? -1 : 1)) }
}
