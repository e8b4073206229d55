import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, shown } from './at-the-till.ts'
import {
  expire,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  look,
  MUG,
  makeReady,
  open,
  paidBack,
} from './uncollected.ts'

const OAT = 'MUG-OAT'
const [till, , market] = tills

/** Three mugs and two of another item, as a pickup each. */
async function twoParts(hub: ShopAndHub, other: 'HAR' | 'MKT') {
  const sku = OAT
  const { name } = hub.shop.createOrder({
    location: 'HAR',
    lines: [
      { sku: MUG, quantity: 3 },
      { sku, quantity: 2, to: other },
    ],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const [whole, ...more] = hub.shop.order(name).fulfillmentOrders
  if (more.length === 0) {
    const fulfilmentOrder = numberOf(whole?.id)
    hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: sku, quantity: 2 }] })
    await look(hub)
  }
  const parts = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
  let mugs = ''
  for (const id of parts)
    if ((await shown(hub, id))?.lines.some(line => line.sku === MUG && line.units === 3)) mugs = id
  const rest = parts.find(id => id !== mugs && id !== '') ?? ''
  await makeReady(hub, mugs)
  await makeReady(hub, rest, other === 'HAR' ? till : market)
  return { name, mugs, rest }
}

const noMugs = (): Parameters<ShopAndHub['shop']['act']>[1] => ({
  do: 'edit',
  set: [{ line: MUG, quantity: 0 }],
  add: [],
})

async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(60_000)
    await hub.poll()
    await hub.write()
  }
}

test.each(['HAR', 'MKT'] as const)(
  'an order of two pickups that expired is paid back (the other at %s)',
  async other => {
    await using hub = await open()
    const { name } = await twoParts(hub, other)
    await expire(hub)
    await minutes(hub, 35)
    expect(inShopify(hub, name)).toEqual(paidBack)
    expect(await openExceptions(hub)).toEqual([])
  },
)

test.each([
  { how: 'an edit', other: 'HAR' },
  { how: 'an edit', other: 'MKT' },
  { how: 'a refund of no money', other: 'MKT' },
] as const)(
  'nothing is paid back of two pickups once $how has taken one off (the other at $other)',
  async ({ how, other }) => {
    await using hub = await open()
    const { name } = await twoParts(hub, other)
    await expire(hub)
    hub.advance(60_000)
    const lines = [{ line: MUG, quantity: 3 }]
    if (how === 'an edit') hub.shop.act(name, noMugs())
    else hub.shop.act(name, { do: 'refund', lines, restock: 'CANCEL', minor: 0 })
    await hub.poll()
    await minutes(hub, 40)
    expect(inShopify(hub, name)).toEqual({ isCancelled: false, refunds: how === 'an edit' ? 0 : 1 })
    const sentences = (await openExceptions(hub)).map(({ sentence }) => sentence)
    expect(sentences).toEqual([expect.stringContaining('was changed in Shopify after it had expired')])
  },
)

test('nor while the hub has not read the order since: one question, and it is not paid back', async () => {
  await using hub = await open()
  const { name } = await twoParts(hub, 'HAR')
  await expire(hub)
  hub.advance(HALF_HOUR_MS - 1000)
  hub.shop.act(name, noMugs())
  hub.advance(2000)
  for (let time = 0; time < 5; time += 1) {
    hub.advance(15_000)
    await hub.write()
  }
  await isAsked(hub, name, 'was changed in Shopify after it had expired')
})
