import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { expireUncollected } from '../../hub/pickups/expire.ts'
import { commandLog } from '../../hub/streams/command-log.ts'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'
import {
  allConnect,
  fulfil,
  kinds,
  onHand,
  order,
  readyAtTill,
  settle,
  takeOff,
} from './till-without-contact.ts'

/** The first till has taken all that it was told. */
async function acknowledgeAll(hub: ShopAndHub): Promise<void> {
  const log = commandLog(hub.db, first.device, () => 0)
  await log.acknowledge(await log.last())
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const [first, second] = tills

test.each([true, false])(
  'goods that Shopify has as handed over are those that a till without contact hands over, of an order whose rest is cancelled (read at once: %s)',
  async isAtOnce => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = onHand(hub)
    const of = await readyAtTill(hub, 3)
    fulfil(hub, of, 2)
    if (!isAtOnce) await settle(hub)
    takeOff(hub, of, 1)
    await settle(hub, 2)
    await of.handOver(2)
    await settle(hub, 3)
    expect(onHand(hub)).toBe(before - 2)
    expect(await kinds(hub)).toEqual([])
    expect((await shown(hub, of.pickup))?.state).toBe('collected')
  },
)

test('what a till without contact hands over beyond what Shopify has as handed over is taken off and named', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = onHand(hub)
  const of = await readyAtTill(hub, 4)
  fulfil(hub, of, 2)
  takeOff(hub, of, 2)
  await settle(hub, 2)
  await of.handOver(3)
  await settle(hub, 3)
  expect(onHand(hub)).toBe(before - 3)
  const [named] = await openExceptions(hub)
  expect(named?.sentence).toContain('1 × Stoneware mug')
})

test.each([1, 2])(
  'goods that left at a till before are not those that it hands over later, of an order whose rest is cancelled (%s more)',
  async more => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = onHand(hub)
    const of = await readyAtTill(hub, 4)
    await press(hub, of.pickup, 'collect', second, undefined, {
      from: 'ready',
      lines: [{ pickupLine: of.line, units: 2 }],
    })
    const rest = await shown(hub, of.pickup)
    await settle(hub, 2)
    takeOff(hub, of, 2)
    await settle(hub, 2)
    await of.handOver(more, second, rest)
    await settle(hub, 3)
    expect(onHand(hub)).toBe(before - 2 - more)
    expect(await kinds(hub)).toEqual(['cancelled-but-collected'])
  },
)

test('what Shopify had as handed over before the till was told of the rest is not what it hands over', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = onHand(hub)
  const of = await readyAtTill(hub, 3)
  fulfil(hub, of, 2)
  await settle(hub, 2)
  const rest = await shown(hub, of.pickup)
  takeOff(hub, of, 1)
  await settle(hub, 2)
  await of.handOver(1, second, rest)
  await settle(hub, 3)
  expect(onHand(hub)).toBe(before - 3)
  expect(await kinds(hub)).toEqual(['cancelled-but-collected'])
})

test.each([['AB'], ['BA']])(
  'parts that two tills handed over before a restore are nothing to ask about once Shopify has told of them (heard %s)',
  async how => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { pickup, line } = await order(hub, 3)
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await settle(hub)
    await hub.backUp()
    const before = onHand(hub)
    const start = hub.world.clock.now() - HOUR
    const part = (till: string) =>
      press(hub, pickup, 'collect', till === 'A' ? first : second, undefined, {
        at: epochMs(start + (till === 'A' ? 1_000 : 600_000)),
        from: 'ready',
        lines: [{ pickupLine: line, units: till === 'A' ? 1 : 2 }],
      })
    await part('A')
    await settle(hub)
    await part('B')
    await settle(hub, 3)
    await hub.putBack()
    await settle(hub)
    for (const till of how) await part(till)
    await allConnect(hub)
    await settle(hub, 4)
    expect(await kinds(hub)).toEqual([])
    expect(onHand(hub)).toBe(before - 3)
  },
)

test('a hand-over by two tills of the same goods is asked about, though Shopify has them', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const of = await readyAtTill(hub, 2)
  await press(hub, of.pickup, 'collect', first, undefined, { from: 'ready' })
  await settle(hub, 2)
  await of.handOver(2)
  expect(await kinds(hub)).toEqual(['pickup-move-refused'])
})

test('a restored hub compares the steps of two tills by its own clock', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await order(hub, 2)
  await hub.backUp()
  const before = onHand(hub)
  const start = hub.world.clock.now() - HOUR
  const pick = () => press(hub, pickup, 'pick', first, undefined, { at: epochMs(start + 60_000) })
  await pick()
  const packed = await shown(hub, pickup)
  const finish = () => press(hub, pickup, 'finish', first, packed, { at: epochMs(start + 61_000) })
  await finish()
  const ready = await shown(hub, pickup)
  const collect = () =>
    press(hub, pickup, 'collect', second, ready, { at: epochMs(start + 30_000), from: 'ready' })
  await collect()
  await hub.putBack()
  await transaction(hub.db, tx =>
    tx.updateTable('device').set({ clock_offset_ms: 60_000 }).where('device', '=', first.device).execute(),
  )
  for (const step of [collect, pick, finish]) await step()
  await allConnect(hub)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual([])
  expect(onHand(hub)).toBe(before - 2)
})

