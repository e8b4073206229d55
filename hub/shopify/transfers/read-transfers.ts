import { z } from 'zod'
import type { ShopifyClient } from '../api/client.ts'
import {
  SHIPMENT_LINES,
  TRANSFER_IDS,
  TRANSFER_SHIPMENTS,
  TRANSFERS,
  TRANSFERS_BY_ID,
} from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { type PageApart, pagesApart } from '../read-apart.ts'

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const Place = z.object({ location: z.object({ id: z.string() }).nullable() }).nullable()

const Shipment = z.object({
  id: z.string(),
  status: z.string(),
  dateShipped: moment.nullable(),
  dateReceived: moment.nullable(),
  lineItemTotalQuantity: z.int(),
  totalAcceptedQuantity: z.int(),
  totalRejectedQuantity: z.int(),
})
/** Goods of a transfer that travel together. Moments by Shopify's clock in ms: when they left, and when the first of them arrived. */
export type Shipment = z.infer<typeof Shipment>

const Transfer = z.object({
  id: z.string(),
  status: z.string(),
  dateCreated: moment.nullable(),
  origin: Place,
  destination: Place,
  shipments: z.object({ nodes: z.array(Shipment) }),
})
export type Transfer = z.infer<typeof Transfer>

/** The list shows so many shipments of a transfer: there may be more. */
const SHIPMENTS_SHOWN = 5

export const hasMoreShipments = ({ shipments: { nodes } }: Transfer) => nodes.length >= SHIPMENTS_SHOWN

const Transfers = z.object({ inventoryTransfers: page(Transfer) })
const transfers: List<z.infer<typeof Transfers>, Transfer> = {
  operation: {
    name: 'Transfers',
    capability: 'transfers',
    document: TRANSFERS,
    answer: Transfers,
    points: { fixed: 2, perRow: 12 },
  },
  pick: answer => answer.inventoryTransfers,
  lane: 'read',
  most: 25,
}

const ById = z.object({ nodes: z.array(Transfer.nullable()) })
const transfersOfIds = {
  name: 'TransfersById',
  capability: 'transfers',
  document: TRANSFERS_BY_ID,
  answer: ById,
  points: { fixed: 0, perRow: 12 },
} as const

const Ids = z.object({ inventoryTransfers: page(z.object({ id: z.string() })) })
/** How the list is read where Shopify fails on one of its transfers. */
const transfersApart = {
  ids: {
    operation: {
      name: 'TransferIds',
      capability: 'transfers',
      document: TRANSFER_IDS,
      answer: Ids,
      points: { fixed: 2, perRow: 1 },
    },
    pick: (answer: z.infer<typeof Ids>) => answer.inventoryTransfers,
  },
  nodes: transfersOfIds,
  found: (answer: z.infer<typeof ById>) => answer.nodes,
} as const

/** Every transfer but those that Shopify fails on, the newest first, a page at a time. Throws as `ShopifyClient.read` does. */
export function newestTransfers(client: ShopifyClient): AsyncGenerator<PageApart<Transfer>, void, undefined> {
  return pagesApart(client, transfers, transfersApart)
}

/** Some transfers; one that Shopify does not have is missing. Throws as `ShopifyClient.read` does. */
export async function transfersById(
  client: ShopifyClient,
  ids: readonly string[],
): Promise<readonly Transfer[]> {
  if (ids.length === 0) return []
  const { nodes } = await client.read(transfersOfIds, { ids }, 'read')
  return nodes.filter(node => node !== null)
}

const Shipments = z.object({ inventoryTransfer: z.object({ shipments: page(Shipment) }).nullable() })
const shipmentsOf: List<z.infer<typeof Shipments>, Shipment> = {
  operation: {
    name: 'TransferShipments',
    capability: 'transfers',
    document: TRANSFER_SHIPMENTS,
    answer: Shipments,
    points: { fixed: 3, perRow: 1 },
  },
  pick: answer => answer.inventoryTransfer?.shipments ?? null,
  lane: 'read',
  most: 50,
}

/** All shipments of a transfer. Throws as `ShopifyClient.read` does. */
export async function allShipments(client: ShopifyClient, transfer: Transfer): Promise<readonly Shipment[]> {
  if (!hasMoreShipments(transfer)) return transfer.shipments.nodes
  const { id } = transfer
  const all: Shipment[] = []
  for await (const some of pagesOf(client, shipmentsOf, { id })) all.push(...some)
  return all
}

const Line = z.object({
  id: z.string(),
  quantity: z.int(),
  acceptedQuantity: z.int(),
  inventoryItem: z.object({ id: z.string(), tracked: z.boolean() }).nullable(),
})
export type ShipmentLine = z.infer<typeof Line>
const Lines = z.object({ inventoryShipment: z.object({ lineItems: page(Line).nullable() }).nullable() })
const shipmentLines: List<z.infer<typeof Lines>, ShipmentLine> = {
  operation: {
    name: 'ShipmentLines',
    capability: 'transfers',
    document: SHIPMENT_LINES,
    answer: Lines,
    points: { fixed: 3, perRow: 2 },
  },
  pick: answer => answer.inventoryShipment?.lineItems ?? null,
  lane: 'read',
  most: 100,
}

/** What a shipment holds, and what of it arrived. Throws as `ShopifyClient.read` does. */
export async function shipmentLinesOf(
  client: ShopifyClient,
  shipment: string,
): Promise<readonly ShipmentLine[]> {
  const lines: ShipmentLine[] = []
  for await (const some of pagesOf(client, shipmentLines, { id: shipment })) lines.push(...some)
  return lines
}
