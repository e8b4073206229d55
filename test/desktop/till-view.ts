import { DeskView } from '../../agent/till/api-schema.ts'

/** What an agent tells the desktop app; `state` and `orders` differ from a till at rest. */
export function deskView(
  over: { state?: Partial<DeskView['state']>; orders?: readonly string[] } = {},
): DeskView {
  return DeskView.parse({
    state: {
      store: 'HAR',
      storeName: 'Harbour',
      till: 'Till 1',
      zone: 'Europe/Berlin',
      link: 'online',
      since: 0,
      problem: null,
      unsent: 0,
      unsentSales: 0,
      sources: [],
      ...over.state,
    },
    newPickups: (over.orders ?? []).map(order => ({
      pickup: `gid://shopify/FulfillmentOrder/${order}`,
      order,
      units: 2,
    })),
  })
}
