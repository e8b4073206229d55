import { z } from 'zod'
import type { Operation, ShopifyClient } from './client.ts'
import type { Lane } from './throttle.ts'

/** One page of a list, as every list query of ours asks for it. */
export function page<T>(node: z.ZodType<T>) {
  return z.object({
    nodes: z.array(node),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  })
}

interface Page<T> {
  readonly nodes: readonly T[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A list of Shopify's to walk: `pick` finds the page in the answer; null there means that its owner is gone. */
export interface List<Answer, Node> {
  readonly operation: Operation<Answer>
  readonly pick: (answer: Answer) => Page<Node> | null
  readonly lane: Lane
  /** The longest page wanted; the shop's limits may make it shorter. */
  readonly most: number
}

/** Every page of a list in turn. Throws as `ShopifyClient.read` does. */
export async function* pagesOf<Answer, Node>(
  client: ShopifyClient,
  list: List<Answer, Node>,
  variables: Readonly<Record<string, unknown>> = {},
): AsyncGenerator<readonly Node[], void, undefined> {
  let after: string | null = null
  do {
    const first = client.rowsThatFit(list.operation, list.most)
    const answer: Answer = await client.read(list.operation, { ...variables, first, after }, list.lane)
    const found = list.pick(answer)
    if (found === null) return
    yield found.nodes
    after = found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null
  } while (after !== null)
}
