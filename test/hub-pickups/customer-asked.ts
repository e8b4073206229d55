import { transaction } from '../../hub/db/db.ts'
import { chooseOption } from '../../hub/pickups/customer-choice/choose.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { stores } from '../sandbox/catalogue.ts'
import { press, shown } from './at-the-till.ts'

export const mug = 'MUG-BLU'
export const bag = 'TOTE-NAT'
/** The market store, as customers choose it. */
export const atMarket = `gid://shopify/Location/${stores.find(({ code }) => code === 'MKT')?.shopifyLocationId}`
/** The missing mug, held at the harbour store while its customer is asked. */
export const held = { at: 'HAR', status: 'ON_HOLD', units: [1] }

/** Stores whose customers are asked what becomes of missing items. */
export async function askingShop(options: Parameters<typeof shopAndHub>[0] = {}): Promise<ShopAndHub> {
  const hub = await shopAndHub(options)
  await hub.sync()
  for (const store of ['HAR', 'MKT'])
    await transaction(hub.db, tx =>
      agree(tx, { store, terms: { shortLines: 'ask' }, by: 'Kim', why: 'test' }, hub.world.clock.now()),
    )
  return hub
}

/** The hub looks at Shopify, and tells it what is due. */
export async function look(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

/** An order of mugs and a bag, of which the harbour store finds the bag, and so many of the mugs. */
export async function shortPick(
  hub: ShopAndHub,
  { mugs: ordered, found }: { readonly mugs: number; readonly found: number } = { mugs: 1, found: 0 },
) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [
      { sku: mug, quantity: ordered },
      { sku: bag, quantity: 1 },
    ],
    customer: { name: 'Ada Byron' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  const [mugs = '', bags = ''] = (await shown(hub, pickup))?.lines.map(({ id }) => id) ?? []
  const lines = [...(found > 0 ? [{ pickupLine: mugs, units: found }] : []), { pickupLine: bags, units: 1 }]
  const missing = [{ pickupLine: mugs, units: ordered - found, reason: 'not-on-shelf' as const, said: null }]
  await press(hub, pickup, 'finish', tills[0], undefined, { lines, missing })
  return { name, pickup }
}

/** Staff find all of a pickup but one item. */
export async function missItem(
  hub: ShopAndHub,
  pickup: string,
  till: (typeof tills)[number],
  sku: string,
): Promise<void> {
  await press(hub, pickup, 'pick', till)
  const lines = (await shown(hub, pickup))?.lines ?? []
  const rest = lines.filter(line => line.sku !== sku)
  const missing = lines.filter(line => line.sku === sku)
  await press(hub, pickup, 'finish', till, undefined, {
    lines: rest.map(({ id, units }) => ({ pickupLine: id, units })),
    missing: missing.map(({ id, units }) => ({ pickupLine: id, units, reason: 'not-on-shelf', said: null })),
  })
}

/** The one question that was asked. */
export async function onlyQuestion(hub: ShopAndHub) {
  const rows = await hub.db.selectFrom('customer_question').selectAll().execute()
  const [row, ...others] = rows
  if (row === undefined || others.length > 0) throw new Error(`${rows.length} questions`)
  return row
}

/** The customer is asked about a mug that the harbour store could not find. */
export async function asked(hub: ShopAndHub, picked?: Parameters<typeof shortPick>[1]) {
  const found = await shortPick(hub, picked)
  await hub.writeAll()
  await look(hub)
  return { ...found, id: (await onlyQuestion(hub)).id }
}

/** What head office reads in its open exceptions. */
export const sentence = async (hub: ShopAndHub) =>
  (await openExceptions(hub)).map(one => one.sentence).join('\n')

/** The fulfilment orders of an order in Shopify that have something to do. */
export const parts = (hub: ShopAndHub, name: string) =>
  hub.shop
    .order(name)
    .fulfillmentOrders.map(one => ({
      at: one.location,
      status: one.status,
      units: one.lines.filter(({ remaining }) => remaining > 0).map(({ remaining }) => remaining),
    }))
    .filter(({ units }) => units.length > 0)

export const answer = (hub: ShopAndHub, id: string, text: string) =>
  transaction(hub.db, tx => chooseOption(tx, id, text, hub.world.clock.now()))

const ROUND_MS = 61_000

/** The hub does what is due, again and again. */
export async function goOn(hub: ShopAndHub, rounds = 4): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await hub.write()
    hub.advance(ROUND_MS)
    await hub.poll()
  }
}

/** How much was paid back of an order in Shopify, by how many refunds. */
export const money = (hub: ShopAndHub, name: string) => {
  const { refunds, money: sums } = hub.shop.order(name)
  return { refunds: refunds.length, minor: sums.refunded }
}

/** The fulfilment order that the hub holds. */
export const heldPart = (hub: ShopAndHub, name: string) =>
  hub.shop.order(name).fulfillmentOrders.find(({ status }) => status === 'ON_HOLD')?.id ?? ''
