import { goods } from '../goods.ts'
import { count, type FaultKind, SECOND_MS } from './kind.ts'

/** What people do that computers have to cope with. */
export const peopleFaults: readonly FaultKind[] = [
  {
    name: 'clock-jump',
    weight: 2,
    strike(world, chance, counts) {
      const { till } = chance.pick(world.counters)
      const ms = chance.between(-7_200, 7_200) * SECOND_MS
      till.machine.clockOffsetMs += ms
      count(counts, this.name, 1)
      return `The clock of ${till.machine.name} jumps by ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'poison-row',
    weight: 1,
    strike(world, chance, counts) {
      const { pos, till } = chance.pick(world.counters)
      pos.poison().then(
        status => count(counts, this.name, status === 400 ? 1 : 0),
        () => undefined, // the agent is not up
      )
      return `The POS of ${till.machine.name} posts a row that can't be read`
    },
  },
  {
    name: 'short-pick',
    weight: 2,
    strike(world, chance, counts) {
      const { staff, till } = chance.pick(world.counters)
      staff.findNothing(() => count(counts, this.name, 1))
      return `Staff at ${till.machine.name} will not find the goods of their next order`
    },
  },
  {
    name: 'sold-out',
    weight: 2,
    strike(world, chance, counts) {
      const { pos, till } = chance.pick(world.counters)
      const good = chance.pick(goods)
      const units = world.truth.onShelf(till.store, good.sku)
      if (units < 2) return `${good.sku} is sold out in ${till.store}`
      pos.sell([{ ...good, units: units - chance.between(0, 1) }])
      count(counts, this.name, 1)
      return `One customer buys almost all ${good.sku} of ${till.store}`
    },
  },
  {
    name: 'stock-changed-in-shopify',
    weight: 2,
    strike(world, chance, counts) {
      const { code: location } = chance.pick(world.stores)
      const { sku } = chance.pick(goods)
      const by = chance.pick(['other-app', 'staff', 'shopify-pos'] as const)
      const units = world.truth.onShelf(location, sku)
      const delta = units > 1 && chance.once(2) ? -1 : chance.between(1, 3)
      world.truth.moveUnits(location, sku, delta)
      world.shop.shop().control('POST', '/sandbox/stock/adjust', { by, sku, location, delta })
      count(counts, this.name, 1)
      return `${by} changes ${sku} in ${location} by ${delta} in Shopify, as it is on the shelf`
    },
  },
]
