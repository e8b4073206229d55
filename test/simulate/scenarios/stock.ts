import type { Scenario } from '../scenarios.ts'
import { scene } from '../scene.ts'
import { adjustOnline, sellUnits, TEE, whileHubIsOff, wrongOnline } from '../steps.ts'

const DAY_MS = 86_400_000

export const stockScenarios: readonly Scenario[] = [
  {
    says: 'What another app changes in Shopify is named with both numbers, and closes when Shopify is corrected',
    play: () =>
      scene(async world => {
        const said = async () => (await world.exceptions()).filter(text => text.startsWith('level-variance'))
        sellUnits(world, 1)
        await world.minutes(1)
        adjustOnline(world, -4)
        world.truth.moveUnits('S1', TEE.sku, -4)
        sellUnits(world, 2)
        await world.minutes(60)
        const silent = await world.broken('shelves-agree')
        if (silent !== null) return silent
        const named = await said()
        if (named.length !== 1 || !named[0]?.includes('TEE-1 57 → 53'))
          return `it says: ${JSON.stringify(named)}`
        adjustOnline(world, 4)
        world.truth.moveUnits('S1', TEE.sku, 4)
        await world.minutes(15)
        const still = await said()
        return wrongOnline(world) ?? (still.length === 0 ? null : `still open: ${JSON.stringify(still)}`)
      }),
  },
  {
    says: 'A till that has three years of receipts moves nothing in Shopify for them, and today’s sales once, whatever its clock says',
    play: () =>
      scene(async world => {
        const { pos, till } = world.counter('S1')
        const old = pos.hadSold([{ ...TEE, units: 500 }], 3 * 365 * DAY_MS)
        pos.hadSold([{ ...TEE, units: 1 }], 8 * DAY_MS)
        sellUnits(world, 2)
        await world.minutes(15)
        pos.edit(old, [{ ...TEE, units: 498 }]) // goods that came back today
        till.machine.clockOffsetMs = -3 * 365 * DAY_MS
        sellUnits(world, 3)
        await world.minutes(15)
        till.machine.clockOffsetMs = 0
        await world.minutes(5)
        return (
          wrongOnline(world) ?? (await world.broken('shelves-agree', 'receipt-once', 'audit/level-is-sum'))
        )
      }),
  },
  {
    says: 'A change whose answer was lost is not made twice because another app made the opposite change',
    play: () =>
      scene(async world => {
        sellUnits(world, 2)
        await world.minutes(1)
        const { faults } = world.shop.shop()
        faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
        sellUnits(world, 1)
        for (let second = 0; second < 60 && faults.active().length > 0; second += 1) await world.pass(200)
        await whileHubIsOff(world, () => {
          adjustOnline(world, 1)
          world.truth.moveUnits('S1', TEE.sku, 1)
          world.universe.time.skip(DAY_MS)
        })
        await world.minutes(15)
        return wrongOnline(world)
      }),
  },
  {
    says: 'A change that Shopify carries out only after the hub has given up on it is made once',
    play: () =>
      scene(async world => {
        sellUnits(world, 2)
        await world.minutes(1)
        const { faults } = world.shop.shop()
        faults.set({ kind: 'slow', operation: 'inventoryAdjustQuantities', ms: 5 * 60_000 })
        sellUnits(world, 3)
        await world.minutes(15)
        sellUnits(world, 1)
        await world.minutes(15)
        const still = (await world.exceptions()).filter(text => text.includes('TEE-1'))
        return wrongOnline(world) ?? (still.length === 0 ? null : `still open: ${JSON.stringify(still)}`)
      }),
  },
  {
    says: 'Half a unit sold once keeps no whole unit from Shopify, and the other half goes with it when it is sold',
    play: () =>
      scene(async world => {
        sellUnits(world, 0.5)
        await world.minutes(1)
        for (let sale = 0; sale < 30; sale += 1) sellUnits(world, 1)
        await world.minutes(15)
        const online = world.online('S1', TEE.sku)
        if (online !== 30) return `30 and a half were sold of 60; Shopify shows ${online}`
        const said = (await world.exceptions()).filter(text => text.includes('TEE-1 (-0.5)'))
        if (said.length !== 1) return `the half is named by ${JSON.stringify(said)}`
        sellUnits(world, 0.5)
        await world.minutes(15)
        const still = (await world.exceptions()).filter(text => text.includes('TEE-1'))
        return wrongOnline(world) ?? (still.length === 0 ? null : `still open: ${JSON.stringify(still)}`)
      }),
  },
  {
    says: 'A stock change that Shopify does not take for an hour is named, and made once when Shopify works again',
    play: () =>
      scene(async world => {
        const { faults } = world.shop.shop()
        faults.set({ kind: 'http-5xx', times: 'always', operation: 'inventoryAdjustQuantities' })
        sellUnits(world, 2)
        await world.minutes(60)
        const said = (await world.exceptions()).filter(text => text.includes('TEE-1'))
        if (said.length !== 1) return `after an hour these exceptions name it: ${JSON.stringify(said)}`
        faults.clear()
        await world.minutes(15)
        const still = (await world.exceptions()).filter(text => text.includes('TEE-1'))
        return wrongOnline(world) ?? (still.length === 0 ? null : `still open: ${JSON.stringify(still)}`)
      }),
  },
  {
    says: 'A location that was switched off is one problem, not one of each item',
    play: () =>
      scene(
        async world => {
          world.shop.shop().control('POST', '/sandbox/locations/S1/deactivate', { destination: 'S2' })
          for (const sku of ['TEE-1', 'MUG-2', 'CAP-3', 'BAG-4', 'PEN-5', 'TIN-6'])
            world.counter('S1').pos.sell([{ sku, price: 490, units: 1 }])
          await world.minutes(15)
          const said = (await world.exceptions()).filter(text => /WH|S1/.test(text))
          return said.length === 1 ? null : `${said.length} exceptions for one location: ${said.join(' | ')}`
        },
        { stores: 2, tills: 2 },
      ),
  },
  {
    says: 'An archived twin of an item does not keep its sales from Shopify',
    play: () =>
      scene(async world => {
        const shop = world.shop.shop()
        shop.control('POST', '/sandbox/products/tee-1/duplicate', { title: 'Last year', status: 'ARCHIVED' })
        await world.settle(world.hub.stop())
        world.hub.start() // it reads the catalogue when it starts
        await world.minutes(5)
        world.counter('S1').pos.sell([{ ...TEE, units: 3 }])
        await world.minutes(60)
        const [shelf, online] = [world.truth.units('S1', TEE.sku), world.online('S1', TEE.sku)]
        return shelf === online ? null : `${shelf} on the shelf, ${online} in Shopify`
      }),
  },
]
