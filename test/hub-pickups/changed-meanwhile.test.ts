import { expect, test } from 'vitest'
import { z } from 'zod'
import { transaction } from '../../hub/db/db.ts'
import { planWrite } from '../../hub/outbox/writes.ts'
import { sendPickupWrite } from '../../hub/shopify/pickups/pickup-writes.ts'
import { numberOfGid } from '../../hub/stock/movement-key.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { openExceptions, type ShopAndHub, shopAndHub, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const sku = 'MUG-BLU'
const added = 'TOTE-NAT'

async function look(hub: ShopAndHub, times = 2): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    hub.advance(2_000)
    await hub.poll()
    await hub.writeAll()
  }
}

/** An order of three mugs that its store knows. */
async function threeMugs(hub: ShopAndHub) {
  const lines = [{ sku, quantity: 3 }]
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines,
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  return { name, pickup, fulfilmentOrder: numberOf(pickup) }
}

async function handOver(hub: ShopAndHub, pickup: string): Promise<void> {
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
}

/** Ledger and Shopify have the same in both stores; and so many are in the first. */
async function agree(hub: ShopAndHub, item: string, onHand: number, committed = 0): Promise<void> {
  const { shopify, ledger } = await bothSides(hub, item)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toEqual({ onHand, committed })
}

test('the first of two parts is cancelled: the second, which went out before, does not stand in for it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
  const one = { do: 'fulfil' as const, fulfilmentOrder, lines: [{ line: sku, quantity: 1 }] }
  for (const part of [one, one]) {
    hub.shop.act(name, part)
    await look(hub, 1)
  }
  const fulfilment = numberOf(hub.shop.order(name).fulfillments[0]?.id)
  hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment })
  await look(hub)
  await agree(hub, sku, 179, 2)
  const notice = { code: 'may-be-collected', goods: '1 × Stoneware mug' }
  expect(await shown(hub, pickup)).toMatchObject({ lines: [{ units: 2 }], notice })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'hand-over-cancelled' }])
})

test('handed over and cancelled twice: the goods are named once, and not at all after the third time', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await threeMugs(hub)
  for (let round = 0; round < 2; round += 1) {
    hub.shop.act(name, { do: 'fulfil' })
    await look(hub, 1)
    const fulfilment = numberOf(hub.shop.order(name).fulfillments.at(-1)?.id)
    hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment })
    await look(hub, 1)
  }
  const [named, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(named?.sentence).toContain('(3 × Stoneware mug (MUG-BLU), handed over by')
  hub.shop.act(name, { do: 'fulfil' })
  await look(hub)
  expect(await openExceptions(hub)).toEqual([])
  await agree(hub, sku, 177)
})

test.each(['nothing', 'part', 'till'] as const)(
  'an item is added to an order and handed over in Shopify before the hub looks (%s was left)',
  async left => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
    if (left === 'till') await handOver(hub, pickup) // it does not know of the new item
    hub.shop.act(name, { do: 'edit', add: [{ sku: added, quantity: 2 }] })
    const part = { fulfilmentOrder, lines: [{ line: added, quantity: 1 }] }
    hub.shop.act(name, { do: 'fulfil', ...(left === 'part' ? part : {}) })
    if (left === 'till') await hub.writeAll()
    await look(hub)
    await agree(hub, sku, left === 'part' ? 180 : 177, left === 'part' ? 3 : 0)
    await agree(hub, added, left === 'part' ? 219 : 218, left === 'part' ? 1 : 0)
  },
)

const Track = z.object({ inventoryItemUpdate: z.object({ userErrors: z.array(z.object({})) }) })
/** Staff of the shop switch an item's "track quantity". */
async function track(hub: ShopAndHub, tracked: boolean): Promise<void> {
  const { inventory_item_id: id } = await hub.db
    .selectFrom('item')
    .select('inventory_item_id')
    .where('sku', '=', sku)
    .executeTakeFirstOrThrow()
  const result = await hub.client.write(
    {
      name: 'Track',
      document: `mutation Track($id: ID!, $tracked: Boolean!) {
        inventoryItemUpdate(id: $id, input: { tracked: $tracked }) { userErrors { field message } }
      }`,
      answer: Track,
      points: { fixed: 10, perRow: 0 },
      userErrors: () => [],
    },
    { id, tracked },
    'pickup',
  )
  expect(result).toMatchObject({ kind: 'answered' })
}

test.each([
  { before: true, onHand: 177 },
  { before: false, onHand: 180 },
])('an item whose quantity is tracked ($before) when ordered, and not so when handed over', async of => {
  await using hub = await shopAndHub()
  await hub.sync()
  await track(hub, of.before)
  const { name, pickup } = await threeMugs(hub)
  await track(hub, !of.before)
  hub.shop.act(name, { do: 'hold' })
  await look(hub, 1)
  hub.shop.act(name, { do: 'release' })
  await look(hub, 1)
  await handOver(hub, pickup)
  await look(hub)
  await agree(hub, sku, of.onHand)
})

test.each(['handed over there', 'open there'] as const)(
  'moved to another store while a till hands it over, and %s: the ledger follows Shopify and nothing stays promised',
  async then => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
    hub.shop.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })
    if (then === 'handed over there') hub.shop.act(name, { do: 'fulfil' })
    await handOver(hub, pickup) // before the hub has read the move
    for (let time = 0; time < 2; time += 1) {
      hub.advance(2_000)
      await hub.poll() // the order is not read again after that
    }
    await hub.writeAll()
    await look(hub)
    // the till handed the goods over: they have left its store, wherever Shopify has them as fulfilled
    await agree(hub, sku, 177)
    expect((await bothSides(hub, sku)).ledger[1]).toEqual({ onHand: 160, committed: 0 })
    expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['handed-over-after-move'])
  },
)

