import { isEnded, type PickupState } from '../../../shared/pickup-moves.ts'
import { dayAt } from '../../../shared/ui/time-words.ts'
import type { PickupView } from '../../till/api-schema.ts'

export const tabs = ['open', 'new', 'picking', 'ready', 'done'] as const
export type Tab = (typeof tabs)[number]

/** The parts of the list of open pickups, from the top: what to put back, then work, what waits for its customer last, whom to remind first. */
export const sections = ['put-back', 'late', 'new', 'picking', 'missing', 'remind', 'ready'] as const
export type Section = (typeof sections)[number]

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

/** Each tab's pickups, the most urgent first. Every open pickup, and every one to be acknowledged, is in `open` and in one other. */
export function byTab(
  pickups: readonly PickupView[],
  now: number,
  zone: string,
): Record<Tab, readonly PickupView[]> {
  const today = dayAt(now, zone)
  const byTime = pickups.toSorted(mostUrgentFirst)
  const inTab = (tab: Tab) => byTime.filter(view => tabOfState[view.state] === tab)
  return {
    open: byTime.filter(view => !isEnded(view.state) || view.toAcknowledge),
    new: inTab('new'),
    picking: inTab('picking'),
    ready: inTab('ready').toSorted((a, b) => waitingSince(a) - waitingSince(b)),
    done: inTab('done')
      .filter(view => dayAt(view.movedAt ?? view.at, zone) === today)
      .toSorted((a, b) => (b.movedAt ?? b.at) - (a.movedAt ?? a.at)),
  }
}

/** The parts of a list that are not empty, each in its order. */
export function inSections(
  pickups: readonly PickupView[],
  now: number,
  isToRemind: (view: PickupView) => boolean,
): readonly { readonly section: Section; readonly pickups: readonly PickupView[] }[] {
  const parts = Map.groupBy(pickups, view => {
    const section = sectionOf(view, now)
    return section === 'ready' && isToRemind(view) ? 'remind' : section
  })
  for (const section of ['remind', 'ready'] as const) {
    const part = parts.get(section)?.toSorted((a, b) => waitingSince(a) - waitingSince(b))
    if (part !== undefined) parts.set(section, part)
  }
  return sections.flatMap(section => {
    const part = parts.get(section)
    return part === undefined ? [] : [{ section, pickups: part }]
  })
}

function sectionOf(view: PickupView, now: number): Section {
  if (view.toAcknowledge) return 'put-back'
  if (view.state === 'ready') return 'ready'
  if (isLate(view, now)) return 'late'
  if (view.state === 'short') return 'missing'
  return view.state === 'picking' ? 'picking' : 'new'
}

/** Since when a ready pickup waits for its customer. */
export function waitingSince(view: PickupView): number {
  return view.movedAt ?? view.at
}

/** Sorts what is due first before what is due later, then by when it was ordered. */
export function mostUrgentFirst(a: PickupView, b: PickupView): number {
  const promise = (view: PickupView) => view.promisedBy ?? Number.POSITIVE_INFINITY
  if (promise(a) !== promise(b)) return promise(a) - promise(b)
  return a.order.placedAt - b.order.placedAt || a.pickup.localeCompare(b.pickup)
}

/** Whether the customer was promised it by now and the goods are not ready. */
export function isLate(view: PickupView, now: number): boolean {
  return isWork(view) && view.promisedBy !== null && view.promisedBy < now
}

const soonMs = 15 * 60_000

/** Whether it will be late unless it is done next. */
export function isSoon(view: PickupView, now: number): boolean {
  return isWork(view) && view.promisedBy !== null && view.promisedBy < now + soonMs
}

function isWork(view: PickupView): boolean {
  return tabOfState[view.state] === 'new' || tabOfState[view.state] === 'picking'
}
