import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { chooseOption } from '../../hub/pickups/customer-choice/choose.ts'
import { LINK_MS } from '../../hub/pickups/customer-choice/questions.ts'
import { forgetEndedQuestions } from '../../hub/pickups/customer-choice/unanswered.ts'
import { beginRecovery } from '../../hub/stock/recovery.ts'
import { tills } from '../hub-shopify/shop-and-hub.ts'
import { shown } from './at-the-till.ts'
import {
  answer,
  asked,
  askingShop,
  atMarket,
  bag,
  goOn,
  held,
  heldPart,
  look,
  missItem,
  money,
  mug,
  onlyQuestion,
  parts,
  sentence,
  shortPick,
} from './customer-asked.ts'

const HOUR_MS = 3_600_000

test('a refund whose payment fails is not done, is not made again, and head office is told', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  hub.shop.switches.turn({ refundPayments: 'FAILURE' })
  await answer(hub, id, 'cancel')
  await hub.write()
  expect((await onlyQuestion(hub)).state).toBe('chosen')
  await goOn(hub)
  expect(money(hub, name)).toEqual({ refunds: 1, minor: 0 })
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'cancel', state: 'left' })
  expect(await sentence(hub)).toContain('the payment back failed or has been under way for a day')
  for (let again = 0; again < 2; again += 1) await look(hub)
  expect(await sentence(hub)).toContain('the payment back failed')
})

test.each(['answered', 'lost-answer'] as const)(
  'a refund whose payment is pending (%s) is under way, and after a day head office is told',
  async how => {
    await using hub = await askingShop()
    const { name, id } = await asked(hub)
    hub.shop.switches.turn({ refundPayments: 'PENDING' })
    await answer(hub, id, 'cancel')
    if (how === 'lost-answer') hub.shop.faults.set({ kind: how, operation: 'refundCreate' })
    await goOn(hub, 6)
    expect((await onlyQuestion(hub)).state).toBe('chosen')
    hub.advance(24 * HOUR_MS)
    await goOn(hub)
    expect(money(hub, name)).toEqual({ refunds: 1, minor: 0 })
    expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
    expect(await sentence(hub)).toContain('has been under way for a day')
  },
)

test('a payment back that others have under way keeps the hub from paying', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  hub.shop.switches.turn({ refundPayments: 'PENDING' })
  hub.shop.act(name, { do: 'refund', lines: [], minor: 100 })
  hub.shop.switches.turn({ refundPayments: 'SUCCESS' })
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual({ refunds: 1, minor: 0 })
  expect(await sentence(hub)).toContain('paid back before')
})

test('items that Shopify does not move for a day are held again', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await answer(hub, id, `move:${atMarket}`)
  for (let hours = 0; hours <= 26; hours += 2) {
    hub.shop.faults.set({ kind: 'http-5xx', operation: 'fulfillmentOrderMove', times: 10 })
    await hub.write()
    hub.advance(2 * HOUR_MS)
    await hub.poll()
  }
  expect(parts(hub, name)).toContainEqual(held)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
  expect(await sentence(hub)).toContain('Shopify has not done it for a day')
})

test('where they can’t be held again, head office reads that the store may see them as work', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await answer(hub, id, `move:${atMarket}`)
  for (let hours = 0; hours <= 26; hours += 2) {
    for (const operation of ['fulfillmentOrderMove', 'fulfillmentOrderHold'] as const)
      hub.shop.faults.set({ kind: 'http-5xx', operation, times: 10 })
    await hub.write()
    hub.advance(2 * HOUR_MS)
    await hub.poll()
  }
  expect(parts(hub, name)).not.toContainEqual(held)
  expect(await sentence(hub)).toContain('tills may show them as work')
})

test('a hub that hears from a till that it was put back leaves what was chosen since to head office', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const since = hub.world.clock.now()
  hub.advance(HOUR_MS)
  await answer(hub, id, 'cancel')
  const now = hub.world.clock.now()
  await transaction(hub.db, tx =>
    beginRecovery(tx, { cause: 'till', since, now, lost: null, unknown: new Set() }, ['HAR']),
  )
  await goOn(hub)
  expect(money(hub, name).refunds).toBe(0)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
  expect(await sentence(hub)).toContain('was put back to a backup')
})

test('what the chosen store had of an item already is not taken for the one that was to move', async () => {
  await using hub = await askingShop()
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [
      { sku: mug, quantity: 2 },
      { sku: bag, quantity: 1 },
    ],
    customer: { name: 'Ada Byron' },
  })
  await hub.poll()
  const whole = Number(fulfillmentOrders[0]?.id.split('/').at(-1))
  hub.shop.act(name, { do: 'move', fulfilmentOrder: whole, to: 'MKT', lines: [{ line: mug, quantity: 1 }] })
  await look(hub)
  const here = hub.shop.order(name).fulfillmentOrders.find(({ location }) => location === 'HAR')?.id ?? ''
  await missItem(hub, here, tills[0], mug)
  await hub.writeAll()
  await look(hub)
  const { id } = await onlyQuestion(hub)
  await answer(hub, id, `move:${atMarket}`)
  hub.shop.act(name, { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' })
  await goOn(hub)
  expect(heldPart(hub, name)).toBe('')
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
})

test('a clock that is set back a little leaves a new link open', async () => {
  await using hub = await askingShop()
  await asked(hub)
  const { id, expires_at } = await onlyQuestion(hub)
  const at = (now: number) => transaction(hub.db, tx => chooseOption(tx, id, 'deliver', now))
  expect((await at(expires_at - LINK_MS - 2 * HOUR_MS)).is).toBe('expired')
  expect((await at(expires_at - LINK_MS - 1)).is).toBe('noted')
})

test.each(['kept', 'restored'] as const)(
  'a question that was lost with the database is not taken for one that was never asked; the record is %s',
  async record => {
    await using hub = await askingShop()
    const { name } = await shortPick(hub)
    await hub.backUp()
    await hub.writeAll()
    await look(hub)
    await answer(hub, (await onlyQuestion(hub)).id, 'deliver')
    await hub.putBack(record)
    await goOn(hub, 6)
    expect(await sentence(hub)).toContain('the customer may have been asked before, and have chosen')
    hub.shop.act(name, { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' })
    for (let again = 0; again < 2; again += 1) await look(hub)
    expect(await sentence(hub)).not.toContain('could not be found')
  },
)

test('a link is kept no longer than it takes a choice, and a question that ended for three months', async () => {
  await using hub = await askingShop()
  const { id, pickup } = await asked(hub)
  await answer(hub, id, 'cancel')
  await goOn(hub)
  const { link, ended_at } = await onlyQuestion(hub)
  expect(link).toBe('')
  expect((await shown(hub, pickup))?.asked).toMatchObject({ link: '', chosen: { state: 'done' } })
  const end = (ended_at ?? 0) + 90 * 24 * HOUR_MS
  await forgetEndedQuestions(hub.db, end - 1)
  expect((await onlyQuestion(hub)).id).toBe(id)
  await forgetEndedQuestions(hub.db, end)
  expect(await hub.db.selectFrom('customer_question').selectAll().execute()).toEqual([])
})

test('a question that head office is asked about is not forgotten', async () => {
  await using hub = await askingShop()
  const { id } = await asked(hub)
  await answer(hub, id, 'deliver')
  const { ended_at } = await onlyQuestion(hub)
  await forgetEndedQuestions(hub.db, (ended_at ?? 0) + 400 * 24 * HOUR_MS)
  expect((await onlyQuestion(hub)).id).toBe(id)
})
