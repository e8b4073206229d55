import { isEnded, type PickupState } from '../../../shared/pickup-moves.ts'
import { dayAt } from '../../../shared/ui/time-words.ts'
import type { PickupView } from '../../till/api-schema.ts'

export const tabs = ['open', 'new', 'picking', 'ready', 'done'] as const
export type Tab = (typeof tabs)[number]

const tabOfState: Record<PickupState, Exclude<Tab, 'open'>> = {
  received: 'new',
  accepted: 'new',
  picking: 'picking',
  short: 'picking',
  ready: 'ready',
  collected: 'done',
  refused: 'done',
  expired: 'done',
  cancelled: 'done',
}

/** Each tab's pickups, the most urgent first. Every open pickup is in `open` and in one other. */
export function byTab(
  pickups: readonly PickupView[],
  now: number,
  zone: string,
): Record<Tab, readonly PickupView[]> {
  const today = dayAt(now, zone)
  const byTime = pickups.toSorted(mostUrgentFirst)
  const inTab = (tab: Tab) => byTime.filter(view => tabOfState[view.state] === tab)
  return {
    open: byTime.filter(view => !isEnded(view.state)),
    new: inTab('new'),
    picking: inTab('picking'),
    ready: inTab('ready'),
    done: inTab('done')
      .filter(view => dayAt(view.movedAt ?? view.at, zone) === today)
      .toSorted((a, b) => (b.movedAt ?? b.at) - (a.movedAt ?? a.at)),
  }
}

function mostUrgentFirst(a: PickupView, b: PickupView): number {
  const promise = (view: PickupView) => view.promisedBy ?? Number.POSITIVE_INFINITY
  if (promise(a) !== promise(b)) return promise(a) - promise(b)
  return a.order.placedAt - b.order.placedAt || a.pickup.localeCompare(b.pickup)
}

/** Whether the customer was promised it by now and the goods are not ready. */
export function isLate(view: PickupView, now: number): boolean {
  const waiting = tabOfState[view.state] === 'new' || tabOfState[view.state] === 'picking'
  return waiting && view.promisedBy !== null && view.promisedBy < now
}
