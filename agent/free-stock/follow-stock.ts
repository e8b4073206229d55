import { describeError } from '../../shared/errors.ts'
import type { StockChanges } from '../../shared/free-stock.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { FreeStockStore } from './free-stock-store.ts'

/** How old a number at a till may be while it is connected. */
const EVERY_MS = 15_000

/**
 * Asks the hub what of the stores' stock changed since, as long as this store sees it. One question at a time; what is asked costs the
 * same whether one item changed or a hundred.
 */
export function followStock(parts: {
  readonly world: Pick<World, 'timers' | 'log'>
  readonly store: FreeStockStore
  /** Whether the hub lets this store see it. */
  isShown(): boolean
  /** Asks the hub; undefined: it can't be asked now. Null: this store does not see it any more. */
  ask(since: string | null): Promise<StockChanges | null | undefined>
}): Disposable {
  const { world, store } = parts
  let isStopped = false
  let cancel: Cancel = () => undefined

  async function round(): Promise<void> {
    if (!parts.isShown()) {
      if (store.heard() !== null) await store.take(null)
      return
    }
    for (;;) {
      const changes = await parts.ask(store.heard()?.cursor ?? null)
      if (isStopped || changes === undefined) return
      if (changes !== null || store.heard() !== null) await store.take(changes)
      if (changes?.isMore !== true) return
    }
  }
  function run(): void {
    void round()
      .catch((error: unknown) =>
        world.log.warn(
          { ...describeError(error) },
          'the stock of the stores could not be followed; it is tried again',
        ),
      )
      .then(() => {
        if (!isStopped) cancel = world.timers.after(EVERY_MS, run)
      })
  }
  cancel = world.timers.after(1_000, run)
  return {
    [Symbol.dispose]() {
      isStopped = true
      cancel()
    },
  }
}
