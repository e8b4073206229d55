import { expect, test } from 'vitest'
import { redactionWaits } from '../../hub/checks/redaction-waits.ts'
import { startChecks } from '../../hub/checks/run-checks.ts'
import { transaction } from '../../hub/db/db.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import {
  adasRedaction,
  applyWebhooks,
  everyText,
  ofAda,
  ordersOfAdaAndBob,
  tellWebhook,
  tillsAcked,
} from './customers-of-orders.ts'
import { openExceptions, type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const DAY_MS = 86_400_000

/** Works off the webhooks and looks for redactions that wait. @returns the sentences of those that are open */
async function daysLater(hub: ShopAndHub, days: number): Promise<readonly string[]> {
  hub.advance(days * DAY_MS)
  await applyWebhooks(hub)
  const parts = { world: hub.world, db: hub.db, checks: [redactionWaits], changed: () => undefined }
  await using checks = startChecks(parts)
  await checks.runAll()
  const open = await openExceptions(hub)
  return open.filter(({ kind }) => kind === 'redaction-waits').map(({ sentence }) => sentence)
}

async function asked(hub: ShopAndHub): Promise<void> {
  const { first } = await ordersOfAdaAndBob(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
}

const waits = ({ db }: ShopAndHub) => db.selectFrom('redaction_wait').selectAll().execute()

test('a till that does not take a redaction is named after 14 days, and no longer once it has', async () => {
  await using hub = await shopAndHub()
  await asked(hub)
  expect(await daysLater(hub, 13)).toEqual([])
  const named = await daysLater(hub, 2)
  expect(named.length).toBeGreaterThan(0)
  for (const sentence of named) expect(sentence).toMatch(/Till .* of 1 order .* by \d{4}-\d\d-\d\d/)
  await tillsAcked(hub)
  expect(await daysLater(hub, 1)).toEqual([])
  expect(await waits(hub)).toEqual([])
  expect(await everyText(hub)).not.toMatch(ofAda)
})

test('a till that is gone is revoked, and what the hub kept for it is redacted', async () => {
  await using hub = await shopAndHub()
  await asked(hub)
  expect((await daysLater(hub, 15)).length).toBeGreaterThan(0)
  for (const { device } of await waits(hub))
    await transaction(hub.db, tx => revokeDevice(tx, device, hub.world.clock.now()))
  expect(await daysLater(hub, 1)).toEqual([])
  expect(await everyText(hub)).not.toMatch(ofAda)
  expect(await waits(hub)).toEqual([])
})

test('a redaction that was asked while the clock was ahead is waited for from when it is right', async () => {
  await using hub = await shopAndHub()
  hub.advance(365 * DAY_MS)
  await asked(hub)
  hub.advance(-365 * DAY_MS)
  expect((await daysLater(hub, 0)).length).toBeGreaterThan(0)
  await tillsAcked(hub)
  expect(await daysLater(hub, 1)).toEqual([])
})

test('the tills that wait keep since when, however often the same redaction is told', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  const before = await waits(hub)
  hub.advance(DAY_MS)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  expect(await waits(hub)).toEqual(before)
})
