import { expect, test } from 'vitest'
import { FOUND } from '../../hub/pickups/customer-choice/questions.ts'
import { EpochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'
import {
  answer,
  asked,
  askingShop,
  atMarket,
  goOn,
  heldPart,
  look,
  money,
  onlyQuestion,
  parts,
  sentence,
  shortPick,
} from './customer-asked.ts'

const HOUR_MS = 3_600_000
const [har] = tills

const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)
const isHeld = (hub: ShopAndHub, name: string) =>
  hub.shop.order(name).fulfillmentOrders.some(({ status }) => status === 'ON_HOLD')

test('items of a held part that staff find after all are ready: the hub releases its own hold', async () => {
  await using hub = await askingShop()
  const { name } = await asked(hub)
  const part = heldPart(hub, name)
  await press(hub, part, 'finish')
  await look(hub)
  await look(hub)
  expect(isHeld(hub, name)).toBe(false)
  expect(await kinds(hub)).toEqual([])
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'over', problem: FOUND })
  expect(await shown(hub, part)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
  await press(hub, part, 'collect')
  await look(hub)
  await look(hub)
  expect(await kinds(hub)).toEqual([])
  expect(parts(hub, name)).toEqual([{ at: 'HAR', status: 'IN_PROGRESS', units: [1] }])
})

test('"found after all" that staff take back leaves the customer their link', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const part = heldPart(hub, name)
  const at = EpochMs.parse(hub.world.clock.now())
  await press(hub, part, 'finish', har, undefined, { at })
  const undoes = { move: 'finish', at, staff: 'Maya', till: 'Till 1' } as const
  await press(hub, part, 'undo', har, undefined, { at: EpochMs.parse(at + 5_000), undoes })
  await goOn(hub)
  expect(isHeld(hub, name)).toBe(true)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'open' })
  expect(await kinds(hub)).toEqual(['pickup-short'])
  expect(await sentence(hub)).toContain('Send them this link')
  expect((await answer(hub, id, 'cancel')).is).toBe('noted')
  await goOn(hub)
  expect(money(hub, name).refunds).toBe(1)
})

test.each(['lost-answer', 'lost-request', 'http-5xx'] as const)(
  'a release of the hub’s own hold that is not answered (%s) goes again',
  async kind => {
    await using hub = await askingShop()
    const { name } = await asked(hub)
    const part = heldPart(hub, name)
    hub.shop.faults.set({ kind, operation: 'fulfillmentOrderReleaseHold' })
    await press(hub, part, 'finish')
    for (let quarter = 0; quarter < 3; quarter += 1) {
      await look(hub)
      hub.advance(15 * 60_000)
    }
    await look(hub)
    expect(isHeld(hub, name)).toBe(false)
    expect(await shown(hub, part)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
    expect(await kinds(hub)).toEqual([])
  },
)

test('a part of what was missing is found: the rest is held and asked about as before', async () => {
  await using hub = await askingShop()
  const { name } = await asked(hub, { mugs: 3, found: 1 })
  const part = heldPart(hub, name)
  const [line] = (await shown(hub, part))?.lines ?? []
  const pickupLine = line?.id ?? ''
  await press(hub, part, 'finish', har, undefined, {
    lines: [{ pickupLine, units: 1 }],
    missing: [{ pickupLine, units: 1, reason: 'not-on-shelf', said: null }],
  })
  for (let again = 0; again < 4; again += 1) {
    await look(hub)
    hub.advance(15 * 60_000)
  }
  await look(hub)
  expect(await shown(hub, part)).toMatchObject({ state: 'ready', shopify: 'confirmed' })
  expect(parts(hub, name).map(({ status, units }) => [status, units])).toEqual([
    ['IN_PROGRESS', [1, 1]],
    ['IN_PROGRESS', [1]],
    ['ON_HOLD', [1]],
  ])
  expect(await kinds(hub)).toEqual(['pickup-short'])
})

test('what the customer chose otherwise stays on hold: "ready" waits for head office, without another question', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const part = heldPart(hub, name)
  await answer(hub, id, 'deliver')
  await press(hub, part, 'finish')
  for (let hour = 0; hour < 5; hour += 1) {
    hub.advance(HOUR_MS)
    await goOn(hub, 1)
  }
  expect(isHeld(hub, name)).toBe(true)
  expect(await kinds(hub)).toEqual(['pickup-short'])
  expect((await shown(hub, part))?.notice).toMatchObject({ code: 'on-hold' })
  hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(part) })
  for (let again = 0; again < 3; again += 1) {
    hub.advance(HOUR_MS)
    await look(hub)
  }
  expect(await shown(hub, part)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
})

