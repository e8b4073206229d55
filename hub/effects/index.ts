import type { AgentEvent } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import { notePace } from '../sales/pace.ts'
import type { Signal } from '../signals.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { cashMoved } from './cash-moved.ts'
import { type Effect, type EffectContext, type EventKind, factOnly } from './effect.ts'
import { epochOpened } from './epoch-opened.ts'
import { journalSalvaged } from './journal-salvaged.ts'
import { peripheralChanged } from './peripheral-changed.ts'
import { pickupMoved } from './pickup-moved.ts'
import { pickupReminded } from './pickup-reminded.ts'
import { posWritten } from './pos-written.ts'
import { returnMade } from './return-made.ts'
import { returnUndone } from './return-undone.ts'
import { rowAccepted } from './row-accepted.ts'
import { rowRefused } from './row-refused.ts'
import { saleCompleted } from './sale-completed.ts'
import { salePosted } from './sale-posted.ts'
import { saleUnposted } from './sale-unposted.ts'
import { saleVoided } from './sale-voided.ts'
import { stockCounted } from './stock-counted.ts'
import { stockMoved } from './stock-moved.ts'

/** What each kind of event does: one line a kind. A kind without a line does not compile. */
const effects: { readonly [K in EventKind]: Effect<K> } = {
  'sale.completed': saleCompleted,
  'sale.voided': saleVoided,
  'stock.moved': stockMoved,
  'cash.moved': cashMoved,
  'pickup.moved': pickupMoved,
  'pickup.reminded': pickupReminded,
  'source.row-refused': rowRefused,
  'source.row-accepted': rowAccepted,
  'sale.unposted': saleUnposted,
  'sale.posted': salePosted,
  'peripheral.changed': peripheralChanged,
  'pos.written': posWritten,
  'epoch.opened': epochOpened,
  'journal.salvaged': journalSalvaged,
  'return.made': returnMade,
  'return.undone': returnUndone,
  'stock.counted': stockCounted,
  'price.changed': factOnly('price.changed'),
  'scan.observed': factOnly('scan.observed'),
}

type Apply = (tx: Tx, placed: readonly PlacedEvent[], context: EffectContext) => Promise<void>

/** Effects in the order of the table above; kinds that share one `apply` are one group. */
const groups: ReadonlyMap<Apply, ReadonlySet<EventKind>> = (() => {
  const found = new Map<Apply, Set<EventKind>>()
  for (const effect of Object.values(effects)) {
    // each group is given only events of its own kinds
    const apply = effect.apply as Apply
    found.set(apply, (found.get(apply) ?? new Set()).add(effect.kind))
  }
  return found
})()

/**
 * Applies events of one store's device in the transaction that stores them: groups of kinds one after the other, each
 * in stream order. Gives the hints to send after the commit.
 */
export async function applyEvents(
  tx: Tx,
  store: string,
  placed: readonly PlacedEvent<AgentEvent>[],
  at: number,
): Promise<ReadonlySet<Signal>> {
  const hints = new Set<Signal>()
  if (placed.length === 0) return hints
  const context: EffectContext = { store, at, afterCommit: signal => hints.add(signal) }
  for (const [apply, kinds] of groups) {
    const own = placed.filter(({ event }) => kinds.has(event.kind))
    if (own.length > 0) await apply(tx, own, context)
  }
  await notePace(tx, placed, at)
  hints.add('now')
  return hints
}