test('head office hears again of an order that was not collected when its late hand-over is taken back', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await order(hub, 2)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await hub.writeAll()
  const view = await shown(hub, pickup)
  hub.advance(8 * DAY)
  await expireUncollected(hub.db, { afterDays: 7, now: hub.world.clock.now() })
  const sentences = async () => (await openExceptions(hub)).map(({ sentence }) => sentence)
  const said = await sentences()
  const at = epochMs(hub.world.clock.now())
  await press(hub, pickup, 'collect', first, view, { at, from: 'ready' })
  expect(await sentences()).toEqual([])
  const undoes = { move: 'collect' as const, at, staff: 'Maya', till: 'Till 1' }
  await press(hub, pickup, 'undo', first, view, { at: epochMs(at + 5_000), undoes })
  expect((await shown(hub, pickup))?.state).toBe('expired')
  expect(await sentences()).toEqual(said)
})

test.each([['BA'], ['ABA']])(
  'what a till could not find of an order stays reported when its hand-over is heard first after a restore (%s)',
  async how => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { pickup, line, name } = await order(hub, 3)
    await hub.backUp()
    const before = onHand(hub)
    const start = hub.world.clock.now() - HOUR
    const view = await shown(hub, pickup)
    const lines = [{ pickupLine: line, units: 2 }]
    const missing = [{ pickupLine: line, units: 1, reason: 'damaged' as const, said: null }]
    const pick = () => press(hub, pickup, 'pick', first, view, { at: epochMs(start) })
    const finish = () =>
      press(hub, pickup, 'finish', first, view, { at: epochMs(start + 1_000), lines, missing })
    const collect = () =>
      press(hub, pickup, 'collect', second, view, { at: epochMs(start + 60_000), from: 'ready', lines })
    for (const step of [pick, finish, collect]) await step()
    const said = (await openExceptions(hub)).map(({ sentence }) => sentence)
    expect(said).toHaveLength(1)
    await hub.putBack()
    for (const step of how === 'BA' ? [collect, pick, finish] : [pick, collect, finish]) await step()
    await allConnect(hub)
    await settle(hub, 4)
    expect((await openExceptions(hub)).map(({ sentence }) => sentence)).toEqual(said)
    expect(onHand(hub)).toBe(before - 2)
    const statuses = hub.shop.order(name).fulfillmentOrders.map(({ status }) => status)
    expect(statuses).toContain('ON_HOLD')
    const told = await hub.db.selectFrom('pickup').select('body_json').execute()
    expect(told.filter(({ body_json }) => body_json.includes('added-after-hand-over'))).toEqual([])
  },
)

test.each([true, false])(
  'a hand-over of what the lost hub showed is not compared with what the restored hub wrote after it (its version is used again: %s)',
  async isUsedAgain => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = onHand(hub)
    const { name, pickup, line } = await order(hub, 3)
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await settle(hub, 2)
    await hub.backUp()
    const fulfilmentOrder = numberOf(pickup)
    hub.shop.act(name, { do: 'hold', fulfilmentOrder, reason: 'OTHER', notes: 'x' })
    await settle(hub)
    hub.shop.act(name, { do: 'release', fulfilmentOrder })
    if (!isUsedAgain) await settle(hub)
    const lost = await shown(hub, pickup)
    await hub.putBack()
    hub.advance(60_000)
    const at = epochMs(hub.world.clock.now())
    hub.advance(60_000)
    fulfil(hub, { name, pickup }, 1)
    await settle(hub, 3)
    await acknowledgeAll(hub)
    const said = { at, from: 'ready' as const, lines: [{ pickupLine: line, units: 1 }] }
    await press(hub, pickup, 'collect', first, lost, { ...said, version: lost?.version })
    await settle(hub, 4)
    expect(onHand(hub)).toBe(before - 1)
  },
)

test('what had left before the till showed the rest is not taken off what its staff then find', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const of = await order(hub, 4)
  fulfil(hub, of, 1)
  await settle(hub, 2)
  await press(hub, of.pickup, 'pick')
  await settle(hub)
  const rest = await shown(hub, of.pickup)
  expect(rest?.lines).toMatchObject([{ units: 3 }])
  takeOff(hub, of, 1)
  await settle(hub, 2)
  await press(hub, of.pickup, 'finish', first, rest, {
    lines: [{ pickupLine: of.line, units: 2 }],
    missing: [{ pickupLine: of.line, units: 1, reason: 'not-on-shelf', said: null }],
  })
  await settle(hub, 2)
  const packed = await shown(hub, of.pickup)
  expect(packed).toMatchObject({ state: 'ready', lines: [{ units: 2, packed: 2 }] })
  expect(await kinds(hub)).toEqual([])
})
