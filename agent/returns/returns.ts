import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import type { ReturnMade } from '../../shared/events.ts'
import { epochMs, PickupId } from '../../shared/ids.ts'
import type { ReturnAnswer, ReturnQuestion, ReturnRule } from '../../shared/returns.ts'
import type { Clock } from '../../shared/world.ts'
import { pickupUnknown } from '../pickups/pickup-problems.ts'
import type { PickupView, ReturnFound, ReturnRequest, ReturnView } from '../till/api-schema.ts'
import { handedOverOrder, handedOverOrders, returnableOf } from './handed-over.ts'
import {
  returnRecorded,
  returnsClosed,
  returnTooMany,
  returnUndoTooLate,
  returnUnknown,
} from './return-problems.ts'
import { type ReturnStore, returnView, type StoredReturn } from './return-store.ts'

const SHOWN_MS = 7 * 24 * 3_600_000
/** As long as the journal keeps pickups that have ended. */
const HANDED_OVER_MS = 30 * 24 * 3_600_000
/** What Shopify counts as gone by now, or will not carry out. */
const OVER: ReadonlySet<ReturnView['state']> = new Set(['done', 'owed', 'refused'])

/** Head office could not be asked. What it refuses stays refused. */
const withoutHeadOffice: ReadonlySet<string> = new Set([
  'HUB_OFFLINE',
  'HUB_SLOW',
  'HUB_ANSWERS_NOTHING',
  'RETURNS_UNREACHABLE',
  'RETURNS_THROTTLED',
  'RETURNS_REFUSED',
  'RETURNS_NO_SHOP',
  'RETURNS_FAILED',
])

type FoundHere = Exclude<ReturnFound, { is: 'problem' }>

/** Goods of online orders that customers bring back. */
export interface Returns {
  /** Those of the last week, newest first. */
  list(): ReturnView[]
  /** @throws RETURN_UNKNOWN */
  get(returnId: string): ReturnView
  /** Looks up what a customer brings back, at head office; without it, among the pickups that were handed over here. */
  search(question: ReturnQuestion): Promise<ReturnFound>
  /**
   * Makes it durable; the hub carries it out when it has it. The same request twice is one return.
   * @throws RETURNS_CLOSED, RETURN_TOO_MANY, RETURN_RECORDED for other items under the same key
   */
  record(request: ReturnRequest): Promise<ReturnView>
  /**
   * Takes a return back that was recorded here just before: the customer keeps the goods. Asked for twice, it counts once.
   * @throws RETURN_UNKNOWN, RETURN_UNDO_TOO_LATE
   */
  undo(returnId: string, staff: string): Promise<ReturnView>
}

interface ReturnsOf {
  readonly store: ReturnStore
  readonly clock: Clock
  readonly till: () => string
  readonly rule: () => ReturnRule
  readonly ask: (question: ReturnQuestion) => Promise<ReturnAnswer>
  /** @throws PICKUP_UNKNOWN */
  readonly pickup: (id: PickupId) => PickupView
  /** Pickups, also those that ended after `since` (ms). */
  readonly pickups: (since: number) => readonly PickupView[]
}

