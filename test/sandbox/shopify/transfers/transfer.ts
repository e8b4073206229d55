import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import type { CodedUserError } from '../orders/prepare.ts'
import type { Shop } from '../shop.ts'
import type { Transfer } from '../state/entities.ts'
import { keepGroup } from '../stock/adjustment.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { checkedItems, type ItemInput } from './items.ts'

export interface TransferInput {
  readonly originLocationId?: string | null
  readonly destinationLocationId?: string | null
  readonly lineItems: readonly ItemInput[]
  readonly note?: string | null
  readonly referenceName?: string | null
  readonly tags?: readonly string[] | null
}

export interface TransferPayload {
  readonly inventoryTransfer: IdOf<'InventoryTransfer'> | null
  readonly userErrors: readonly CodedUserError[]
}

/** `inventoryTransferCreate` (a draft) and `inventoryTransferCreateAsReadyToShip` (its goods are reserved at once). */
export function createTransfer(
  shop: Shop,
  input: TransferInput,
  status: 'DRAFT' | 'READY_TO_SHIP',
): TransferPayload {
  const place = (id: string | null | undefined) =>
    id == null ? null : shop.store.get('location', idOf(id, 'Location') ?? -1)
  const origin = place(input.originLocationId)
  const destination = place(input.destinationLocationId)
  if (origin === undefined || destination === undefined) {
    return refusal('LOCATION_NOT_FOUND', 'The location could not be found.')
  }
  if (origin?.isActive === false || destination?.isActive === false) {
    return refusal('LOCATION_NOT_ACTIVE', 'The location is not active.')
  }
  if (status === 'READY_TO_SHIP' && (origin === null || destination === null)) {
    return refusal('LOCATION_REQUIRED', 'Origin and destination are required.')
  }
  if (origin !== null && origin.id === destination?.id) {
    const message = 'Transfer origin cannot be the same as destination.'
    return refusal('TRANSFER_ORIGIN_CANNOT_BE_THE_SAME_AS_DESTINATION', message)
  }
  if (status === 'READY_TO_SHIP' && input.lineItems.length === 0) {
    return refusal('ITEMS_EMPTY', 'At least one item is required.')
  }
  const items = checkedItems(shop, input.lineItems)
  if (!items.ok) return { inventoryTransfer: null, userErrors: [items.problem] }
  const at = shop.clock.stamp()
  const id = shop.store.nextId()
  const made = shop.store.put('transfer', {
    id,
    name: `#T${String(shop.store.count('transfer') + 1).padStart(4, '0')}`,
    originId: origin?.id ?? null,
    destinationId: destination?.id ?? null,
    status: 'DRAFT',
    lines: items.items.map(({ itemId, quantity }) => ({ id: shop.store.nextId(), itemId, quantity })),
    note: input.note ?? null,
    referenceName: input.referenceName ?? null,
    tags: input.tags ?? [],
    createdAt: at,
    updatedAt: at,
  })
  if (status === 'READY_TO_SHIP') makeReady(shop, made)
  return { inventoryTransfer: gid('InventoryTransfer', id), userErrors: [] }
}

/** `inventoryTransferMarkAsReadyToShip`. */
export function markReady(shop: Shop, id: string): TransferPayload {
  const held = transferOf(shop, id)
  if (held === undefined) return refusal('TRANSFER_NOT_FOUND', 'The transfer could not be found.')
  if (held.status !== 'DRAFT') return refusal('INVALID_TRANSFER_STATUS', 'The transfer is not a draft.')
  if (held.originId === null || held.destinationId === null) {
    return refusal('LOCATION_REQUIRED', 'Origin and destination are required.')
  }
  if (held.lines.length === 0) return refusal('ITEMS_EMPTY', 'At least one item is required.')
  makeReady(shop, held)
  return { inventoryTransfer: gid('InventoryTransfer', held.id), userErrors: [] }
}

/** What leaves is promised to the transfer: reserved at the origin, no longer for sale there. */
function makeReady(shop: Shop, held: Transfer): void {
  reserve(shop, held, 1)
  shop.store.put('transfer', { ...held, status: 'READY_TO_SHIP', updatedAt: shop.clock.stamp() })
  shop.emit('INVENTORY_TRANSFERS_READY_TO_SHIP', { kind: 'transfer', id: held.id })
}

/** `inventoryTransferCancel`: as long as nothing was shipped. What was reserved is for sale again. */
export function cancelTransfer(shop: Shop, id: string): TransferPayload {
  const held = transferOf(shop, id)
  if (held === undefined) return refusal('TRANSFER_NOT_FOUND', 'The transfer could not be found.')
  if ([...shop.store.all('shipment')].some(one => one.transferId === held.id)) {
    return refusal('SHIPMENT_EXISTS', 'The transfer has a shipment.')
  }
  if (held.status !== 'DRAFT' && held.status !== 'READY_TO_SHIP') {
    return refusal('INVALID_TRANSFER_STATUS', 'The transfer cannot be canceled.')
  }
  if (held.status === 'READY_TO_SHIP') reserve(shop, held, -1)
  shop.store.put('transfer', { ...held, status: 'CANCELED', updatedAt: shop.clock.stamp() })
  shop.emit('INVENTORY_TRANSFERS_CANCEL', { kind: 'transfer', id: held.id })
  return { inventoryTransfer: gid('InventoryTransfer', held.id), userErrors: [] }
}

function reserve(shop: Shop, { originId, lines, name }: Transfer, sign: 1 | -1): void {
  if (originId === null) return
  const movements = lines.flatMap(({ itemId, quantity }): readonly Movement[] => [
    { name: 'available', delta: -sign * quantity, itemId, locationId: originId },
    { name: 'reserved', delta: sign * quantity, itemId, locationId: originId },
  ])
  const reason = sign === 1 ? 'movement_created' : 'movement_canceled'
  keepGroup(shop, { reason, referenceDocumentUri: name }, moveStock(shop, movements))
}

/** The transfer a global id names. */
export function transferOf(shop: Shop, id: string): Transfer | undefined {
  return shop.store.get('transfer', idOf(id, 'InventoryTransfer') ?? -1)
}

function refusal(code: string, message: string): TransferPayload {
  return { inventoryTransfer: null, userErrors: [{ code, field: null, message }] }
}
