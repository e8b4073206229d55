import { z } from 'zod'
import type { RunFile } from '../sandbox/everything.ts'

/** The shop as a program outside sees it: the Admin API at its usual address, with its usual token. */
export function openShop(shopify: RunFile['shopify']) {
  const headers = { 'content-type': 'application/json', 'x-shopify-access-token': shopify.accessToken }

  async function query(document: string, variables: object): Promise<unknown> {
    const answer = await fetch(`${shopify.url}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: document, variables }),
    })
    return answer.json()
  }

  return {
    /** Available and on-hand units of every item at a location. */
    async levels(location: string): Promise<Map<string, { available: number; onHand: number }>> {
      const levels = new Map<string, { available: number; onHand: number }>()
      let after: string | null = null
      for (;;) {
        const answer: unknown = await query(LEVELS, { location, after })
        const page = Levels.parse(answer).data.location.inventoryLevels
        for (const { item, quantities } of page.nodes) {
          const of = (name: string) => quantities.find(one => one.name === name)?.quantity ?? 0
          if (item.sku !== null) levels.set(item.sku, { available: of('available'), onHand: of('on_hand') })
        }
        if (!page.pageInfo.hasNextPage) return levels
        after = page.pageInfo.endCursor
      }
    },
    /** Orders for pickup as a customer would online. Gives the order's id and name. */
    async order(order: {
      location: string
      lines: readonly { sku: string; quantity: number }[]
      customer: string
    }) {
      const answer = await fetch(`${shopify.url}/sandbox/orders`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          location: order.location,
          lines: order.lines,
          customer: { name: order.customer },
        }),
      })
      return z.object({ id: z.string(), name: z.string() }).parse(await answer.json())
    },
    async fulfilment(order: string): Promise<{ order: string; pickups: string[] }> {
      const { data } = Fulfilment.parse(await query(FULFILMENT, { order }))
      return {
        order: data.order.displayFulfillmentStatus,
        pickups: data.order.fulfillmentOrders.nodes.map(({ status }) => status),
      }
    },
  }
}

const LEVELS = `query ($location: ID!, $after: String) {
  location(id: $location) {
    inventoryLevels(first: 50, after: $after) {
      nodes { item { sku } quantities(names: ["available", "on_hand"]) { name quantity } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`
const Levels = z.object({
  data: z.object({
    location: z.object({
      inventoryLevels: z.object({
        nodes: z.array(
          z.object({
            item: z.object({ sku: z.string().nullable() }),
            quantities: z.array(z.object({ name: z.string(), quantity: z.int() })),
          }),
        ),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
})

const FULFILMENT = `query ($order: ID!) {
  order(id: $order) { displayFulfillmentStatus fulfillmentOrders(first: 5) { nodes { status } } }
}`
const Fulfilment = z.object({
  data: z.object({
    order: z.object({
      displayFulfillmentStatus: z.string(),
      fulfillmentOrders: z.object({ nodes: z.array(z.object({ status: z.string() })) }),
    }),
  }),
})
