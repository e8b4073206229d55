import { expect, test } from 'vitest'
import { judgeDenials } from '../../hub/shopify/api/denials.ts'

const spares = { 'order.customer': 'customers', 'order.note': 'customers' } as const

test('a denial without a path about the location, on a guest order without a note: it is needed', () => {
  const data = {
    order: {
      customer: null,
      note: null,
      fulfillmentOrders: { nodes: [{ assignedLocation: { location: null } }] },
    },
  }
  const denial = {
    path: [],
    message: 'Access denied for location field. Required access: `read_locations` access scope.',
  }
  expect(judgeDenials(data, [denial], spares).needed).toHaveLength(1)
})
