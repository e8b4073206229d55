import { describeError } from '../../shared/errors.ts'
import type { Operation, ShopifyClient } from './api/client.ts'
import type { List } from './api/pages.ts'
import { failsOnThing } from './one-thing.ts'

/** Where Shopify fails on more things of one reading, the fault is not theirs. */
const MOST_FAILING = 5

/** Why some things could not be read, by id. It says nothing about whether Shopify has them. */
export type Failing = ReadonlyMap<string, string>

/**
 * Reads some things, without those that Shopify fails on: halves of the list are read until they are found. `read` is called again for
 * the same ids. Throws as it does, when Shopify fails on all or on more than a few.
 */
export async function readApart(
  client: Pick<ShopifyClient, 'read' | 'isClosed'>,
  ids: readonly string[],
  read: (some: readonly string[]) => Promise<void>,
): Promise<Failing> {
  const failing = new Map<string, string>()
  /** @param isAgain Shopify has just failed on it, and answered all else: it is not a failure of a moment */
  async function readSome(some: readonly string[], isAgain = false): Promise<void> {
    try {
      await read(some)
    } catch (failure) {
      if (failing.size >= MOST_FAILING || !(await failsOnThing(client, failure))) throw failure
      const [only] = some
      if (only !== undefined && some.length === 1 && isAgain)
        failing.set(only, describeError(failure).sentence)
      else if (some.length === 1) await readSome(some, true)
      else {
        const half = Math.ceil(some.length / 2)
        await readSome(some.slice(0, half))
        await readSome(some.slice(half))
      }
    }
  }
  await readSome(ids)
  return failing
}

/** How a page of a list is read that Shopify fails on: the ids alone, then the things themselves. */
interface ListApart<Ids, Nodes, Node> {
  readonly ids: Pick<List<Ids, { readonly id: string }>, 'operation' | 'pick'>
  readonly nodes: Operation<Nodes>
  /** What else is asked with the ids. */
  readonly given?: Readonly<Record<string, unknown>>
  readonly found: (answer: Nodes) => readonly (Node | null)[]
}

/** One page, and what Shopify fails on of it. */
export interface PageApart<Node> {
  readonly nodes: readonly Node[]
  readonly failing: Failing
}

/** Every page of a list in turn, as `pagesOf` has them, but without the things that Shopify fails on. */
export async function* pagesApart<Answer, Node, Ids, Nodes>(
  client: ShopifyClient,
  list: List<Answer, Node>,
  apart: ListApart<Ids, Nodes, Node>,
  variables: Readonly<Record<string, unknown>> = {},
): AsyncGenerator<PageApart<Node>, void, undefined> {
  let after: string | null = null
  do {
    const first = client.rowsThatFit(list.operation, list.most)
    const asked: Readonly<Record<string, unknown>> = { ...variables, first, after }
    const read: PageApart<Node> & { readonly next: string | null } = await readPage(
      client,
      list,
      asked,
    ).catch(async (failure: unknown) => {
      if (!(await failsOnThing(client, failure))) throw failure
      return readNodes(client, list, apart, asked)
    })
    yield read
    after = read.next
  } while (after !== null)
}

async function readPage<Answer, Node>(
  client: ShopifyClient,
  list: Omit<List<Answer, Node>, 'most'>,
  asked: Readonly<Record<string, unknown>>,
): Promise<PageApart<Node> & { readonly next: string | null }> {
  const found = list.pick(await client.read(list.operation, asked, list.lane))
  const failing: Failing = new Map()
  if (found === null) return { nodes: [], failing, next: null }
  return { nodes: found.nodes, failing, next: found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null }
}

async function readNodes<Answer, Node, Ids, Nodes>(
  client: ShopifyClient,
  list: List<Answer, Node>,
  apart: ListApart<Ids, Nodes, Node>,
  asked: Readonly<Record<string, unknown>>,
): Promise<PageApart<Node> & { readonly next: string | null }> {
  const { nodes: ids, next } = await readPage(client, { ...apart.ids, lane: list.lane }, asked)
  const found = new Map<string, Node | null>()
  const failing = await readApart(
    client,
    ids.map(({ id }) => id),
    async some => {
      const answer = await client.read(apart.nodes, { ...apart.given, ids: some }, list.lane)
      for (const [index, node] of apart.found(answer).entries()) found.set(some[index] ?? '', node)
    },
  )
  const nodes = ids.flatMap(({ id }) => found.get(id) ?? [])
  return { nodes, failing, next }
}
