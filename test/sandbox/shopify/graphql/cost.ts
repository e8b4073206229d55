import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'

/** The dearest single query Shopify runs, whatever the plan. */
export const maxQueryCost = 1000

/** What things cost, requested and actual alike. The actual cost counts what came of what was requested, never more. */
const costs = {
  object: 1,
  /** And its items: `products(first: 20) { edges { node { id } } }` is 22. */
  connection: 2,
  mutation: 10,
  /** The arguments that say how long a plain list may be. A list without them is one item, however long it is. */
  listLength: { list: ['ids', 'first'], each: ['ids', 'first', 'names'] },
} as const

export interface Operation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
}

/** How plain lists are counted; see the switches of these names. */
export interface ListCosts {
  readonly quantityCost: keyof typeof costs.listLength
  readonly answerListCost: 'one' | 'as-request'
}

/**
 * Points of an operation: scalars nothing, an object 1, an interface or union its dearest member, a connection
 * 2 and its page size times one item, a mutation at least 10. Without data it is the requested cost; with
 * data the actual one, where pages count what they hold and null counts nothing.
 */
export function operationCost(op: Operation, lists: ListCosts, data?: unknown): number {
  const isMutation = op.operation.operation === 'mutation'
  const root = isMutation ? op.schema.getMutationType() : op.schema.getQueryType()
  if (!root) throw new Error('The schema has no root type')
  const walker = costWalker(op, lists)
  if (!isMutation) return walker.selection(op.operation.selectionSet, root, data)
  return walker
    .fieldsOf(op.operation.selectionSet, root, data)
    .reduce((sum, { node, of, value }) => sum + Math.max(costs.mutation, walker.field(node, of, value)), 0)
}

/** A connection, by Relay's naming. */
export function isConnection(type: GraphQLNamedType): boolean {
  return type.name.endsWith('Connection') && isObjectType(type)
}

/** An integer argument as written or from the variables. */
export function argumentOf(
  node: FieldNode,
  name: string,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const argument = node.arguments?.find(one => one.name.value === name)
  return argument === undefined ? undefined : valueFromASTUntyped(argument.value, { ...variables })
}

interface Visited {
  readonly node: FieldNode
  readonly of: GraphQLOutputType
  readonly value: unknown
}

function costWalker({ schema, document, variables }: Operation, lists: ListCosts) {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map(one => [one.name.value, one]),
  )

  /** The fields a selection asks of a type, through its fragments. */
  function fieldsOf(set: SelectionSetNode, type: GraphQLNamedType, data: unknown): readonly Visited[] {
    return set.selections.flatMap((selection): readonly Visited[] => {
      if (selection.kind === Kind.FIELD) {
        const named =
          isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
        if (named === undefined) return []
        const key = selection.alias?.value ?? selection.name.value
        return [
          {
            node: selection,
            of: named.type,
            value: data === undefined ? undefined : (propertyOf(data, key) ?? null),
          },
        ]
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (fragment === undefined) return []
      const condition = fragment.typeCondition?.name.value
      const on = condition === undefined ? type : schema.getType(condition)
      return on === undefined || (isObjectType(type) && !applies(on, type))
        ? []
        : fieldsOf(fragment.selectionSet, on, data)
    })
  }

  function applies(on: GraphQLNamedType, type: GraphQLNamedType): boolean {
    return on === type || (isAbstractType(on) && isObjectType(type) && schema.isSubType(on, type))
  }

  /** Abstract types cost their dearest member among those the query names. */
  function selection(set: SelectionSetNode, type: GraphQLNamedType, data: unknown): number {
    if (isInterfaceType(type) || isUnionType(type)) {
      const typename = propertyOf(data, '__typename')
      const members = set.selections.flatMap(one =>
        one.kind === Kind.FIELD
          ? []
          : namedType(one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one),
      )
      const possible = members.filter(member => typename === undefined || member.name === typename)
      return Math.max(0, ...possible.map(member => costOf(set, member, data)), costOf(set, type, data, true))
    }
    return costOf(set, type, data)
  }

  function namedType(
    fragment:
      | { readonly typeCondition?: { readonly name: { readonly value: string } } | undefined }
      | undefined,
  ) {
    const type =
      fragment?.typeCondition === undefined ? undefined : schema.getType(fragment.typeCondition.name.value)
    return type !== undefined && isObjectType(type) ? [type] : []
  }

  function costOf(set: SelectionSetNode, type: GraphQLNamedType, data: unknown, plainOnly = false): number {
    const own = plainOnly
      ? { ...set, selections: set.selections.filter(one => one.kind === Kind.FIELD) }
      : set
    return fieldsOf(own, type, data).reduce((sum, { node, of, value }) => sum + field(node, of, value), 0)
  }

  function field(node: FieldNode, of: GraphQLOutputType, value: unknown): number {
    const type = getNamedType(of)
    if (
      !isCompositeType(type) ||
      node.selectionSet === undefined ||
      type.name.startsWith('__') ||
      value === null
    )
      return 0
    const { selectionSet } = node
    if (isConnection(type)) return costs.connection + connectionItems(node, type, value)
    const one = (item: unknown): number =>
      item === null ? 0 : costs.object + selection(selectionSet, type, item)
    if (!isListType(getNullableType(of))) return one(value)
    const most = listSize(node) * one(undefined)
    if (!Array.isArray(value)) return most
    return Math.min(
      most,
      value.reduce((sum: number, item: unknown) => sum + one(item), 0),
    )
  }

  function connectionItems(node: FieldNode, type: GraphQLNamedType, value: unknown): number {
    if (node.selectionSet === undefined) return 0
    const asked = fieldsOf(node.selectionSet, type, value).filter(
      ({ node: { name } }) => name.value === 'nodes' || name.value === 'edges',
    )
    const perPage = asked.map(({ node: list, of, value: held }) => {
      const itemType = getNamedType(of)
      const itemCost = (item: unknown): number => {
        if (list.selectionSet === undefined) return 0
        if (list.name.value === 'nodes') return costs.object + selection(list.selectionSet, itemType, item)
        const inner = fieldsOf(list.selectionSet, itemType, item).reduce(
          (sum, one) => sum + field(one.node, one.of, one.value),
          0,
        )
        return Math.max(costs.object, inner)
      }
      if (Array.isArray(held)) return held.reduce((sum: number, item: unknown) => sum + itemCost(item), 0)
      return pageSize(node) * itemCost(undefined)
    })
    // Both `nodes` and `edges` show the same page.
    return Math.max(0, ...perPage)
  }

  function pageSize(node: FieldNode): number {
    return Number(argumentOf(node, 'first', variables) ?? argumentOf(node, 'last', variables) ?? 0)
  }

  /** As long as asked; a list that is not asked a length counts once, or as the longest list of the request. */
  function listSize(node: FieldNode): number {
    for (const name of costs.listLength[lists.quantityCost]) {
      const value = argumentOf(node, name, variables)
      if (Array.isArray(value)) return value.length
      if (typeof value === 'number') return value
    }
    return lists.answerListCost === 'as-request' ? Math.max(1, longestList(variables)) : 1
  }

  return { selection, fieldsOf, field }
}

/** The length of the longest list within a value: an answer lists no more than what was asked for. */
function longestList(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? value.length : 0
  return Math.max(own, ...Object.values(value).map(longestList))
}

function propertyOf(data: unknown, key: string): unknown {
  if (typeof data !== 'object' || data === null) return undefined
  return (data as Readonly<Record<string, unknown>>)[key]
}
