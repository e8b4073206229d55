import { GraphQLError } from 'graphql'

export interface PageArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
  readonly reverse?: boolean | null
}

/** What a list is sorted by. Ties fall to the id. */
type SortValue = string | number

/** A Relay connection, resolved by its plain properties. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[]
  readonly nodes: readonly T[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

interface Position {
  readonly value: SortValue
  readonly id: number
}

/**
 * One page of a list. A cursor holds the sort value and id of its row, as Shopify's do, so a page goes on
 * from its place even when the list changed meanwhile: what moved ahead of the cursor is not seen again.
 */
export function connection<T>(
  items: Iterable<T>,
  args: PageArguments,
  at: (item: T) => Position,
): Connection<T> {
  const direction = args.reverse === true ? -1 : 1
  const order = (a: Position, b: Position): number =>
    direction * (a.value < b.value ? -1 : a.value > b.value ? 1 : a.id - b.id)
  const sorted = [...items].map(node => ({ node, position: at(node) }))
  sorted.sort((a, b) => order(a.position, b.position))

  const after = args.after == null ? undefined : decodeCursor(args.after)
  const before = args.before == null ? undefined : decodeCursor(args.before)
  const within = sorted.filter(
    ({ position }) =>
      (after === undefined || order(position, after) > 0) &&
      (before === undefined || order(position, before) < 0),
  )
  const { first, last } = args
  const page = first != null ? within.slice(0, first) : within.slice(Math.max(0, within.length - (last ?? 0)))
  const edges = page.map(({ node, position }) => ({ node, cursor: encodeCursor(position) }))
  const more = within.length > page.length
  return {
    edges,
    nodes: page.map(({ node }) => node),
    pageInfo: {
      hasNextPage: first != null ? more : before !== undefined,
      hasPreviousPage: first != null ? after !== undefined : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

function encodeCursor({ value, id }: Position): string {
  return Buffer.from(JSON.stringify({ last_id: id, last_value: value })).toString('base64')
}

function decodeCursor(cursor: string): Position {
  try {
    const { last_id, last_value }: { last_id?: unknown; last_value?: unknown } = JSON.parse(
      Buffer.from(cursor, 'base64').toString(),
    )
    if (typeof last_id === 'number' && (typeof last_value === 'number' || typeof last_value === 'string')) {
      return { id: last_id, value: last_value }
    }
  } catch (cause) {
    throw invalidCursor(cause)
  }
  throw invalidCursor()
}

function invalidCursor(cause?: unknown): GraphQLError {
  return new GraphQLError('Invalid cursor for current pagination sort.', {
    extensions: { code: 'INVALID_CURSOR' },
    ...(cause instanceof Error ? { originalError: cause } : {}),
  })
}
