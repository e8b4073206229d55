import { describeError } from '../../../shared/errors.ts'
import { type Db, insertRows, type Tx, transaction } from '../../db/db.ts'
import type { Schema } from '../../db/schema.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { mappedSkus } from '../../items/item-table.ts'
import type { Signals } from '../../signals.ts'
import { readPlaces } from '../../stock/places.ts'
import { bookedCauses, bookShopMovements } from '../../stock/shop-movements.ts'
import { movementsOfShipment, type ShipmentGoods } from '../../stock/transfer-goods.ts'
import type { ShopifyClient } from '../api/client.ts'
import { noteFailing } from '../note-failing.ts'
import { failsOnThing } from '../one-thing.ts'
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
  for (const id of await followNewest(work, locations, failing)) left.delete(id)
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
 * Walks the list until nothing is new. A walk that was interrupted after it noted new ones has left others behind them: then the next one
 * goes on past those that it knows. @returns those that were listed
 */
async function followNewest(
  work: TransferWork,
  locations: ReadonlySet<string>,
  failing: Map<string, string>,
): Promise<ReadonlySet<string>> {
  const { db, client, now } = work
  const listed = new Set<string>()
  const wasWhole = (await readSetting(db, WALK)) === 'whole'
  let isMarked = wasWhole
  for await (const { nodes, failing: unread } of newestTransfers(client)) {
    const changed = (await changedOf(db, nodes)).length + unread.size
    if (changed > 0 && isMarked) {
      await markWalk(db, 'under-way')
      isMarked = false
    }
    for (const { id } of nodes) listed.add(id)
    await followSome(work, nodes, locations, failing)
    for (const [id, problem] of unread) {
      listed.add(id)
      failing.set(id, problem)
      await noteUnread(db, id)
    }
    const isOld = nodes.some(one => one.dateCreated !== null && one.dateCreated < now() - LOOK_BACK_MS)
    if (isOld || (changed === 0 && wasWhole)) break
  }
  if (!isMarked) await markWalk(db, 'whole')
  return listed
}

/** Whether the last walk through the list came to its end. */
const WALK = 'shopify.transfers.walk'

function markWalk(db: Db, how: 'under-way' | 'whole'): Promise<void> {
  return transaction(db, tx => writeSetting(tx, WALK, how))
}

interface Changed {
  readonly transfer: Transfer
  readonly before: Row | undefined
}

/** Those that have changed since they were read last, or that may have. */
async function changedOf(db: Db, some: readonly Transfer[]): Promise<readonly Changed[]> {
  if (some.length === 0) return []
  const ids = some.map(one => one.id)
  const rows = await db.selectFrom('followed_transfer').selectAll().where('transfer_id', 'in', ids).execute()
  const known = new Map(rows.map(row => [row.transfer_id, row]))
  return some
    .map(transfer => ({ transfer, before: known.get(transfer.id) }))
    .filter(
      ({ transfer, before }) =>
        before?.content !== contentOf(transfer) || (before.is_open === 1 && hasMoreShipments(transfer)),
    )
}

/** One that could not be read is asked for again by its id. */
async function noteUnread(db: Db, id: string, before?: Row): Promise<void> {
  const row = { transfer_id: id, content: '', is_open: 1, read_at: before?.read_at ?? 0 }
  await transaction(db, tx => noteTransfer(tx, row))
}

/**
 * @param failing the transfers that Shopify fails on, with why: those are tried again the next time
 */
async function followSome(
  work: TransferWork,
  some: readonly Transfer[],
  locations: ReadonlySet<string>,
  failing: Map<string, string>,
): Promise<void> {
  for (const { transfer, before } of await changedOf(work.db, some)) {
    const concerns = [transfer.origin, transfer.destination].some(at => locations.has(at?.location?.id ?? ''))
    try {
      await followOne(work, transfer, before, concerns)
    } catch (failure) {
      if (!(await failsOnThing(work.client, failure))) throw failure
      failing.set(transfer.id, describeError(failure).sentence)
      await noteUnread(work.db, transfer.id, before)
    }
  }
}

/** What tells whether goods have moved since. */
const contentOf = ({ status, shipments: { nodes } }: Transfer) =>
  JSON.stringify([
    status,
    ...nodes.map(one => [
      one.id,
      one.status,
      one.lineItemTotalQuantity,
      one.totalAcceptedQuantity,
      one.totalRejectedQuantity,
    ]),
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
  const ids = goods.map(one => one.id)
  const sent = Map.groupBy(await bookedCauses(db, 'transfer-sent', ids), one => one.cause)
  const arrived = Map.groupBy(await bookedCauses(db, 'transfer-received', ids), one => one.cause)
  const told = goods.flatMap(one =>
    movementsOfShipment(one, { sent: sent.get(one.id) ?? [], arrived: arrived.get(one.id) ?? [] }),
  )
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
  { id, dateShipped, dateReceived, lineItemTotalQuantity }: Shipment,
  before: Row | undefined,
): Promise<ShipmentGoods> {
  const lines = await shipmentLinesOf(client, id)
  // Shopify tells when a shipment left and when the first of it arrived: what was changed or came after the last reading did so then
  const readBefore = before === undefined ? 0 : before.read_at - (client.clockAheadMs() ?? 0)
  return {
    id,
    origin: origin?.location?.id ?? null,
    destination: destination?.location?.id ?? null,
    shippedAt: dateShipped,
    changedAt: dateShipped === null ? null : Math.max(dateShipped, readBefore),
    receivedAt: dateReceived === null ? null : Math.max(dateReceived, readBefore),
    isWhole: lines.reduce((sum, one) => sum + one.quantity, 0) === lineItemTotalQuantity,
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
