import {
  type DocumentNode,
  GraphQLError,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { isConnection } from '../graphql/cost.ts'
import { loadAdminSchema } from '../schema/load.ts'

const mostConnections = 5
const deepestNesting = 2

/** A bulk query as parsed, or why Shopify does not run it. */
export function checkBulkQuery(
  text: string,
): { readonly ok: true; readonly document: DocumentNode } | { readonly ok: false; readonly why: string } {
  const document = parsed(text)
  if (document instanceof GraphQLError) return { ok: false, why: `Invalid bulk query: ${document.message}` }
  const [wrong] = validate(loadAdminSchema(), document)
  if (wrong !== undefined) return { ok: false, why: `Invalid bulk query: ${wrong.message}` }
  const operations = document.definitions.filter(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  )
  if (operations.length !== 1 || operations[0]?.operation !== 'query') {
    return { ok: false, why: 'Bulk queries must be a single query operation.' }
  }
  const why = whyNot(document)
  return why === undefined ? { ok: true, document } : { ok: false, why }
}

function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

function whyNot(document: DocumentNode): string | undefined {
  let connections = 0
  let deepest = 0
  const open: string[] = []
  let topNode = false
  const info = new TypeInfo(loadAdminSchema())
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter(node) {
          const name = node.name.value
          if (info.getParentType()?.name === 'QueryRoot' && (name === 'node' || name === 'nodes')) {
            topNode = true
          }
          const type = info.getType()
          if (!type || !isConnection(getNamedType(type))) return
          connections += 1
          open.push(name)
          deepest = Math.max(deepest, open.length - 1)
        },
        leave() {
          const type = info.getType()
          if (type && isConnection(getNamedType(type))) open.pop()
        },
      },
    }),
  )
  if (topNode) return 'Bulk queries cannot contain a top level `node` or `nodes` field.'
  if (connections === 0) return 'Bulk queries must contain at least one connection.'
  if (connections > mostConnections) {
    return `Bulk queries cannot contain more than ${mostConnections} connections.`
  }
  if (deepest > deepestNesting) {
    return `Bulk queries cannot contain connections with a nesting depth greater than ${deepestNesting}.`
  }
  return undefined
}
