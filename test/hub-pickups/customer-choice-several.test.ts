import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { shown } from './at-the-till.ts'
import { answer, askingShop, bag, goOn, look, missItem, money, mug, parts } from './customer-asked.ts'

const [harbour, , market] = tills
/** Staff find these. */
const found = 'CANDLE-SM'

/** An order in two parts, both short: its customer is asked about a mug, and about a bag. */
async function askedTwice(hub: ShopAndHub, where: 'one store' | 'two stores') {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [mug, found, bag].map(sku => ({ sku, quantity: sku === found ? 2 : 1 })),
    customer: { name: 'Ada Byron' },
  })
  await hub.poll()
  const whole = Number(fulfillmentOrders[0]?.id.split('/').at(-1))
  const lines = [bag, found].map(line => ({ line, quantity: 1 }))
  if (where === 'one store') hub.shop.act(name, { do: 'split', fulfilmentOrder: whole, lines })
  else hub.shop.act(name, { do: 'move', fulfilmentOrder: whole, to: 'MKT', lines })
  await look(hub)
  const pickups = { mug: '', bag: '' }
  for (const { id } of hub.shop.order(name).fulfillmentOrders) {
    const skus: readonly (string | null)[] = (await shown(hub, id))?.lines.map(({ sku }) => sku) ?? []
    if (skus.includes(mug)) pickups.mug = id
    if (skus.includes(bag)) pickups.bag = id
  }
  await missItem(hub, pickups.mug, harbour, mug)
  await hub.writeAll()
  await look(hub)
  await missItem(hub, pickups.bag, where === 'one store' ? harbour : market, bag)
  await hub.writeAll()
  await look(hub)
  const [first, second] = await questions(hub)
  if (first === undefined || second === undefined) throw new Error('two questions were to be asked')
  return { name, pickups, first, second }
}

const questions = (hub: ShopAndHub) =>
  hub.db.selectFrom('customer_question').selectAll().orderBy('asked_at').orderBy('id').execute()
const states = async (hub: ShopAndHub) => (await questions(hub)).map(({ state }) => state)
/** What head office reads, by the question. */
const said = async (hub: ShopAndHub) => {
  const open = await openExceptions(hub)
  return new Map(open.map(({ subject, sentence }) => [subject.split('/choice/')[1] ?? subject, sentence]))
}

const places = ['one store', 'two stores'] as const

test.each(places)(
  'each question of an order has its own exception, and its link at its pickups: %s',
  async where => {
    await using hub = await askingShop()
    const { pickups, first, second } = await askedTwice(hub, where)
    const open = await said(hub)
    expect([...open.keys()].toSorted()).toEqual([first.id, second.id].toSorted())
    for (const [question, pickup] of [
      [first, pickups.mug],
      [second, pickups.bag],
    ] as const) {
      expect(open.get(question.id)).toContain(question.link)
      for (const at of [pickup, question.part])
        expect((await shown(hub, at))?.asked).toMatchObject({ link: question.link, chosen: null })
    }
  },
)

test.each(places)(
  'a choice that is left or done is not overwritten by the other question: %s',
  async where => {
    await using hub = await askingShop()
    const { name, pickups, first, second } = await askedTwice(hub, where)
    await answer(hub, first.id, 'deliver')
    await answer(hub, second.id, 'cancel')
    await goOn(hub)
    expect(await states(hub)).toEqual(['left', 'done'])
    expect(money(hub, name).refunds).toBe(1)
    const open = await said(hub)
    expect([...open.keys()]).toEqual([first.id])
    expect(open.get(first.id)).toContain('chose to have them delivered')
    expect((await shown(hub, pickups.mug))?.asked?.chosen).toMatchObject({ choice: 'deliver', state: 'left' })
    expect((await shown(hub, pickups.bag))?.asked?.chosen).toMatchObject({ choice: 'cancel', state: 'done' })
  },
)

test.each(places)(
  'both are paid back, one after the other, also where an answer is lost: %s',
  async where => {
    await using hub = await askingShop()
    const { name, first, second } = await askedTwice(hub, where)
    for (const { id } of [first, second]) expect((await answer(hub, id, 'cancel')).is).toBe('noted')
    hub.shop.faults.set({ kind: 'lost-answer', operation: 'refundCreate' })
    await hub.write()
    expect(await states(hub)).toEqual(['chosen', 'chosen'])
    await hub.restart()
    await goOn(hub, 6)
    expect(await states(hub)).toEqual(['done', 'done'])
    expect(money(hub, name).refunds).toBe(2)
    expect(parts(hub, name).map(({ status }) => status)).not.toContain('ON_HOLD')
    expect(await openExceptions(hub)).toEqual([])
  },
)

test('what others paid back since the first choice was carried out keeps the second one from it', async () => {
  await using hub = await askingShop()
  const { name, first, second } = await askedTwice(hub, 'two stores')
  await answer(hub, first.id, 'cancel')
  await goOn(hub)
  hub.shop.act(name, { do: 'refund', lines: [], minor: 100 })
  await answer(hub, second.id, 'cancel')
  await goOn(hub)
  expect(await states(hub)).toEqual(['done', 'left'])
  expect((await said(hub)).get(second.id)).toContain('paid back before')
})

test('items that head office takes off end their question, and not the other one', async () => {
  await using hub = await askingShop()
  const { name, first, second } = await askedTwice(hub, 'one store')
  hub.shop.act(name, { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' })
  for (let again = 0; again < 2; again += 1) await look(hub)
  expect(await states(hub)).toEqual(['over', 'open'])
  expect([...(await said(hub)).keys()]).toEqual([second.id])
  expect((await answer(hub, first.id, 'cancel')).is).toBe('answered')
})