test.each([
  { shownAfter: 'one is handed over in Shopify', thenOff: 'refund', onHand: 177 },
  { shownAfter: 'one is refunded', thenOff: 'fulfil', onHand: 178 },
])(
  'three mugs, of which a till shows two after $shownAfter, and hands both over after a $thenOff',
  async of => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
    const lines = [{ line: sku, quantity: 1 }]
    const fulfil = () => hub.shop.act(name, { do: 'fulfil', fulfilmentOrder, lines })
    const refund = () => hub.shop.act(name, { do: 'refund', lines, restock: 'CANCEL' })
    const [first, second] = of.thenOff === 'refund' ? [fulfil, refund] : [refund, fulfil]
    first()
    await look(hub)
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    const there = await shown(hub, pickup)
    expect(there).toMatchObject({ state: 'ready', lines: [{ units: 2 }] })
    second()
    await look(hub)
    await press(hub, pickup, 'collect', undefined, there)
    await look(hub)
    await agree(hub, sku, of.onHand)
    const kinds = (await openExceptions(hub)).map(({ kind }) => kind)
    expect(kinds).toEqual(of.thenOff === 'refund' ? ['cancelled-but-collected'] : [])
  },
)

test('ended by Shopify under an older version, handed over by a till that was offline: its units leave stock once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await threeMugs(hub)
  await press(hub, pickup, 'pick')
  const there = await shown(hub, pickup)
  hub.shop.act(name, { do: 'fulfil' })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled' })
  // as an older version left it: booked without a name, with all of its units due
  await transaction(hub.db, async tx => {
    await tx.deleteFrom('pickup_fulfillment').execute()
    await tx
      .updateTable('movement')
      .set({ kind: movementKinds['hand-over'], cause: numberOfGid(pickup) })
      .where('kind', '=', movementKinds.fulfillment)
      .execute()
    const { lines_json } = await tx.selectFrom('pickup').select('lines_json').executeTakeFirstOrThrow()
    const older = lines_json.replace('"quantity":0', '"quantity":3').replace('"fulfilled":3', '"fulfilled":0')
    expect(older).not.toBe(lines_json)
    await tx.updateTable('pickup').set({ lines_json: older }).execute()
  })
  await hub.restart()
  for (const move of ['finish', 'collect'] as const) await press(hub, pickup, move, undefined, there)
  await look(hub)
  await agree(hub, sku, 177)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
})

test('more lines than Shopify takes in one list are handed over in parts', async () => {
  await using hub = await shopAndHub()
  const fulfillmentOrder = 'gid://shopify/FulfillmentOrder/1'
  const due = new Map(Array.from({ length: 251 }, (_, n) => [`line-${n}`, 1]))
  const made: Map<string, number>[] = []
  const page = <T>(nodes: readonly T[]) => ({ nodes, pageInfo: { hasNextPage: false, endCursor: null } })
  const time = { createdAt: 0, updatedAt: 0, location: null }
  /** A shop with this fulfilment order alone. */
  Object.assign(hub.client, {
    read: async ({ name }: { name: string }, { id }: { id: string }) => {
      if (name === 'Fulfillment') {
        const lines = [...(made[Number(id)] ?? [])].map(([line, quantity]) => ({
          quantity,
          lineItem: { id: line },
        }))
        const of = { id, status: 'SUCCESS', ...time, fulfillmentOrders: { nodes: [] } }
        return { fulfillment: { ...of, fulfillmentLineItems: page(lines) } }
      }
      const lines = [...due].map(([line, left]) => ({
        ...{ id: line, lineItem: { id: line }, totalQuantity: 1, remainingQuantity: left },
      }))
      const fulfillments = page(made.map((_, n) => ({ id: String(n) })))
      return { fulfillmentOrder: { id, orderId: 'o', status: 'OPEN', fulfillments, lineItems: page(lines) } }
    },
    write: async (_: unknown, { fulfillment }: { fulfillment: Asked }) => {
      const lines = fulfillment.lineItemsByFulfillmentOrder.flatMap(one => one.fulfillmentOrderLineItems)
      if (lines.length > 250) return { kind: 'invalid', problem: 'The input array is too long.' }
      made.push(new Map(lines.map(({ id, quantity }) => [id, quantity])))
      for (const { id, quantity } of lines) due.set(id, (due.get(id) ?? 0) - quantity)
      const of = { id: String(made.length - 1), status: 'SUCCESS', ...time }
      return { kind: 'answered', data: { fulfillmentCreate: { fulfillment: of, userErrors: [] } } }
    },
  })
  const lines = [...due.keys()].map(id => ({ id, quantity: 1 }))
  const plan = { kind: 'collected', store: 'HAR', subject: fulfillmentOrder, key: 'k' } as const
  const request = { fulfillmentOrder, lines, before: [], lost: [] }
  const id = await transaction(hub.db, tx => planWrite(tx, { ...plan, request, now: hub.world.clock.now() }))
  await sendPickupWrite(hub, id)
  expect(made.map(({ size }) => size)).toEqual([250, 1])
  expect(new Set(due.values())).toEqual(new Set([0]))
  expect(await writesOf(hub)).toMatchObject([{ state: 'confirmed' }])
})

interface Asked {
  readonly lineItemsByFulfillmentOrder: readonly {
    readonly fulfillmentOrderLineItems: readonly { readonly id: string; readonly quantity: number }[]
  }[]
}
