import { describeError } from '../../../shared/errors.ts'
import { type Db, insertRows, type Tx, transaction } from '../../db/db.ts'
import type { Schema } from '../../db/schema.ts'
import { mappedSkus } from '../../items/item-table.ts'
import type { Signals } from '../../signals.ts'
import { readPlaces } from '../../stock/places.ts'
import { bookedCauses, bookShopMovements } from '../../stock/shop-movements.ts'
import { movementsOfShipment, type ShipmentGoods } from '../../stock/transfer-goods.ts'
import type { ShopifyClient } from '../api/client.ts'
import { noteFailing } from '../note-failing.ts'
import { isAboutOneThing } from '../one-thing.ts'
import type { IntakeTurns } from '../orders/intake-turns.ts'
import { readApart } from '../read-apart.ts'
import {
  allShipments,
  hasMoreShipments,
  newestTransfers,
  type Shipment,
  shipmentLinesOf,
  type Transfer,
  transfersById,
} from './read-transfers.ts'

interface TransferWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly signals: Signals
  readonly turns: IntakeTurns
  readonly now: () => number
}

/** Transfers that were made longer ago are followed only if the hub knows them as open. */
const LOOK_BACK_MS = 90 * 86_400_000
/** So many that are open are read at a time. */
const OPEN_A_READING = 25
/** Nothing more becomes of these. */
const ENDED = new Set(['TRANSFERRED', 'CANCELED'])
/** Goods of these have left. */
const LEFT = new Set(['IN_TRANSIT', 'PARTIALLY_RECEIVED', 'RECEIVED'])

type Row = Schema['followed_transfer']

/**
 * Follows what Shopify's transfers do to the stock of the hub's places. Shopify does not tell when a transfer changed: the newest are
 * listed, and those that were open are read again. Throws as `ShopifyClient.read` does.
 */
export async function followTransfers(work: TransferWork): Promise<void> {
  const { db, client, now } = work
  const { places } = await readPlaces(db)
  const locations = new Set(places.map(place => place.location))
  if (locations.size === 0) return
  const open = await db
    .selectFrom('followed_transfer')
    .select('transfer_id')
    .where('is_open', '=', 1)
    .execute()
  const left = new Set(open.map(row => row.transfer_id))
  const failing = new Map<string, string>()
  for await (const page of newestTransfers(client)) {
    for (const transfer of page) left.delete(transfer.id)
    const changed = await followSome(work, page, locations, failing)
    const isOld = page.some(one => one.dateCreated !== null && one.dateCreated < now() - LOOK_BACK_MS)
    if (isOld || changed === 0) break
  }
  const ids = [...left]
  for (let start = 0; start < ids.length; start += OPEN_A_READING) {
    const some = ids.slice(start, start + OPEN_A_READING)
    const found: Transfer[] = []
    const unread = await readApart(client, some, async few => {
      found.push(...(await transfersById(client, few)))
    })
    for (const [id, problem] of unread) failing.set(id, problem)
    await followSome(work, found, locations, failing)
    const gone = some.filter(id => !unread.has(id) && !found.some(one => one.id === id))
    await endTransfers(db, gone)
  }
  await noteFailing(db, 'transfers', failing, now())
}

/**
 * @param failing the transfers that Shopify fails on, with why: those are tried again the next time
 * @returns how many of them had changed since they were read last
 */
async function followSome(
  work: TransferWork,
  some: readonly Transfer[],
  locations: ReadonlySet<string>,
  failing: Map<string, string>,
): Promise<number> {
  if (some.length === 0) return 0
  const ids = some.map(one => one.id)
  const rows = await work.db
    .selectFrom('followed_transfer')
    .selectAll()
    .where('transfer_id', 'in', ids)
    .execute()
  const known = new Map(rows.map(row => [row.transfer_id, row]))
  let changed = 0
  for (const transfer of some) {
    const before = known.get(transfer.id)
    const concerns = [transfer.origin, transfer.destination].some(at => locations.has(at?.location?.id ?? ''))
    if (before?.content === contentOf(transfer) && before.is_open === 0) continue
    if (before?.content === contentOf(transfer) && !hasMoreShipments(transfer)) continue
    changed += 1
    try {
      await followOne(work, transfer, before, concerns)
    } catch (failure) {
      if (!(await isAboutOneThing(work.client, failure))) throw failure
      failing.set(transfer.id, describeError(failure).sentence)
      const row = { transfer_id: transfer.id, content: '', is_open: 1, read_at: before?.read_at ?? 0 }
      await transaction(work.db, tx => noteTransfer(tx, row))
    }
  }
  return changed
}

/** What tells whether goods have moved since. */
const contentOf = ({ status, shipments: { nodes } }: Transfer) =>
  JSON.stringify([
    status,
    ...nodes.map(one => [one.id, one.status, one.totalAcceptedQuantity, one.totalRejectedQuantity]),
  ])

async function followOne(
  work: TransferWork,
  transfer: Transfer,
  before: Row | undefined,
  concerns: boolean,
): Promise<void> {
  const { db, client, signals, turns, now } = work
  const readAt = now()
  const goods: ShipmentGoods[] = []
  if (concerns)
    for (const shipment of await allShipments(client, transfer))
      if (LEFT.has(shipment.status)) goods.push(await readGoods(client, transfer, shipment, before))
  const booked = Map.groupBy(
    await bookedCauses(
      db,
      'transfer-received',
      goods.map(one => one.id),
    ),
    one => one.cause,
  )
  const told = goods.flatMap(one => movementsOfShipment(one, booked.get(one.id) ?? []))
  const row = {
    transfer_id: transfer.id,
    content: contentOf(transfer),
    is_open: ENDED.has(transfer.status) ? 0 : 1,
    read_at: readAt,
  }
  const stores = await turns.writing(async () => {
    turns.touch((await mappedSkus(db, [...new Set(told.map(({ item }) => item))])).values())
    return transaction(db, async tx => {
      await noteTransfer(tx, row)
      return bookShopMovements(tx, told, readAt)
    })
  })
  for (const store of stores) signals.say('now', store)
}

async function readGoods(
  client: ShopifyClient,
  { origin, destination }: Transfer,
  { id, dateShipped, dateReceived }: Shipment,
  before: Row | undefined,
): Promise<ShipmentGoods> {
  const lines = await shipmentLinesOf(client, id)
  // Shopify tells when the first of a shipment arrived: what came after the last reading came no earlier than that
  const readBefore = before === undefined ? 0 : before.read_at - (client.clockAheadMs() ?? 0)
  return {
    id,
    origin: origin?.location?.id ?? null,
    destination: destination?.location?.id ?? null,
    shippedAt: dateShipped,
    receivedAt: dateReceived === null ? null : Math.max(dateReceived, readBefore),
    lines: lines.map(line => ({
      id: line.id,
      item: line.inventoryItem?.tracked === true ? line.inventoryItem.id : null,
      quantity: line.quantity,
      accepted: line.acceptedQuantity,
    })),
  }
}

function noteTransfer(tx: Tx, row: Row): Promise<void> {
  return insertRows(tx, 'followed_transfer', [row], {
    key: ['transfer_id'],
    replace: ['content', 'is_open', 'read_at'],
  })
}

/** Those that Shopify does not have any more are not asked for again. */
async function endTransfers(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await transaction(db, tx =>
    tx.updateTable('followed_transfer').set({ is_open: 0 }).where('transfer_id', 'in', ids).execute(),
  )
}
