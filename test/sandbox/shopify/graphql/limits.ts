import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { argumentOf, isConnection, type Operation } from './cost.ts'

const longestList = 250

/** Shopify's sizes: pages and input lists of at most 250, and every connection says how long a page it wants. */
export function limitErrors(op: Operation): readonly GraphQLError[] {
  return limitedFields(op).flatMap(({ node, isPaged }) => [
    ...(isPaged ? pageErrors(node, op.variables) : []),
    ...(node.arguments ?? []).flatMap(argument =>
      listErrors(
        argumentOf(node, argument.name.value, op.variables),
        [node.name.value, argument.name.value],
        node,
      ),
    ),
  ])
}

interface LimitedField {
  readonly node: FieldNode
  /** It is a connection, which wants to know how long a page is. */
  readonly isPaged: boolean
}

/** Finding them is most of the work, and a client sends the same few documents again and again. */
const limited = new WeakMap<DocumentNode, readonly LimitedField[]>()

/** The fields of a document that a size is asked of. */
function limitedFields({ document, schema }: Operation): readonly LimitedField[] {
  const known = limited.get(document)
  if (known !== undefined) return known
  const found: LimitedField[] = []
  const info = new TypeInfo(schema)
  const visitor: ASTVisitor = {
    Field(node) {
      const type = info.getType()
      const isPaged = type != null && isConnection(getNamedType(type))
      if (isPaged || (node.arguments ?? []).length > 0) found.push({ node, isPaged })
    },
  }
  visit(document, visitWithTypeInfo(info, visitor))
  limited.set(document, found)
  return found
}

function pageErrors(node: FieldNode, variables: Operation['variables']): readonly GraphQLError[] {
  const sizes = (['first', 'last'] as const).map(name => [name, argumentOf(node, name, variables)] as const)
  const given = sizes.filter(
    (size): size is readonly ['first' | 'last', number] => typeof size[1] === 'number',
  )
  if (given.length !== 1) {
    return [problem(node, `you must provide one of first or last`, 'BAD_REQUEST')]
  }
  return given.flatMap(([name, size]) => {
    if (size > longestList) {
      return [problem(node, `${name} cannot exceed ${longestList}`, 'MAX_PAGE_SIZE_EXCEEDED')]
    }
    return size < 0 ? [problem(node, `${name} cannot be negative`, 'BAD_REQUEST')] : []
  })
}

function listErrors(value: unknown, path: readonly string[], node: FieldNode): readonly GraphQLError[] {
  if (Array.isArray(value)) {
    if (value.length > longestList) {
      const message = `The input array size of ${value.length} is greater than the maximum allowed of ${longestList}.`
      return [problem(node, message, 'MAX_INPUT_SIZE_EXCEEDED', path)]
    }
    return value.flatMap((inner, index) => listErrors(inner, [...path, String(index)], node))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => listErrors(inner, [...path, key], node))
}

function problem(
  node: FieldNode,
  message: string,
  code: string,
  path: readonly string[] = [node.name.value],
): GraphQLError {
  return new GraphQLError(message, { nodes: node, path: [...path], extensions: { code } })
}
