import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { chooseOption } from '../../hub/pickups/customer-choice/choose.ts'
import { LINK_MS, readQuestion } from '../../hub/pickups/customer-choice/questions.ts'
import { openExceptions, type ShopAndHub } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import { askingShop, look, mug, onlyQuestion, parts, shortPick } from './customer-asked.ts'

const answer = (hub: ShopAndHub, id: string, text: string) =>
  transaction(hub.db, tx => chooseOption(tx, id, text, hub.world.clock.now()))

const heldPart = (hub: ShopAndHub, name: string): string =>
  hub.shop.order(name).fulfillmentOrders.find(({ status }) => status === 'ON_HOLD')?.id ?? ''

test('a missing item is held, and the customer’s link is at the tills and with head office', async () => {
  await using hub = await askingShop()
  hub.shop.switches.turn({ customerLocale: 'de-AT' })
  const { name, pickup } = await shortPick(hub)
  await hub.writeAll()
  const question = await onlyQuestion(hub)
  expect(question).toMatchObject({
    order_name: name,
    store: 'HAR',
    locale: 'de-AT',
    state: 'open',
    part: heldPart(hub, name),
  })
  expect(question.asked_at + LINK_MS - question.expires_at).toBeLessThan(60_000)
  expect(JSON.parse(question.offered_json)).toMatchObject([{ store: 'MKT' }])
  expect(question.link).toMatch(/^https:\/\/hub\.test\/choice\/[\w-]{22}\.[0-9a-z]+\.[\w-]{43}$/)
  const asked = { link: question.link, goods: '1 × Stoneware mug', chosen: null }
  expect((await shown(hub, pickup))?.asked).toMatchObject(asked)
  await look(hub)
  expect(await shown(hub, heldPart(hub, name))).toMatchObject({ asked, notice: { code: 'on-hold' } })
  const [exception, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(exception?.kind).toBe('pickup-short')
  expect(exception?.sentence).toContain(question.link)
  expect(exception?.sentence).toContain('for Ada Byron')
})

test('no store has it: the customer is asked all the same, without another store', async () => {
  await using hub = await askingShop()
  hub.shop.createOrder({
    location: 'MKT',
    lines: [{ sku: 'MUG-BLU', quantity: 160 }],
    customer: { name: 'Bo' },
  })
  await hub.poll()
  await shortPick(hub)
  await hub.writeAll()
  expect(JSON.parse((await onlyQuestion(hub)).offered_json)).toEqual([])
})

test.each(['lost-answer', 'lost-request', 'http-5xx'] as const)(
  '%s of the hold, and a restart: the customer is asked once',
  async kind => {
    await using hub = await askingShop()
    hub.shop.faults.set({ kind, operation: 'fulfillmentOrderHold' })
    const { name } = await shortPick(hub)
    await hub.write()
    await hub.restart()
    for (let again = 0; again < 3; again += 1) {
      await hub.writeAll()
      await look(hub)
    }
    expect(parts(hub, name).map(({ status }) => status)).toContain('ON_HOLD')
    expect((await onlyQuestion(hub)).state).toBe('open')
  },
)

test('what the customer chose first counts, and is told to the tills and head office', async () => {
  await using hub = await askingShop()
  const { pickup } = await shortPick(hub)
  await hub.writeAll()
  const { id } = await onlyQuestion(hub)
  const answers = await Promise.all([answer(hub, id, 'deliver'), answer(hub, id, 'cancel')])
  expect(answers.map(({ is }) => is).toSorted()).toEqual(['answered', 'noted'])
  const question = await onlyQuestion(hub)
  expect((await answer(hub, id, 'cancel')).is).toBe('answered')
  expect(await onlyQuestion(hub)).toEqual(question)
  expect((await shown(hub, pickup))?.asked?.chosen).toMatchObject({ choice: question.choice })
})

test('delivery is a request to head office, which reads why', async () => {
  await using hub = await askingShop()
  const { pickup } = await shortPick(hub)
  await hub.writeAll()
  const { id } = await onlyQuestion(hub)
  await answer(hub, id, 'deliver')
  await look(hub)
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'deliver', state: 'left' })
  expect((await shown(hub, pickup))?.asked?.chosen).toEqual({ choice: 'deliver', to: null, state: 'left' })
  expect((await openExceptions(hub)).map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/The customer chose to have them delivered\. .*No app can turn a pickup into/),
  ])
})

test.each(['', 'move', 'move:', 'move:gid://shopify/Location/1', 'cancel:x', 'keep', 'cancel '])(
  '“%s” is not offered, and nothing is noted',
  async text => {
    await using hub = await askingShop()
    await shortPick(hub)
    await hub.writeAll()
    const { id } = await onlyQuestion(hub)
    expect((await answer(hub, id, text)).is).toBe('not-offered')
    expect((await onlyQuestion(hub)).state).toBe('open')
  },
)

test('an expired link takes no choice, also one whose end was written while the clock was ahead', async () => {
  await using hub = await askingShop()
  await shortPick(hub)
  await hub.writeAll()
  const { id, expires_at } = await onlyQuestion(hub)
  const at = (now: number) => transaction(hub.db, tx => chooseOption(tx, id, 'cancel', now))
  expect((await at(expires_at)).is).toBe('expired')
  expect((await at(expires_at - 2 * LINK_MS)).is).toBe('expired')
  expect((await readQuestion(hub.db, id))?.row.state).toBe('open')
  expect((await at(expires_at - 1)).is).toBe('noted')
})

test('items that head office refunds are not asked about any more', async () => {
  await using hub = await askingShop()
  const { name, pickup } = await shortPick(hub)
  await hub.writeAll()
  const { id } = await onlyQuestion(hub)
  hub.shop.act(name, { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' })
  for (let again = 0; again < 2; again += 1) await look(hub)
  expect(await openExceptions(hub)).toEqual([])
  expect((await shown(hub, pickup))?.asked).toBeNull()
  expect((await answer(hub, id, 'cancel')).is).toBe('answered')
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'over', choice: null })
})

test('items that staff find before Shopify holds them are not asked about', async () => {
  await using hub = await askingShop()
  const { pickup } = await shortPick(hub)
  await press(hub, pickup, 'reopen', undefined, undefined, { reason: 'They lay at the back' })
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  expect(await hub.db.selectFrom('customer_question').selectAll().execute()).toEqual([])
})