test('a hold of others is not released', async () => {
  await using hub = await askingShop()
  const { name } = await asked(hub)
  const part = heldPart(hub, name)
  hub.shop.act(name, { do: 'hold', fulfilmentOrder: numberOf(part) })
  await press(hub, part, 'finish')
  await goOn(hub)
  expect(isHeld(hub, name)).toBe(true)
  expect(await kinds(hub)).toEqual(['pickup-write-refused'])
})

test('held items that head office moves, with the customer’s choice or without, are never on hold without a question', async () => {
  await using hub = await askingShop()
  const chosen = await asked(hub)
  await answer(hub, chosen.id, `move:${atMarket}`)
  const moved = { do: 'move', fulfilmentOrder: numberOf(heldPart(hub, chosen.name)), to: 'MKT' } as const
  hub.shop.act(chosen.name, moved)
  await goOn(hub)
  expect(isHeld(hub, chosen.name)).toBe(false)
  expect(await kinds(hub)).toEqual([])
})

test('held items that head office moves with their hold are asked about until it is released', async () => {
  await using hub = await askingShop()
  const { name } = await asked(hub)
  const part = heldPart(hub, name)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(part), to: 'MKT' })
  for (let hour = 0; hour < 30; hour += 10) {
    hub.advance(10 * HOUR_MS)
    await look(hub)
  }
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'over', problem: null })
  expect(await kinds(hub)).toEqual(['pickup-short'])
  expect(await sentence(hub)).toContain('1 × Stoneware mug')
  expect(await sentence(hub)).toContain('still on hold in Shopify')
  hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(part) })
  await look(hub)
  expect(await kinds(hub)).toEqual([])
  expect(await shown(hub, part)).toMatchObject({ state: 'received' })
})

test.each([`move:${atMarket}`, 'cancel'])(
  'a held part that its store gives back leaves the choice to the customer: %s is carried out',
  async text => {
    await using hub = await askingShop()
    const { name, id } = await asked(hub)
    const part = heldPart(hub, name)
    await press(hub, part, 'refuse')
    // the order changes, and the hub looks at it
    const other = hub.shop.order(name).fulfillmentOrders.find(({ status }) => status !== 'ON_HOLD')?.id
    for (const change of ['hold', 'release'] as const)
      hub.shop.act(name, { do: change, fulfilmentOrder: numberOf(other) })
    await look(hub)
    expect((await onlyQuestion(hub)).state).toBe('open')
    expect((await kinds(hub)).toSorted()).toEqual(['pickup-refused', 'pickup-short'])
    expect((await answer(hub, id, text)).is).toBe('noted')
    await goOn(hub)
    expect(await onlyQuestion(hub)).toMatchObject({ state: 'done' })
    expect(await kinds(hub)).toEqual([])
    expect(money(hub, name).refunds).toBe(text === 'cancel' ? 1 : 0)
    if (text !== 'cancel') expect(parts(hub, name).map(({ at }) => at)).toEqual(['HAR', 'MKT'])
  },
)

test('while another part of the order is given back as well, the choice is left to head office', async () => {
  await using hub = await askingShop()
  const { name, pickup } = await shortPick(hub)
  await hub.writeAll()
  await look(hub)
  const [line] = (await shown(hub, pickup))?.lines ?? []
  await press(hub, pickup, 'reopen')
  await press(hub, pickup, 'miss', har, undefined, {
    missing: [{ pickupLine: line?.id ?? '', units: 1, reason: 'not-on-shelf', said: null }],
  })
  await press(hub, pickup, 'refuse')
  await answer(hub, (await onlyQuestion(hub)).id, 'cancel')
  await goOn(hub)
  expect(money(hub, name).refunds).toBe(0)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
})
