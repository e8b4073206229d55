import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import type { CodedUserError } from '../orders/prepare.ts'
import type { Shop } from '../shop.ts'
import type { Shipment, ShipmentLine, Transfer } from '../state/entities.ts'
import { keepGroup } from '../stock/adjustment.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { checkedItems, type ItemInput } from './items.ts'
import { transferOf } from './transfer.ts'

export interface ShipmentInput {
  readonly movementId: string
  readonly lineItems: readonly ItemInput[]
  readonly barcode?: string | null
}

export interface ShipmentPayload {
  readonly inventoryShipment: IdOf<'InventoryShipment'> | null
  readonly userErrors: readonly CodedUserError[]
}

/** `inventoryShipmentCreate` (a draft) and `inventoryShipmentCreateInTransit` (on its way at once). */
export function createShipment(
  shop: Shop,
  input: ShipmentInput,
  status: 'DRAFT' | 'IN_TRANSIT',
): ShipmentPayload {
  const transfer = transferOf(shop, input.movementId)
  if (transfer === undefined) return refusal('TRANSFER_NOT_FOUND', 'The transfer could not be found.')
  if (transfer.status !== 'READY_TO_SHIP' && transfer.status !== 'IN_PROGRESS') {
    return refusal('INVALID_TRANSFER_STATUS', 'The transfer is not ready to ship.')
  }
  if (input.lineItems.length === 0) return refusal('ITEMS_EMPTY', 'At least one item is required.')
  const items = checkedItems(shop, input.lineItems)
  if (!items.ok) return { inventoryShipment: null, userErrors: [items.problem] }
  for (const { itemId, quantity } of items.items) {
    const left = shippable(shop, transfer, itemId)
    if (left === undefined) return refusal('INVALID_ITEM', 'The item is not part of the transfer.')
    if (quantity > left) return refusal('INVALID_QUANTITY', `Only ${left} can still be shipped.`)
  }
  const at = shop.clock.stamp()
  const id = shop.store.nextId()
  const made = shop.store.put('shipment', {
    id,
    transferId: transfer.id,
    name: `${transfer.name}-S${shipmentsOf(shop, transfer).length + 1}`,
    status: 'DRAFT',
    barcode: input.barcode ?? null,
    lines: items.items.map(({ itemId, quantity }) => ({
      id: shop.store.nextId(),
      itemId,
      quantity,
      accepted: 0,
      rejected: 0,
    })),
    shippedAt: null,
    receivedAt: null,
    createdAt: at,
    updatedAt: at,
  })
  shop.store.put('transfer', { ...transfer, status: 'IN_PROGRESS', updatedAt: at })
  shop.emit('INVENTORY_SHIPMENTS_CREATE', { kind: 'shipment', id })
  if (status === 'IN_TRANSIT') send(shop, made)
  return { inventoryShipment: gid('InventoryShipment', id), userErrors: [] }
}

/** `inventoryShipmentMarkInTransit`. */
export function markInTransit(shop: Shop, id: string): ShipmentPayload {
  const held = shop.store.get('shipment', idOf(id, 'InventoryShipment') ?? -1)
  if (held === undefined) return refusal('SHIPMENT_NOT_FOUND', 'The shipment could not be found.')
  if (held.status !== 'DRAFT') return refusal('INVALID_SHIPMENT_STATUS', 'The shipment is not a draft.')
  send(shop, held)
  return { inventoryShipment: gid('InventoryShipment', held.id), userErrors: [] }
}

/** The goods leave the origin's books and are incoming at the destination. */
function send(shop: Shop, held: Shipment): void {
  const { originId, destinationId, name } = shop.store.need('transfer', held.transferId)
  const movements = held.lines.flatMap(({ itemId, quantity }): readonly Movement[] => [
    ...(originId === null
      ? []
      : [{ name: 'reserved' as const, delta: -quantity, itemId, locationId: originId }]),
    ...(destinationId === null
      ? []
      : [{ name: 'incoming' as const, delta: quantity, itemId, locationId: destinationId }]),
  ])
  keepGroup(shop, { reason: 'movement_updated', referenceDocumentUri: name }, moveStock(shop, movements))
  const at = shop.clock.stamp()
  shop.store.put('shipment', { ...held, status: 'IN_TRANSIT', shippedAt: at, updatedAt: at })
  shop.emit('INVENTORY_SHIPMENTS_MARK_IN_TRANSIT', { kind: 'shipment', id: held.id })
}

export interface ReceiveArguments {
  readonly id: string
  readonly bulkReceiveAction?: 'ACCEPTED' | 'REJECTED' | null
  readonly lineItems?:
    | readonly {
        readonly shipmentLineItemId: string
        readonly quantity: number
        readonly reason: 'ACCEPTED' | 'REJECTED'
      }[]
    | null
}

interface Received {
  readonly line: ShipmentLine
  readonly quantity: number
  readonly reason: 'ACCEPTED' | 'REJECTED'
}

