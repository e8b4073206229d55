import { expect, test } from 'vitest'
import { startLoop } from '../../hub/shopify/loop.ts'
import {
  hasNoPickupWrites,
  hasNoReturnWrites,
  hasNoStock,
  hasNoWebhooks,
} from '../../hub/shopify/open-work.ts'
import { restBetween } from '../../hub/shopify/rest.ts'
import { manualWorld } from '../manual-world.ts'
import { sell, shopAndHub } from './shop-and-hub.ts'

const SECOND_MS = 1_000

/** A loop of five seconds, and how often it worked. `state` is what it would find in the database. */
function watchedLoop() {
  const world = manualWorld()
  const state = { changes: 'a' as string | null, isOpen: false, fails: false, rounds: 0 }
  const db = {
    changes() {
      if (state.fails) throw new RangeError('the disk fails')
      return state.changes
    },
  }
  const rest = restBetween(
    { db, clock: world.clock },
    async () => {
      state.rounds += 1
    },
    async () => !state.isOpen,
  )
  const loop = startLoop({
    world,
    name: 'stock',
    everyMs: 5 * SECOND_MS,
    retryMs: 500,
    work: rest.round,
    rests: rest.isDue,
  })
  return {
    state,
    loop,
    /** How often it works in that time. */
    async roundsIn(seconds: number) {
      const before = state.rounds
      await world.advance(seconds * SECOND_MS)
      return state.rounds - before
    },
  }
}

test('a loop that found nothing works again once something is committed, when it is woken, and after a minute', async () => {
  const { state, loop, roundsIn } = watchedLoop()
  loop.wake()
  expect(state.rounds).toBe(1)
  await roundsIn(1)
  expect(await roundsIn(30)).toBe(0)
  state.changes = 'b'
  expect(await roundsIn(5)).toBe(1)
  expect(await roundsIn(30)).toBe(0)
  loop.wake()
  expect(state.rounds).toBe(3)
  expect(await roundsIn(58)).toBe(0)
  expect(await roundsIn(6)).toBe(1)
  await loop.stop()
})

test('a loop goes on every five seconds while work is open, the database can’t tell of changes, or fails', async () => {
  const { state, loop, roundsIn } = watchedLoop()
  state.isOpen = true
  loop.wake()
  await roundsIn(1)
  expect(await roundsIn(20)).toBe(4)
  state.isOpen = false
  state.changes = null
  expect(await roundsIn(20)).toBe(4)
  state.changes = 'c'
  expect(await roundsIn(20)).toBe(1)
  state.fails = true
  expect(await roundsIn(5)).toBe(0) // the round fails, and is tried again soon
  state.fails = false
  expect(await roundsIn(2)).toBe(1)
  await loop.stop()
})

test('what is committed while a round works calls for another one', async () => {
  const world = manualWorld()
  const state = { changes: 1 }
  const rest = restBetween(
    { db: { changes: () => String(state.changes) }, clock: world.clock },
    async () => {
      state.changes += 1
    },
    async () => true,
  )
  await rest.round()
  expect(rest.isDue()).toBe(false)
})

test('stock that waits or is on its way is open work, until Shopify has it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  expect(await hasNoStock(hub.db)).toBe(true)
  await sell(hub, 'HAR', 'MUG-BLU', 1)
  expect(await hasNoStock(hub.db)).toBe(false)
  hub.shop.faults.set({ kind: 'http-5xx', status: 500, times: 1, operation: 'inventoryAdjustQuantities' })
  await hub.write()
  expect(await hasNoStock(hub.db)).toBe(false)
  await hub.writeAll()
  expect(await hasNoStock(hub.db)).toBe(true)
  for (const hasNothing of [hasNoPickupWrites, hasNoReturnWrites, hasNoWebhooks])
    expect(await hasNothing(hub.db)).toBe(true)
})
