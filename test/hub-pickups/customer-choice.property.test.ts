import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { chooseOption } from '../../hub/pickups/customer-choice/choose.ts'
import { openExceptions } from '../hub-shopify/shop-and-hub.ts'
import { askingShop, atMarket, look, onlyQuestion, parts, shortPick } from './customer-asked.ts'

const PRICE = 1_690

const fault = fc.record({
  kind: fc.constantFrom('lost-answer', 'lost-request', 'http-5xx'),
  operation: fc.constantFrom('fulfillmentOrderReleaseHold', 'fulfillmentOrderMove', 'refundCreate'),
})
const step = fc.oneof(
  fault.map(what => ({ do: 'fault', what }) as const),
  fc.constantFrom(
    { do: 'restart' } as const,
    { do: 'write' } as const,
    { do: 'poll' } as const,
    { do: 'wait' } as const,
    { do: 'answer', text: 'cancel' } as const,
    { do: 'answer', text: `move:${atMarket}` } as const,
  ),
)

test('however calls fail, the hub dies and answers are repeated: one choice counts, and it is carried out at most once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('cancel', `move:${atMarket}`),
      fc.array(step, { maxLength: 12 }),
      fc.constantFrom('kept', 'ignored'),
      async (first, steps, idempotencyKeys) => {
        await using hub = await askingShop()
        hub.shop.switches.turn({ idempotencyKeys })
        const { name } = await shortPick(hub)
        await hub.writeAll()
        await look(hub)
        const { id } = await onlyQuestion(hub)
        const answer = (text: string) =>
          transaction(hub.db, tx => chooseOption(tx, id, text, hub.world.clock.now()))
        await answer(first)
        for (const one of steps) {
          if (one.do === 'fault') hub.shop.faults.set(one.what)
          if (one.do === 'restart') await hub.restart()
          if (one.do === 'write') await hub.write()
          if (one.do === 'poll') await hub.poll()
          if (one.do === 'wait') hub.advance(61_000)
          if (one.do === 'answer') await answer(one.text)
        }
        hub.shop.faults.clear()
        for (let round = 0; round < 6; round += 1) {
          await hub.write()
          hub.advance(61_000)
          await hub.poll()
        }
        const { refunds, money } = hub.shop.order(name)
        const isMoney = first === 'cancel'
        expect({ refunds: refunds.length, refunded: money.refunded }).toEqual(
          isMoney ? { refunds: 1, refunded: PRICE } : { refunds: 0, refunded: 0 },
        )
        const there = parts(hub, name).filter(({ at }) => at === 'MKT')
        expect(there).toEqual(isMoney ? [] : [{ at: 'MKT', status: 'OPEN', units: [1] }])
        expect((await onlyQuestion(hub)).state).toBe('done')
        expect(await openExceptions(hub)).toEqual([])
      },
    ),
    { numRuns: 15 },
  )
})
