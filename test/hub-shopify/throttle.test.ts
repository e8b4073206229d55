import { expect, test } from 'vitest'
import { type Lane, openThrottle } from '../../hub/shopify/api/throttle.ts'
import { type ManualWorld, manualWorld } from '../manual-world.ts'

const bucket = { maximum: 2_000, restoreRate: 100 }

/** A shop whose bucket holds so much, and calls that are answered at once. */
async function shopWith(available: number) {
  const world = manualWorld()
  const throttle = openThrottle(world)
  const calls: { readonly lane: Lane; readonly at: number; readonly waited: number }[] = []
  let level = available
  let seenAt = 0
  const told = (points: number) => {
    const now = world.clock.monotonicMs()
    level = Math.min(bucket.maximum, level + ((now - seenAt) / 1000) * bucket.restoreRate) - points
    seenAt = now
    expect(level).toBeGreaterThanOrEqual(-0.5) // else Shopify would have throttled it
    return { requested: points, bucket: { ...bucket, available: level } }
  }
  async function call(lane: Lane, points: number): Promise<void> {
    const since = world.clock.monotonicMs()
    const document = `${lane} ${points}`
    const ticket = await throttle.enter({ document, size: 0, guess: points, lane })
    const at = world.clock.monotonicMs()
    calls.push({ lane, at, waited: at - since })
    ticket.leave(told(points))
  }
  await call('read', 0)
  calls.length = 0
  return { world, calls, call }
}

type Shop = Awaited<ReturnType<typeof shopWith>>

/** A lane that always has calls. */
function busy({ world, call }: Shop, lane: Lane, points: number, untilMs: number): void {
  const next = async (): Promise<void> => {
    if (world.clock.monotonicMs() >= untilMs) return
    await call(lane, points)
    await next()
  }
  for (let side = 0; side < 3; side += 1) void next()
}

const pass = async (world: ManualWorld, ms: number) => {
  for (let passed = 0; passed < ms; passed += 1_000) await world.advance(1_000)
}
const pointsOf = ({ calls }: Shop, lane: Lane, points: number) =>
  calls.filter(call => call.lane === lane).length * points

test('while points are short, lanes that are always busy get their shares, and all points are used', async () => {
  const shop = await shopWith(0)
  const minutes = 10 * 60_000
  busy(shop, 'order', 110, minutes)
  busy(shop, 'stock', 300, minutes)
  busy(shop, 'bulk', 750, minutes)
  await pass(shop.world, minutes)
  const [order, stock, bulk] = [
    pointsOf(shop, 'order', 110),
    pointsOf(shop, 'stock', 300),
    pointsOf(shop, 'bulk', 750),
  ]
  expect(order + stock + bulk).toBeGreaterThan(57_000) // of 60,000
  expect(order / stock).toBeGreaterThan(1.3)
  expect(order / stock).toBeLessThan(2.5)
  expect(bulk).toBeGreaterThan(3_000)
})

test('what people wait for finds points in the bucket, though stock has waited for more the whole time', async () => {
  const shop = await shopWith(2_000)
  busy(shop, 'stock', 300, 60_000)
  busy(shop, 'bulk', 750, 60_000)
  await pass(shop.world, 20_000)
  for (let order = 0; order < 6; order += 1) {
    void shop.call('order', 110)
    void shop.call('pickup', 10)
    await pass(shop.world, 5_000)
  }
  const waits = shop.calls.filter(({ lane }) => lane === 'order' || lane === 'pickup')
  expect(waits).toHaveLength(12)
  expect(Math.max(...waits.map(({ waited }) => waited))).toBeLessThan(1_000)
})

test('a lane that is never served by its share alone is served in the end', async () => {
  const shop = await shopWith(0)
  const until = 5 * 60_000
  for (const lane of ['pickup', 'order', 'stock'] as const) busy(shop, lane, 50, until)
  void shop.call('bulk', 900)
  await pass(shop.world, until)
  expect(shop.calls.find(({ lane }) => lane === 'bulk')?.at).toBeLessThan(until)
})

test('a dear call of a small shop is let in, though it leaves nothing for anyone', async () => {
  const world = manualWorld()
  const throttle = openThrottle(world)
  const first = await throttle.enter({ document: 'a', size: 0, guess: 1, lane: 'read' })
  first.leave({ requested: 1, bucket: { maximum: 40, available: 0, restoreRate: 2 } })
  let entered = false
  void throttle.enter({ document: 'b', size: 0, guess: 40, lane: 'bulk' }).then(() => {
    entered = true
  })
  await pass(world, 19_000)
  expect(entered).toBe(false)
  await pass(world, 2_000)
  expect(entered).toBe(true)
})