export function openReturns({ store, clock, till, rule, ask, pickup, pickups }: ReturnsOf): Returns {
  const viewOf = (one: StoredReturn) => returnView(one, { rule: rule(), now: clock.now() })
  /** The pickup that an order found at this till is; null: it is an order of Shopify's. */
  function pickupOf(order: string): PickupView | null {
    try {
      return pickup(PickupId.parse(order))
    } catch (error) {
      if (pickupUnknown.is(error)) return null
      throw error
    }
  }
  /** Units by line that this store takes back, `until` it is over in Shopify or, of a pickup's own lines, for good. */
  function takenBack(of: { readonly orderId: string } | { readonly pickup: string }): Map<string, number> {
    const units = new Map<string, number>()
    for (const one of store.list(clock.now() - HANDED_OVER_MS)) {
      const view = viewOf(one)
      if (view === null || view.state === 'refused' || ('orderId' in of && OVER.has(view.state))) continue
      const lines = 'pickup' in of ? unitsOfPickup(one, of.pickup) : unitsOfOrder(one, of.orderId)
      for (const { line, units: count } of lines) units.set(line, (units.get(line) ?? 0) + count)
    }
    return units
  }
  const linesOf = (view: PickupView) => returnableOf(view, takenBack({ pickup: view.pickup }))

  function searchHere(question: ReturnQuestion): FoundHere | null {
    if (question.ask === 'returnable') {
      const view = pickupOf(question.order)
      return view === null
        ? null
        : { is: 'order', order: handedOverOrder(view, linesOf(view)), isLocal: true, why: null }
    }
    const orders = handedOverOrders(pickups(clock.now() - HANDED_OVER_MS), question.text, linesOf)
    if (orders.length === 0) return null
    return { is: 'orders', orders: [...orders], isMore: false, isLocal: true, why: null }
  }

  function event(request: ReturnRequest): ReturnMade {
    const view = pickupOf(request.order)
    if (view !== null) demandThere(request, linesOf(view))
    return {
      kind: 'return.made',
      at: epochMs(clock.now()),
      returnId: request.returnId,
      orderId: view === null ? request.order : null,
      orderName: request.orderName,
      pickup: view?.pickup ?? null,
      lines: request.lines,
      staff: maskCardNumbers(request.staff),
      till: till(),
    }
  }

  function get(returnId: string): ReturnView {
    const stored = store.get(returnId)
    const view = stored === null ? null : viewOf(stored)
    if (view === null) throw returnUnknown({ returnId })
    return view
  }

  return {
    list: () =>
      store.list(clock.now() - SHOWN_MS).flatMap(one => {
        const view = viewOf(one)
        return view === null ? [] : [view]
      }),
    get,
    async search(question) {
      // a pickup of this till was found here: head office knows it by another name
      if (question.ask === 'returnable' && pickupOf(question.order) !== null)
        return searchHere(question) ?? (await asked(question))
      return asked(question)
    },
    async record(request) {
      if (rule() === 'none') throw returnsClosed({})
      await store.record(() => {
        const known = store.get(request.returnId)
        if (known === null) return event(request)
        demandSame(request, known)
        return null
      })
      return get(request.returnId)
    },
    async undo(returnId, staff) {
      await store.undo(() => {
        const view = get(returnId)
        if (view.problem === 'undone') return null
        if (view.undo === null) throw returnUndoTooLate({ order: view.orderName })
        const at = epochMs(clock.now())
        return {
          kind: 'return.undone',
          at,
          returnId: view.returnId,
          staff: maskCardNumbers(staff),
          till: till(),
        }
      })
      return get(returnId)
    },
  }

  async function asked(question: ReturnQuestion): Promise<ReturnFound> {
    const answer = await ask(question)
    if (answer.is === 'problem') {
      const here = withoutHeadOffice.has(answer.code) ? searchHere(question) : null
      return here === null ? answer : { ...here, why: answer.code }
    }
    if (answer.is === 'orders') return { ...answer, isLocal: false, why: null }
    const underWay = takenBack({ orderId: answer.order.order })
    const lines = answer.order.lines.flatMap(line => {
      const units = line.units - (underWay.get(line.orderLine) ?? 0)
      return units > 0 ? [{ ...line, units }] : []
    })
    return { is: 'order', order: { ...answer.order, lines }, isLocal: false, why: null }
  }
}

type LineUnits = readonly { readonly line: string; readonly units: number }[]

const byLine = (lines: ReturnMade['lines']): LineUnits =>
  lines.map(({ orderLine: line, units }) => ({ line, units }))

/** What one return takes of a pickup: as it was recorded here, else as head office tells it. */
function unitsOfPickup({ body, told }: StoredReturn, pickup: string): LineUnits {
  if (body?.pickup === pickup) return byLine(body.lines)
  return (told?.ofPickups ?? []).filter(one => one.pickup === pickup)
}

/** What one return takes of an order of Shopify's. */
function unitsOfOrder({ body, told }: StoredReturn, orderId: string): LineUnits {
  if (body?.orderId === orderId) return byLine(body.lines)
  return told?.orderId === orderId ? byLine(told.lines) : []
}

/** A key that comes again with other items is another return: its goods must not be dropped. */
function demandSame({ orderName: order, lines }: ReturnRequest, { body, told }: StoredReturn): void {
  const before = body?.lines ?? told?.lines ?? []
  if (JSON.stringify(before.map(partsOf)) !== JSON.stringify(lines.map(partsOf)))
    throw returnRecorded({ order })
}

const partsOf = ({ orderLine, units, condition, reason }: ReturnRequest['lines'][number]) => [
  orderLine,
  units,
  condition,
  reason,
]

/** Without head office, what may be taken back is what was handed over here. */
function demandThere(
  { orderName: order, lines }: ReturnRequest,
  there: readonly { readonly orderLine: string; readonly units: number }[],
): void {
  const wanted = new Map<string, { units: number; item: string }>()
  for (const { orderLine, units, title } of lines)
    wanted.set(orderLine, { units: units + (wanted.get(orderLine)?.units ?? 0), item: title })
  for (const [orderLine, { units, item }] of wanted) {
    const left = there.find(one => one.orderLine === orderLine)?.units ?? 0
    if (units > left) throw returnTooMany({ order, item, units: left })
  }
}
