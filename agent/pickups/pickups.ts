import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import type { HandOverRule } from '../../shared/hand-over.ts'
import { EpochMs, type PickupId } from '../../shared/ids.ts'
import { isEnded, UNDO_MS } from '../../shared/pickup-moves.ts'
import type { Clock } from '../../shared/world.ts'
import type {
  LineView,
  MoveRequest,
  PickRequest,
  PickupView,
  RemindRequest,
  RemindUndoRequest,
} from '../till/api-schema.ts'
import { moveEvent, undoableStep } from './move-event.ts'
import { lineUnknown, moveIllegal, pickTooMany, pickupUnknown, undoTooLate } from './pickup-problems.ts'
import type { PickupStore } from './pickup-store.ts'
import { viewOf } from './pickup-view.ts'
import type { ReminderStore } from './reminder-store.ts'
import { reminderEvent, reminderUndoEvent, withReminders } from './reminders.ts'
import type { StoredPickup } from './stored-pickup.ts'

/** Stands for a customer's name that is not shown, in every language. */
const HIDDEN = '•••'
const ENDED_SHOWN_MS = 24 * 3_600_000

export interface Pickups {
  /** Open ones, those ended within a day, and those whose end staff have not read yet: oldest first. */
  list(): PickupView[]
  /** Open ones, and those that ended after `since` (ms), for at most a month. */
  since(since: number): PickupView[]
  /** @throws PICKUP_UNKNOWN */
  get(pickup: PickupId): PickupView
  /**
   * Makes a staff member's move durable and shows it at once; the hub decides when it arrives there.
   * @throws PICKUP_UNKNOWN, and as `moveEvent` does
   */
  move(pickup: PickupId, request: MoveRequest): Promise<PickupView>
  /**
   * Keeps how far one line is picked. The numbers are absolute: the same request twice counts once.
   * @throws PICKUP_UNKNOWN, MOVE_ILLEGAL, LINE_UNKNOWN, PICK_TOO_MANY
   */
  count(pickup: PickupId, request: PickRequest): Promise<PickupView>
  /**
   * Staff have read that it was ended by others.
   * @throws PICKUP_UNKNOWN
   */
  acknowledge(pickup: PickupId): Promise<PickupView>
  /**
   * Takes back what staff of this till confirmed a moment ago. A restart ends the time for it.
   * @throws PICKUP_UNKNOWN, UNDO_TOO_LATE
   */
  undoAcknowledge(pickup: PickupId): Promise<PickupView>
  /**
   * Records that staff reminded the customer. The same request twice counts once.
   * @throws PICKUP_UNKNOWN, MOVE_ILLEGAL
   */
  remind(pickup: PickupId, request: RemindRequest): Promise<PickupView>
  /**
   * Takes back the reminder that was recorded here last.
   * @throws PICKUP_UNKNOWN, UNDO_TOO_LATE
   */
  undoReminder(pickup: PickupId, request: RemindUndoRequest): Promise<PickupView>
}

/** What the pickups of a till need to know of it. */
export interface PickupsOf {
  readonly till: () => string
  /** The pickups that unread commands are about, with their newest version. */
  readonly unread: () => ReadonlyMap<string, number>
  /** Whether this till was without contact for so long that it shows nothing of customers. Left out: it never is. */
  readonly isHidden?: () => boolean
  /** Whether this store checks who collects an order. Left out: that is left to staff. */
  readonly handOver?: () => HandOverRule
  /** The reminders that staff of this till recorded. */
  readonly reminders: ReminderStore
}

