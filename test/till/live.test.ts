import { expect, test } from 'vitest'
import { sendChanges } from '../../agent/till/live-messages.ts'
import { PickupId } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { openTill } from './open-till.ts'

/** What pages are told, by type, once what was gathered has gone out. */
async function watched() {
  const till = await openTill()
  const told: string[] = []
  const stop = sendChanges(
    {
      world: till.world,
      state: () => till.state(),
      onChange: till.onChange,
      onScan: () => () => {},
      slips: till.slips,
    },
    ({ type }) => void told.push(type),
  )
  return {
    till,
    async told() {
      await till.world.advance(200)
      return told.splice(0)
    },
    async [Symbol.asyncDispose]() {
      stop()
      await till[Symbol.asyncDispose]()
    },
  }
}

test('a sale makes the page read its state, and not the pickups', async () => {
  await using page = await watched()
  await page.told() // what the start itself changed
  await page.till.journal.record([sale(1)])
  expect(await page.told()).toEqual(['state'])
  page.till.put()
  expect(await page.told()).toEqual(['state', 'pickups'])
})

test('a print job makes the page read the print jobs alone', async () => {
  await using page = await watched()
  page.till.put()
  await page.told()
  await page.till.slips.print(PickupId.parse('gid://shopify/FulfillmentOrder/7'), 'pick-slip')
  expect(await page.told()).toEqual(['print-jobs'])
})
