import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { invalidId } from '../graphql/global-ids.ts'
import { mutation } from '../graphql/mutation.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Shipment, ShipmentLine, Transfer, TransferLine } from '../state/entities.ts'
import {
  createShipment,
  markInTransit,
  type ReceiveArguments,
  receiveShipment,
  type ShipmentInput,
  shipmentsOf,
  shippable,
  unreceived,
} from '../transfers/shipment.ts'
import { cancelTransfer, createTransfer, markReady, type TransferInput } from '../transfers/transfer.ts'

interface LineOf {
  readonly of: Transfer
  readonly line: TransferLine
}

const orNull = (at: number | null): string | null => (at === null ? null : dateTime(at))

export const transferFields: Fields<Transfer> = {
  id: one => gid('InventoryTransfer', one.id),
  name: one => one.name,
  status: one => one.status,
  note: one => one.note,
  referenceName: one => one.referenceName,
  tags: one => one.tags,
  dateCreated: one => dateTime(one.createdAt),
  origin: (one, _, { shop }) => snapshot(shop, one.originId, one.createdAt),
  destination: (one, _, { shop }) => snapshot(shop, one.destinationId, one.createdAt),
  totalQuantity: one => one.lines.reduce((sum, line) => sum + line.quantity, 0),
  receivedQuantity: (one, _, { shop }) =>
    shipmentsOf(shop, one)
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + line.accepted + line.rejected, 0),
  lineItems: (one, args: PageArguments) =>
    connection(
      one.lines.map(line => ({ of: one, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
  lineItemsCount: one => ({ count: one.lines.length, precision: 'EXACT' }),
  shipments: (one, args: PageArguments, { shop }) =>
    connection(shipmentsOf(shop, one), args, ({ id }) => ({ value: id, id })),
  hasTimelineComment: () => false,
}

function snapshot(shop: Shop, locationId: number | null, at: number): object | null {
  if (locationId === null) return null
  const location = shop.store.need('location', locationId)
  return {
    location,
    name: location.name,
    snapshottedAt: dateTime(at),
    address: {
      address1: location.street,
      city: location.city,
      zip: location.postcode,
      countryCode: location.country,
      formatted: [location.street, `${location.postcode} ${location.city}`, location.country],
    },
  }
}

export const transferLineFields: Fields<LineOf> = {
  id: ({ line }) => gid('InventoryTransferLineItem', line.id),
  inventoryItem: ({ line }, _, { shop }) => shop.store.need('item', line.itemId),
  title: ({ line }, _, { shop }) => shop.store.need('item', line.itemId).sku,
  totalQuantity: ({ line }) => line.quantity,
  shippableQuantity: ({ of, line }, _, { shop }) => shippable(shop, of, line.itemId),
  processableQuantity: ({ of, line }, _, { shop }) => shippable(shop, of, line.itemId),
  shippedQuantity: ({ of, line }, _, { shop }) => line.quantity - (shippable(shop, of, line.itemId) ?? 0),
  pickedForShipmentQuantity: () => 0,
}

export const shipmentFields: Fields<Shipment> = {
  id: one => gid('InventoryShipment', one.id),
  name: one => one.name,
  status: one => one.status,
  barcode: one => one.barcode,
  tracking: () => null,
  dateCreated: one => dateTime(one.createdAt),
  dateShipped: one => orNull(one.shippedAt),
  dateReceived: one => orNull(one.receivedAt),
  lineItemTotalQuantity: one => one.lines.reduce((sum, line) => sum + line.quantity, 0),
  totalAcceptedQuantity: one => one.lines.reduce((sum, line) => sum + line.accepted, 0),
  totalRejectedQuantity: one => one.lines.reduce((sum, line) => sum + line.rejected, 0),
  totalReceivedQuantity: one => one.lines.reduce((sum, line) => sum + line.accepted + line.rejected, 0),
  lineItems: (one, args: PageArguments) => connection(one.lines, args, ({ id }) => ({ value: id, id })),
  lineItemsCount: one => ({ count: one.lines.length, precision: 'EXACT' }),
}

export const shipmentLineFields: Fields<ShipmentLine> = {
  id: line => gid('InventoryShipmentLineItem', line.id),
  inventoryItem: (line, _, { shop }) => shop.store.need('item', line.itemId),
  quantity: line => line.quantity,
  acceptedQuantity: line => line.accepted,
  rejectedQuantity: line => line.rejected,
  unreceivedQuantity: line => unreceived(line),
}

type ById = { readonly id: string }

export const transferQueries: Fields<unknown> = {
  inventoryTransfer: (_, { id }: ById, { shop }) => {
    const number = idOf(id, 'InventoryTransfer')
    if (number === undefined) throw invalidId(id)
    return shop.store.get('transfer', number) ?? null
  },
  inventoryTransfers: (_, args: PageArguments, { shop }) =>
    connection(shop.store.all('transfer'), args, ({ id }) => ({ value: id, id })),
  inventoryShipment: (_, { id }: ById, { shop }) => {
    const number = idOf(id, 'InventoryShipment')
    if (number === undefined) throw invalidId(id)
    return shop.store.get('shipment', number) ?? null
  },
}

const transfers = {
  scope: 'write_inventory_transfers',
  coded: true,
  empty: { inventoryTransfer: null },
} as const
const shipments = {
  scope: 'write_inventory_shipments',
  coded: true,
  empty: { inventoryShipment: null },
} as const

export const transferMutations: Fields<unknown> = {
  inventoryTransferCreate: mutation<{ input: TransferInput }>(
    'inventoryTransferCreate',
    { ...transfers, idempotent: true },
    (shop, { input }) => createTransfer(shop, input, 'DRAFT'),
  ),
  inventoryTransferCreateAsReadyToShip: mutation<{ input: TransferInput }>(
    'inventoryTransferCreateAsReadyToShip',
    { ...transfers, idempotent: true },
    (shop, { input }) => createTransfer(shop, input, 'READY_TO_SHIP'),
  ),
  inventoryTransferMarkAsReadyToShip: mutation<ById>(
    'inventoryTransferMarkAsReadyToShip',
    transfers,
    (shop, { id }) => markReady(shop, id),
  ),
  inventoryTransferCancel: mutation<ById>('inventoryTransferCancel', transfers, (shop, { id }) =>
    cancelTransfer(shop, id),
  ),
  inventoryShipmentCreate: mutation<{ input: ShipmentInput }>(
    'inventoryShipmentCreate',
    { ...shipments, idempotent: true },
    (shop, { input }) => createShipment(shop, input, 'DRAFT'),
  ),
  inventoryShipmentCreateInTransit: mutation<{ input: ShipmentInput }>(
    'inventoryShipmentCreateInTransit',
    { ...shipments, idempotent: true },
    (shop, { input }) => createShipment(shop, input, 'IN_TRANSIT'),
  ),
  inventoryShipmentMarkInTransit: mutation<ById>(
    'inventoryShipmentMarkInTransit',
    shipments,
    (shop, { id }) => markInTransit(shop, id),
  ),
  inventoryShipmentReceive: mutation<ReceiveArguments>(
    'inventoryShipmentReceive',
    { ...shipments, scope: 'write_inventory_shipments_received_items', idempotent: true },
    receiveShipment,
  ),
}
