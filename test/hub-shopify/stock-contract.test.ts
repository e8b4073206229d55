import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { agree, tryGoLive } from '../../hub/stock/go-live.ts'
import { historyCounts } from '../../hub/stock/history.ts'
import { sell, shopAndHub, writesOf } from './shop-and-hub.ts'

test('what a later go-live would hold of a request that has not left the hub is said before it is agreed on', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', 'MUG-BLU', 3)
  hub.shop.faults.set({ kind: 'throttled', times: 'always', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  expect((await writesOf(hub)).map(({ first_sent_at }) => first_sent_at)).toEqual([null])
  hub.advance(60_000)
  const goLive = hub.world.clock.now()
  const { held, posted } = await tryGoLive(hub.db, 'HAR', goLive)
  await transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms: { goLive }, by: 'Kim', why: 'counted' }, goLive),
  )
  const isHeld = (await historyCounts(hub.db)).get('HAR') ?? 0
  expect({ held, posted }).toEqual({ held: isHeld, posted: 0 })
})
