import { z } from 'zod'

const Id = z.union([z.int(), z.string().regex(/^\d{1,20}$/)]).transform(String)
const Customer = z.object({ id: Id.nullish() }).nullish()
const Orders = z.array(Id).nullish()
const Absent = z.undefined().optional()
/** What a body does not say, as far as its own topic does not: `id` is an order's, a product's or another thing's. */
const unsaid = {
  id: Absent,
  admin_graphql_api_id: Absent,
  customer: Absent,
  orders_requested: Absent,
  orders_to_redact: Absent,
  data_request: Absent,
}

/**
 * What each topic's body says, and what only another topic's would say. Headers are not signed, so a captured body can come again
 * under a privacy topic: it must not remove what its own topic would not.
 */
const told = {
  'customers/data_request': z.object({
    ...unsaid,
    customer: Customer,
    orders_requested: Orders,
    data_request: z.object({ id: Id }).nullish(),
  }),
  'customers/redact': z.object({ ...unsaid, customer: Customer, orders_to_redact: Orders }),
  'shop/redact': z.object({
    ...unsaid,
    shop_id: z.union([z.int(), z.string()]),
    shop_domain: z.string(),
  }),
} as const

type PrivacyTopic = keyof typeof told
const isPrivacyTopic = (topic: string): topic is PrivacyTopic => Object.hasOwn(told, topic)

/** What a privacy webhook asks, without what it says of the person. */
export const PrivacyRequest = z.object({
  customer: z.string().nullable(),
  orders: z.array(z.string()),
  request: z.string().nullable(),
})
export type PrivacyRequest = z.infer<typeof PrivacyRequest>

/**
 * What is kept of a privacy webhook's body: global ids. Shopify writes bare numbers, and of those that look like a payment
 * card's nothing would be left. Null: it can't be read, or is another topic's.
 */
export function privacyRequest(topic: string, body: unknown): PrivacyRequest | null {
  const asked = isPrivacyTopic(topic) ? told[topic].safeParse(body).data : undefined
  if (asked === undefined) return null
  const { customer, orders_requested, orders_to_redact, data_request } = asked
  const id = customer?.id ?? null
  return {
    customer: id === null ? null : `gid://shopify/Customer/${id}`,
    orders: [...(orders_requested ?? []), ...(orders_to_redact ?? [])].map(
      one => `gid://shopify/Order/${one}`,
    ),
    request: data_request?.id ?? null,
  }
}