/** The pickups of this till, from the journal. */
export function openPickups(
  store: PickupStore,
  clock: Clock,
  { till, unread, isHidden = () => false, handOver = () => 'free', reminders }: PickupsOf,
): Pickups {
  function stored(pickup: PickupId): StoredPickup {
    const found = store.get(pickup)
    if (found === null) throw pickupUnknown({ pickup })
    return found
  }
  const shown = (view: PickupView, free = store.free()) => {
    const lines = view.lines.map(line => ({ ...line, free: freeOf(line, free) }))
    return isHidden() ? withoutCustomer({ ...view, lines }) : { ...view, lines }
  }
  const confirmed = new Map<PickupId, number>()
  const withUndo = (view: PickupView, now: number): PickupView => {
    const at = confirmed.get(view.pickup)
    const isOpen = at !== undefined && !view.toAcknowledge && now >= at && now - at < UNDO_MS
    return isOpen ? { ...view, undoAcknowledge: { until: EpochMs.parse(at + UNDO_MS) } } : view
  }
  const whole = (pickup: PickupId) => {
    const now = clock.now()
    const view = viewOf(stored(pickup), unread(), now)
    return withUndo(withReminders(view, reminders.of(pickup), now), now)
  }
  /** What was confirmed a moment ago is shown though it ended long ago. */
  const listed = (since: number, now: number): StoredPickup[] => {
    const found = store.list(since)
    const known = new Set<string>(found.map(({ put }) => put.pickup))
    for (const [pickup, at] of confirmed) if (now < at || now - at >= UNDO_MS) confirmed.delete(pickup)
    const late = [...confirmed.keys()].flatMap(pickup => (known.has(pickup) ? [] : (store.get(pickup) ?? [])))
    return [...found, ...late]
  }
  const view = (pickup: PickupId) => shown(whole(pickup))
  const reminderFacts = (pickup: PickupId) => ({
    view: whole(pickup),
    at: EpochMs.parse(clock.now()),
    till: till(),
  })
  return {
    list() {
      const now = clock.now()
      const since = now - ENDED_SHOWN_MS
      const outdated = unread()
      const free = store.free()
      const remindersOf = reminders.ofAll()
      return listed(since, now)
        .map(found => withUndo(viewOf(found, outdated, now), now))
        .map(view => shown(withReminders(view, remindersOf(view.pickup), now), free))
        .filter(view => isShown(view, since))
        .sort((a, b) => a.order.placedAt - b.order.placedAt)
    },
    since(since) {
      const now = clock.now()
      const outdated = unread()
      return store.list(since).map(found => shown(viewOf(found, outdated, now)))
    },
    get: view,
    async move(pickup, request) {
      let before: PickupView | null = null
      await store.move(
        () => {
          before = whole(pickup)
          const { undo: last } = stored(pickup)
          const at = EpochMs.parse(clock.now())
          return moveEvent(request, { view: before, last, at, till: till(), handOver: handOver() })
        },
        event => (before === null ? null : undoableStep(event, before)),
      )
      return view(pickup)
    },
    async count(pickup, request) {
      await store.count(pickup, () => {
        const { lines, order, state } = whole(pickup)
        if (state !== 'picking' && state !== 'short')
          throw moveIllegal({ order: order.name, state, move: 'pick' })
        const line = lines.find(({ id }) => id === request.line)
        if (line === undefined) throw lineUnknown({ order: order.name, line: request.line })
        const { picked, missing, by } = request
        if (picked + (missing?.units ?? 0) > line.units)
          throw pickTooMany({ order: order.name, item: line.title, units: line.units })
        const said = missing?.said == null ? null : maskCardNumbers(missing.said)
        return {
          line: line.id,
          picked,
          missing: missing === null ? null : { ...missing, said },
          staff: maskCardNumbers(request.staff),
          by,
          at: clock.now(),
        }
      })
      return view(pickup)
    },
    async acknowledge(pickup) {
      stored(pickup)
      await store.acknowledge(pickup)
      confirmed.set(pickup, clock.now())
      return view(pickup)
    },
    async undoAcknowledge(pickup) {
      const { order, undoAcknowledge } = whole(pickup)
      if (undoAcknowledge === null) throw undoTooLate({ order: order.name })
      await store.unacknowledge(pickup)
      confirmed.delete(pickup)
      return view(pickup)
    },
    async remind(pickup, request) {
      await reminders.record(() => reminderEvent(request, reminderFacts(pickup)))
      return view(pickup)
    },
    async undoReminder(pickup, request) {
      await reminders.record(() => reminderUndoEvent(request, reminderFacts(pickup)))
      return view(pickup)
    },
  }
}

/** Nothing of the customer, nor what staff typed of the order: they may have written who it is for. */
function withoutCustomer(view: PickupView): PickupView {
  const { notice, lines } = view
  return {
    ...view,
    customer: { name: HIDDEN, phoneEnd: null },
    note: null,
    keptAt: null,
    notice:
      notice !== null && typeof notice === 'object' && 'reason' in notice
        ? { ...notice, reason: null }
        : notice,
    lines: lines.map(line =>
      line.missing === null ? line : { ...line, missing: { ...line.missing, said: null } },
    ),
  }
}

const freeOf = ({ sku }: LineView, free: ReadonlyMap<string, number>): number | null =>
  sku === null ? null : (free.get(sku) ?? null)

function isShown(view: PickupView, since: number): boolean {
  if (view.undoAcknowledge !== null) return true
  return !isEnded(view.state) || view.toAcknowledge || (view.movedAt ?? view.at) > since
}
