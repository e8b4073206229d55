import { allScopes } from '../../sandbox/shopify/graphql/access.ts'
import type { Scenario } from '../scenarios.ts'
import { scene } from '../scene.ts'
import type { ShopLikeness } from '../shop-machine.ts'
import { sellOneByOne, TEE } from '../steps.ts'

const DAY_MS = 86_400_000

/** Whether an order reaches the till of S1, and one exception of the app's rights says what is missing from it. */
const arrivesWithLess = (shop: ShopLikeness) =>
  scene(
    async world => {
      const order = await world.order('S1', TEE.sku, 1)
      await world.minutes(10)
      const shown = await world.settle(world.counter('S1').staff.shows(order.name))
      if (shown === null) return 'Ten minutes later the till does not show the order'
      const said = await world.exceptions()
      const about = said.filter(text => text.startsWith('shopify-'))
      return about.length === 1 && about[0]?.startsWith('shopify-scope-limited') === true
        ? null
        : `The exceptions are: ${said.join(' | ')}`
    },
    { shop },
  )

export const connectionScenarios: readonly Scenario[] = [
  {
    says: 'Without the scope for customers, orders still reach their stores',
    play: () => arrivesWithLess({ scopes: allScopes.filter(scope => scope !== 'read_customers') }),
  },
  {
    says: 'Without approval for customer data, orders still reach their stores',
    play: () => arrivesWithLess({ customerData: false }),
  },
  {
    says: 'The hub keeps its access to a shop whose tokens end after a day',
    play: () =>
      scene(
        async world => {
          for (let day = 0; day < 3; day += 1) {
            sellOneByOne(world, 2)
            await world.minutes(5)
            world.universe.time.skip(DAY_MS)
          }
          await world.minutes(15)
          return world.broken('shelves-agree')
        },
        { shop: { staticToken: false } },
      ),
  },
  {
    says: 'Webhooks that Shopify refuses are one exception, and orders still reach their stores',
    play: () =>
      scene(
        async world => {
          await world.minutes(70)
          const order = await world.order('S1', TEE.sku, 1)
          await world.minutes(2)
          const said = (await world.exceptions()).filter(text => text.startsWith('webhooks-'))
          if (said.length !== 1) return `The exceptions about webhooks are: ${said.join(' | ')}`
          const shown = await world.settle(world.counter('S1').staff.shows(order.name))
          return shown === null ? 'The till does not show the order' : null
        },
        { shop: { webhookHosts: 'loopback' } },
      ),
  },
  {
    says: 'Webhooks that never come though orders change are an exception',
    play: () =>
      scene(async world => {
        world.shop.shop().faults.set({ kind: 'webhook-silent', times: 'always' })
        world.counter('S1').till.halt() // no till has a part in it, and three hours of one take long to simulate
        for (let quarter = 0; quarter < 12; quarter += 1) {
          await world.order('S1', TEE.sku, 1)
          await world.minutes(15)
        }
        const said = await world.exceptions()
        return said.some(text => text.startsWith('webhooks-silent'))
          ? null
          : `The exceptions are: ${said.join(' | ')}`
      }),
  },
  {
    says: 'A till that stopped while a killed hub was down is enrolled again as soon as the hub is up',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        await world.minutes(1)
        world.hub.halt() // it notes no end of the connection
        till.halt()
        world.hub.start()
        await world.minutes(1)
        const code = await world.settle(world.hub.enrolCode('S1', till.enrolledAs))
        const refused = await world.settle(till.enrol(code).then(() => null, String))
        till.start()
        await world.minutes(1)
        return refused
      }),
  },
]
