import { gid } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type { EditLine, FulfillmentOrder, Order, OrderEdit, OrderLine } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { openEdit, uneditableUnits } from './edit.ts'
import { newFulfillmentOrder } from './new-fulfillment-order.ts'
import { fulfillmentOrdersOf, isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'
import { type TakenUnits, takeOpenUnits } from './units.ts'

export interface CommitArguments {
  readonly id: string
  readonly notifyCustomer?: boolean | null
  readonly staffNote?: string | null
}

export interface CommitPayload {
  readonly order: string | null
  readonly successMessages: readonly string[] | null
  readonly userErrors: readonly PlainUserError[]
}

interface AddedUnits {
  readonly line: OrderLine
  readonly quantity: number
  readonly locationId: number | null
}

/** `orderEditCommit`: the draft becomes the order. Money is only owed by it, never moved. */
export function commitEdit(shop: Shop, args: CommitArguments): CommitPayload {
  const edit = openEdit(shop, args.id)
  if (edit === undefined) return refusal('The calculated order does not exist or was committed.')
  const order = shop.store.need('order', edit.orderId)
  const why = whyNotCommit(shop, order, edit)
  if (why !== undefined) return refusal(why)
  const changed = edit.lines.filter(line => line.quantity !== line.before)
  if (changed.length === 0) return refusal('There must be at least one change to be made.')
  const before = new Set(
    fulfillmentOrdersOf(shop, order).map(one => `${one.id} ${JSON.stringify(one.lines)}`),
  )
  takeOpenUnits(
    shop,
    order,
    changed.flatMap(line => takenBy(order, line)),
  )
  const next: Order = { ...order, lines: editedLines(shop, order, changed) }
  const added = changed.flatMap((line): readonly AddedUnits[] => {
    const own = next.lines.find(one => one.id === line.id)
    const quantity = line.quantity - line.before
    return own === undefined || quantity <= 0 ? [] : [{ line: own, quantity, locationId: line.locationId }]
  })
  shop.store.put('order', next)
  addOpenUnits(shop, next, added)
  if (shop.settings.editFulfillmentOrders === 'replace') replaceTouched(shop, order.id, before)
  const done = shop.store.need('order', order.id)
  const isOpen = fulfillmentOrdersOf(shop, done).some(isActive)
  touchOrder(shop, { ...done, edited: true, closedAt: isOpen ? null : done.closedAt })
  const deltas = changed.map(line => ({ lineId: line.id, delta: line.quantity - line.before }))
  shop.store.put('edit', {
    ...edit,
    committedAt: shop.clock.stamp(),
    notifyCustomer: args.notifyCustomer ?? false,
    staffNote: args.staffNote ?? null,
    additions: deltas.filter(one => one.delta > 0),
    removals: deltas.filter(one => one.delta < 0).map(one => ({ ...one, delta: -one.delta })),
  })
  shop.emit('ORDERS_EDITED', { kind: 'edit', id: edit.id })
  log(shop, 'order edited', { name: order.name, lines: deltas })
  return { order: gid('Order', order.id), successMessages: ['Order updated'], userErrors: [] }
}

/** What happened to the order since the edit began may forbid it. */
function whyNotCommit(shop: Shop, order: Order, edit: OrderEdit): string | undefined {
  if (order.cancelledAt !== null) return 'The order cannot be edited because it is cancelled.'
  for (const line of edit.lines.filter(one => !one.added)) {
    const now = order.lines.find(one => one.id === line.id)?.currentQuantity
    if (now !== line.before) return 'The order has changed since the edit began.'
    if (line.quantity !== line.before && line.quantity < uneditableUnits(shop, order, line.id))
      return 'The quantity cannot be less than the quantity that is already fulfilled.'
  }
  return undefined
}

function takenBy(order: Order, line: EditLine): readonly TakenUnits[] {
  const quantity = line.before - line.quantity
  if (quantity <= 0 || order.lines.find(one => one.id === line.id)?.kind === 'tip') return []
  const restock = line.locationId === null ? 'where-promised' : { locationId: line.locationId }
  return [{ lineId: line.id, quantity, restock: line.restock ? restock : 'lost' }]
}

function editedLines(shop: Shop, order: Order, changed: readonly EditLine[]): readonly OrderLine[] {
  const kept = order.lines.map(line => {
    const edit = changed.find(one => one.id === line.id)
    if (edit === undefined) return line
    const grown = Math.max(0, edit.quantity - edit.before)
    return { ...line, currentQuantity: edit.quantity, quantity: line.quantity + grown }
  })
  const made = changed.flatMap((edit): readonly OrderLine[] => {
    if (!edit.added || edit.draft === null) return []
    const { itemId } = edit.draft
    const item = itemId === null ? undefined : shop.store.need('item', itemId)
    return [
      {
        ...edit.draft,
        id: edit.id,
        quantity: edit.quantity,
        currentQuantity: edit.quantity,
        orderedQuantity: 0,
        returned: 0,
        group: groupFor(order, edit.locationId),
        claimed: order.confirmed && item?.tracked === true && !item.bundle,
      },
    ]
  })
  return [...kept, ...made]
}

/** The delivery group at that location, else the first. */
function groupFor(order: Order, locationId: number | null): number {
  const found = order.groups.findIndex(group => group.locationId === locationId)
  return found === -1 ? 0 : found
}

/** Promises more units: stock is committed and they join an open fulfilment order, or get a new one. */
function addOpenUnits(shop: Shop, order: Order, added: readonly AddedUnits[]): void {
  const movements: Movement[] = []
  const made: number[] = []
  for (const { line, quantity, locationId: wanted } of added) {
    const locationId = wanted ?? placeFor(shop, order, line)
    movements.push(...claim(line, quantity, locationId))
    const ids = [...order.fulfillmentOrderIds, ...made]
    const own = ids
      .map(id => shop.store.need('fulfillmentOrder', id))
      .filter(one => joinable(one, line.group, locationId))
      .find(one => shop.settings.editFulfillmentOrders !== 'separate' || made.includes(one.id))
    if (own === undefined) {
      const lines = [{ lineId: line.id, quantity }]
      made.push(newFulfillmentOrder(shop, order, { group: line.group, locationId, lines }).id)
    } else touchFulfillmentOrder(shop, { ...own, lines: withMore(shop, own, line.id, quantity) })
  }
  moveStock(shop, movements)
  if (made.length === 0) return
  const ids = [...order.fulfillmentOrderIds, ...made]
  shop.store.put('order', { ...shop.store.need('order', order.id), fulfillmentOrderIds: ids })
  for (const id of made)
    shop.emit('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE', { kind: 'fulfillmentOrder', id })
}

function joinable(held: FulfillmentOrder, group: number, locationId: number): boolean {
  const open = held.status === 'OPEN' || held.status === 'IN_PROGRESS' || held.status === 'SCHEDULED'
  return open && held.group === group && held.locationId === locationId
}

function withMore(shop: Shop, held: FulfillmentOrder, lineId: number, quantity: number) {
  if (!held.lines.some(line => line.lineId === lineId))
    return [...held.lines, { id: shop.store.nextId(), lineId, total: quantity, remaining: quantity }]
  return held.lines.map(line =>
    line.lineId === lineId
      ? { ...line, total: line.total + quantity, remaining: line.remaining + quantity }
      : line,
  )
}

/** Where the order's group is being prepared now, else where it was to go. */
function placeFor(shop: Shop, order: Order, line: OrderLine): number {
  const open = fulfillmentOrdersOf(shop, order).filter(one => one.group === line.group && isActive(one))
  const first = order.groups[line.group]?.locationId ?? order.groups[0]?.locationId ?? -1
  return open.find(one => one.locationId === first)?.locationId ?? open[0]?.locationId ?? first
}

function claim({ itemId, claimed }: OrderLine, quantity: number, locationId: number): readonly Movement[] {
  if (!claimed || itemId === null) return []
  return [
    { name: 'available', delta: -quantity, itemId, locationId },
    { name: 'committed', delta: quantity, itemId, locationId },
  ]
}

/** The switch `replace`: what the edit touched is closed, and what remained of it goes on under a new id. */
function replaceTouched(shop: Shop, orderId: number, before: ReadonlySet<string>): void {
  const order = shop.store.need('order', orderId)
  const made = fulfillmentOrdersOf(shop, order).flatMap((held): readonly number[] => {
    const isNew = ![...before].some(text => text.startsWith(`${held.id} `))
    if (isNew || !isActive(held) || before.has(`${held.id} ${JSON.stringify(held.lines)}`)) return []
    const left = held.lines.filter(line => line.remaining > 0)
    const lines = left.map(line => ({ lineId: line.lineId, quantity: line.remaining }))
    const next = newFulfillmentOrder(shop, order, { group: held.group, locationId: held.locationId, lines })
    const { status, holds, fulfillAt, preparedAt, progressAt } = held
    touchFulfillmentOrder(shop, { ...next, status, holds, fulfillAt, preparedAt, progressAt })
    const done = held.lines.map(line => ({ ...line, total: line.total - line.remaining, remaining: 0 }))
    touchFulfillmentOrder(shop, {
      ...held,
      lines: done.filter(line => line.total > 0),
      holds: [],
      status: 'CLOSED',
    })
    return [next.id]
  })
  shop.store.put('order', { ...order, fulfillmentOrderIds: [...order.fulfillmentOrderIds, ...made] })
}

function refusal(message: string): CommitPayload {
  return { order: null, successMessages: null, userErrors: [{ field: ['id'], message }] }
}
