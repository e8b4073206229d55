import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { isConnection } from '../graphql/cost.ts'
import { loadAdminSchema } from '../schema/load.ts'
import type { Switches } from '../switches.ts'

/** One line of a bulk file, with the rows that came out of its connections. */
export interface BulkRow {
  readonly own: Readonly<Record<string, unknown>>
  readonly children: readonly BulkRow[]
}

type Json = Readonly<Record<string, unknown>>

/** More than any list of the sandbox holds. */
const everything = { kind: Kind.INT, value: '100000000' } as const

/** The same query with every connection as long as it is; a bulk query needs no page size. */
export function wholeConnections(document: DocumentNode): DocumentNode {
  const info = new TypeInfo(loadAdminSchema())
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const type = info.getType()
        if (!type || !isConnection(getNamedType(type))) return undefined
        const kept = (node.arguments ?? []).filter(
          ({ name }) => !['first', 'last', 'after', 'before'].includes(name.value),
        )
        const first = {
          kind: Kind.ARGUMENT,
          name: { kind: Kind.NAME, value: 'first' },
          value: everything,
        } as const
        return { ...node, arguments: [...kept, first] }
      },
    }),
  )
}

/**
 * The rows of an answer: each item of a connection is one, without its own connections, which are rows of their own and
 * name their parent.
 */
export function bulkRows(
  document: DocumentNode,
  data: Json,
  parent: Switches['bulkParent'],
): readonly BulkRow[] {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map(one => [one.name.value, one]),
  )

  function fieldsOf(
    set: SelectionSetNode,
    type: GraphQLNamedType,
  ): readonly (readonly [FieldNode, GraphQLNamedType])[] {
    return set.selections.flatMap((one): readonly (readonly [FieldNode, GraphQLNamedType])[] => {
      if (one.kind === Kind.FIELD) {
        const field =
          isObjectType(type) || isInterfaceType(type) ? type.getFields()[one.name.value] : undefined
        return field === undefined ? [] : [[one, getNamedType(field.type)]]
      }
      const fragment = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one
      const on = fragment?.typeCondition?.name.value
      const inner = on === undefined ? type : loadAdminSchema().getType(on)
      return fragment === undefined || inner === undefined ? [] : fieldsOf(fragment.selectionSet, inner)
    })
  }

  /** An object without its connections, and the rows that came out of them. */
  function split(value: Json, set: SelectionSetNode, type: GraphQLNamedType, parentId: unknown): BulkRow {
    const own: Record<string, unknown> = {}
    const children: BulkRow[] = []
    const rowId = parent === 'nearest-object' && 'id' in value ? value['id'] : parentId
    for (const [node, of] of fieldsOf(set, type)) {
      const key = node.alias?.value ?? node.name.value
      const inner = value[key]
      if (inner === undefined) continue
      if (node.selectionSet === undefined || inner === null || Array.isArray(inner)) own[key] = inner
      else if (isConnection(of)) children.push(...items(inner as Json, node.selectionSet, of, rowId))
      else {
        const part = split(inner as Json, node.selectionSet, of, rowId)
        own[key] = part.own
        children.push(...part.children)
      }
    }
    return { own, children }
  }

  function items(
    connection: Json,
    set: SelectionSetNode,
    type: GraphQLNamedType,
    parentId: unknown,
  ): readonly BulkRow[] {
    return fieldsOf(set, type).flatMap(([node, of]): readonly BulkRow[] => {
      const held = connection[node.alias?.value ?? node.name.value]
      if (node.selectionSet === undefined || !Array.isArray(held)) return []
      if (node.name.value === 'nodes') return held.map(item => row(item, node.selectionSet, of, parentId))
      const [edge] = fieldsOf(node.selectionSet, of).filter(([inner]) => inner.name.value === 'node')
      if (edge === undefined) return []
      return held.map(item => row((item as Json)['node'] as Json, edge[0].selectionSet, edge[1], parentId))
    })
  }

  function row(
    item: Json,
    set: SelectionSetNode | undefined,
    type: GraphQLNamedType,
    parentId: unknown,
  ): BulkRow {
    if (set === undefined) throw new Error('A connection was selected without fields')
    const { own, children } = split(item, set, type, item['id'])
    return { own: parentId === undefined ? own : { ...own, __parentId: parentId }, children }
  }

  const operation = document.definitions.find(one => one.kind === Kind.OPERATION_DEFINITION)
  const root = loadAdminSchema().getQueryType()
  if (operation === undefined || !('selectionSet' in operation) || !operation.selectionSet || !root) return []
  return split(data, operation.selectionSet, root, undefined).children
}
