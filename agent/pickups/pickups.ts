import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { defineError } from '../../shared/errors.ts'
import { EpochMs, type PickupId } from '../../shared/ids.ts'
import { decimalFromMinor } from '../../shared/money.ts'
import { isEnded, stateAfter } from '../../shared/pickup-moves.ts'
import type { Clock } from '../../shared/world.ts'
import type { MoveRequest, PickupView } from '../till/api-schema.ts'
import type { PickupStore, StoredPickup } from './pickup-store.ts'
import { viewOf } from './pickup-view.ts'

export const pickupUnknown = defineError(
  'PICKUP_UNKNOWN',
  (f: { pickup: string }) => `This till has no pickup ${f.pickup}. It may belong to another store.`,
)
export const moveIllegal = defineError(
  'MOVE_ILLEGAL',
  (f: { order: string; state: string; move: string }) =>
    `Order ${f.order} is ${f.state}, so this step is not open any more. Look at the order again.`,
)

export const paymentUnconfirmed = defineError(
  'PAYMENT_UNCONFIRMED',
  (f: { order: string; amount: string }) =>
    `Order ${f.order} still has ${f.amount} to be paid. Take the money, confirm that it was paid, and then hand the order over.`,
)

/** Stands for a customer's name that is not shown, in every language. */
const HIDDEN = '•••'
const ENDED_SHOWN_MS = 24 * 3_600_000

export interface Pickups {
  /** Open ones, and those ended within a day: oldest first. */
  list(): PickupView[]
  /** @throws PICKUP_UNKNOWN */
  get(pickup: PickupId): PickupView
  /**
   * Makes a staff member's move durable and shows it at once; the hub decides when it arrives there. Card numbers in what
   * staff typed are masked before anything is kept.
   * @throws PICKUP_UNKNOWN, MOVE_ILLEGAL, PAYMENT_UNCONFIRMED
   */
  move(pickup: PickupId, request: MoveRequest): Promise<PickupView>
}

/**
 * The pickups of this till, from the journal.
 * @param unread the pickups that unread commands are about, with their newest version
 * @param isHidden whether this till was without contact for so long that it shows nothing of customers
 */
export function openPickups(
  store: PickupStore,
  clock: Clock,
  till: () => string,
  unread: () => ReadonlyMap<string, number>,
  isHidden: () => boolean = () => false,
): Pickups {
  function stored(pickup: PickupId): StoredPickup {
    const found = store.get(pickup)
    if (found === null) throw pickupUnknown({ pickup })
    return found
  }
  const shown = (view: PickupView) =>
    isHidden() ? { ...view, customer: { name: HIDDEN, phoneEnd: null }, note: null } : view
  const view = (pickup: PickupId) => shown(viewOf(stored(pickup), unread()))
  return {
    list() {
      const since = clock.now() - ENDED_SHOWN_MS
      const outdated = unread()
      return store
        .list(since)
        .map(found => shown(viewOf(found, outdated)))
        .filter(view => isShown(view, since))
        .sort((a, b) => a.order.placedAt - b.order.placedAt)
    },
    get: view,
    async move(pickup, request) {
      const { move } = request
      const staff = maskCardNumbers(request.staff)
      const reason = request.reason === null ? null : maskCardNumbers(request.reason)
      await store.move(() => {
        const { state, order, lines, outstanding } = view(pickup)
        if (stateAfter(state, move) === null) throw moveIllegal({ order: order.name, state, move })
        const owed = move === 'collect' ? (outstanding ?? null) : null
        if (owed !== null && request.paid !== true)
          throw paymentUnconfirmed({ order: order.name, amount: amountOf(owed) })
        const at = EpochMs.parse(clock.now())
        const event = { kind: 'pickup.moved' as const, at, pickup, move, staff, till: till(), reason }
        if (move !== 'finish' && move !== 'collect') return event
        const shownLines = lines.map(({ id, units }) => ({ pickupLine: id, units }))
        return { ...event, lines: shownLines, ...(owed === null ? {} : { paid: true }) }
      })
      return view(pickup)
    },
  }
}

const amountOf = ({ minor, currency }: NonNullable<PickupView['outstanding']>) =>
  `${decimalFromMinor(minor, currency)} ${currency}`

function isShown(view: PickupView, since: number): boolean {
  return !isEnded(view.state) || (view.movedAt ?? view.at) > since
}
