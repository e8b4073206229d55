import { z } from 'zod'

const Id = z.union([z.int(), z.string().regex(/^\d{1,20}$/)]).transform(String)
const Customer = z.object({ id: Id.nullish() }).nullish()
const Told = z.object({
  customer: Customer,
  orders_requested: z.array(Id).nullish(),
  orders_to_redact: z.array(Id).nullish(),
  data_request: z.object({ id: Id }).nullish(),
})

/** What a privacy webhook asks, without what it says of the person. */
export const PrivacyRequest = z.object({
  customer: z.string().nullable(),
  orders: z.array(z.string()),
  request: z.string().nullable(),
})
export type PrivacyRequest = z.infer<typeof PrivacyRequest>

/**
 * What is kept of a privacy webhook's body: global ids. Shopify writes bare numbers, and of those that look like a payment
 * card's nothing would be left. Null: it can't be read.
 */
export function privacyRequest(body: unknown): PrivacyRequest | null {
  const told = Told.safeParse(body).data
  if (told === undefined) return null
  const { customer, orders_requested, orders_to_redact, data_request } = told
  const id = customer?.id ?? null
  return {
    customer: id === null ? null : `gid://shopify/Customer/${id}`,
    orders: [...(orders_requested ?? []), ...(orders_to_redact ?? [])].map(
      one => `gid://shopify/Order/${one}`,
    ),
    request: data_request?.id ?? null,
  }
}