/** `inventoryShipmentReceive`: lines one by one, or all that is still on its way. */
export function receiveShipment(shop: Shop, args: ReceiveArguments): ShipmentPayload {
  const held = shop.store.get('shipment', idOf(args.id, 'InventoryShipment') ?? -1)
  if (held === undefined) return refusal('SHIPMENT_NOT_FOUND', 'The shipment could not be found.')
  if (held.status !== 'IN_TRANSIT' && held.status !== 'PARTIALLY_RECEIVED') {
    return refusal('INVALID_SHIPMENT_STATUS', 'The shipment is not in transit.')
  }
  const received: Received[] = []
  for (const { shipmentLineItemId, quantity, reason } of args.lineItems ?? []) {
    const line = held.lines.find(one => one.id === idOf(shipmentLineItemId, 'InventoryShipmentLineItem'))
    if (line === undefined) return refusal('ITEM_NOT_FOUND', 'The item could not be found.')
    const before = received.reduce((sum, one) => (one.line.id === line.id ? sum + one.quantity : sum), 0)
    if (quantity < 1 || quantity > unreceived(line) - before) {
      return refusal('INVALID_QUANTITY', `${unreceived(line) - before} of it are on their way.`)
    }
    received.push({ line, quantity, reason })
  }
  const { bulkReceiveAction } = args
  if (bulkReceiveAction != null) {
    for (const line of held.lines) {
      const named = received.reduce((sum, one) => (one.line.id === line.id ? sum + one.quantity : sum), 0)
      const quantity = unreceived(line) - named
      if (quantity > 0) received.push({ line, quantity, reason: bulkReceiveAction })
    }
  }
  takeIn(shop, held, received)
  return { inventoryShipment: gid('InventoryShipment', held.id), userErrors: [] }
}

function takeIn(shop: Shop, held: Shipment, received: readonly Received[]): void {
  const transfer = shop.store.need('transfer', held.transferId)
  const { destinationId } = transfer
  const movements = received.flatMap(({ line: { itemId }, quantity, reason }): readonly Movement[] => {
    if (destinationId === null) return []
    const arrived: Movement = { name: 'incoming', delta: -quantity, itemId, locationId: destinationId }
    const shelved: Movement = { name: 'available', delta: quantity, itemId, locationId: destinationId }
    return reason === 'ACCEPTED' ? [arrived, shelved] : [arrived]
  })
  const input = { reason: 'movement_received', referenceDocumentUri: transfer.name }
  keepGroup(shop, input, moveStock(shop, movements))
  const sum = (line: ShipmentLine, reason: Received['reason']): number =>
    received.reduce(
      (total, one) => (one.line.id === line.id && one.reason === reason ? total + one.quantity : total),
      0,
    )
  const lines = held.lines.map(line => ({
    ...line,
    accepted: line.accepted + sum(line, 'ACCEPTED'),
    rejected: line.rejected + sum(line, 'REJECTED'),
  }))
  const at = shop.clock.stamp()
  const isWhole = lines.every(line => unreceived(line) === 0)
  const status = isWhole ? 'RECEIVED' : 'PARTIALLY_RECEIVED'
  shop.store.put('shipment', { ...held, lines, status, receivedAt: at, updatedAt: at })
  shop.emit('INVENTORY_SHIPMENTS_RECEIVE_ITEMS', { kind: 'shipment', id: held.id })
  finishTransfer(shop, transfer)
}

/** A transfer is done once all of it was shipped and every shipment received. */
function finishTransfer(shop: Shop, transfer: Transfer): void {
  const allShipped = transfer.lines.every(({ itemId }) => shippable(shop, transfer, itemId) === 0)
  if (!allShipped || shipmentsOf(shop, transfer).some(({ status }) => status !== 'RECEIVED')) return
  shop.store.put('transfer', { ...transfer, status: 'TRANSFERRED', updatedAt: shop.clock.stamp() })
  shop.emit('INVENTORY_TRANSFERS_COMPLETE', { kind: 'transfer', id: transfer.id })
}

/** What is still on its way of a line. */
export function unreceived({ quantity, accepted, rejected }: ShipmentLine): number {
  return quantity - accepted - rejected
}

/** How many units of an item no shipment has yet; undefined for an item the transfer does not have. */
export function shippable(shop: Shop, transfer: Transfer, itemId: number): number | undefined {
  const line = transfer.lines.find(one => one.itemId === itemId)
  if (line === undefined) return undefined
  const shipped = shipmentsOf(shop, transfer).flatMap(({ lines }) => lines)
  return shipped.reduce((left, one) => (one.itemId === itemId ? left - one.quantity : left), line.quantity)
}

/** The shipments of a transfer, oldest first. */
export function shipmentsOf(shop: Shop, transfer: Transfer): readonly Shipment[] {
  return [...shop.store.all('shipment')].filter(one => one.transferId === transfer.id)
}

function refusal(code: string, message: string): ShipmentPayload {
  return { inventoryShipment: null, userErrors: [{ code, field: null, message }] }
}
