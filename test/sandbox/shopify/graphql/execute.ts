import {
  type DocumentNode,
  execute,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { loadAdminSchema } from '../schema/load.ts'
import type { Shop } from '../shop.ts'
import { types } from '../types/types.ts'
import { maxQueryCost, type Operation, operationCost } from './cost.ts'
import type { CostBucket } from './cost-bucket.ts'
import { fieldResolver, type RequestContext, typeResolver } from './fields.ts'
import { globalIdErrors } from './global-ids.ts'
import { keyOfNode } from './idempotency.ts'
import { limitErrors } from './limits.ts'

/** The body of a GraphQL request. */
export interface GraphqlRequest {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | null
}

/** The body of its answer. */
export interface GraphqlAnswer {
  readonly data?: unknown
  readonly errors?: readonly object[]
  readonly extensions?: object
}

/** A request that parsed, or the answer to one that did not. */
export type Prepared =
  | { readonly ok: true; readonly op: Operation; readonly rootFields: readonly FieldNode[] }
  | { readonly ok: false; readonly answer: GraphqlAnswer }

/** Mutations Shopify carries out only under a key. */
const needKey: ReadonlySet<string> = new Set([
  'inventoryActivate',
  'inventoryAdjustQuantities',
  'inventoryMoveQuantities',
  'inventorySetQuantities',
  'inventoryShipmentCreate',
  'inventoryShipmentCreateInTransit',
  'inventoryShipmentReceive',
  'inventoryTransferCreate',
  'inventoryTransferCreateAsReadyToShip',
  'locationActivate',
  'locationDeactivate',
  'refundCreate',
])

const resolveField = fieldResolver(types)
const parsed = new Map<string, DocumentNode | GraphQLError>()
const validated = new WeakMap<DocumentNode, readonly GraphQLError[]>()

/** Parses and checks a request as far as that needs no state. */
export function prepare(request: GraphqlRequest): Prepared {
  const schema = loadAdminSchema()
  const document = parseOnce(request.query)
  if (document instanceof GraphQLError) return wrong([document], 'syntaxError')
  const errors = validateOnce(schema, document)
  if (errors.length > 0) return wrong(errors, 'graphqlValidation')
  const operation = getOperationAST(document, request.operationName)
  if (!operation) return wrong([new GraphQLError('An operation name is required.')], 'missingOperationName')
  const op: Operation = {
    schema,
    document,
    operation,
    variables: { ...defaultsOf(operation), ...request.variables },
  }
  const rootFields = operation.selectionSet.selections.flatMap(one => fieldsIn(one, document))
  const limits = [...limitErrors(op), ...globalIdErrors(op), ...keyErrors(op, rootFields)]
  return limits.length > 0 ? wrong(limits, 'BAD_REQUEST') : { ok: true, op, rootFields }
}

/** How a query of any size is executed on the shop's present state, cost and limits aside. */
export function executionOf(shop: Shop) {
  const contextValue: RequestContext = {
    shop,
    busyKeys: new Set(),
    ignoreIdempotencyKeys: false,
    hideQuantityAfterChange: false,
    searchLagMs: shop.settings.indexLagMs,
  }
  return { schema: loadAdminSchema(), contextValue, fieldResolver: resolveField, typeResolver }
}

/** Executes a prepared request against the bucket: throttled, too dear, or answered with its cost. */
export function answer(op: Operation, context: RequestContext, bucket: CostBucket): GraphqlAnswer {
  const lists = context.shop.settings
  const requested = operationCost(op, lists)
  const cost = (actual: number | null) => ({
    cost: { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: bucket.status() },
  })
  if (requested > maxQueryCost) {
    const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${maxQueryCost}).`
    const extensions = { code: 'MAX_COST_EXCEEDED', cost: requested, maxCost: maxQueryCost }
    return { errors: [{ message, extensions }], extensions: cost(null) }
  }
  if (!bucket.take(requested)) return { ...throttled(), extensions: cost(null) }
  const result = execute({
    schema: op.schema,
    document: op.document,
    variableValues: op.variables,
    operationName: op.operation.name?.value,
    contextValue: context,
    fieldResolver: resolveField,
    typeResolver,
  })
  // Every resolver is synchronous, so that a mutation and its transaction are one step.
  if ('then' in result) throw new Error('A resolver of the sandbox was asynchronous')
  // Errors without data come from the variables: nothing was executed.
  const code = result.data === undefined ? { code: 'INVALID_VARIABLE' } : {}
  const errors = result.errors?.map(error => {
    const extensions = { ...code, ...error.extensions }
    return Object.keys(extensions).length === 0 ? error.toJSON() : { ...error.toJSON(), extensions }
  })
  const actual = operationCost(op, lists, result.data ?? null)
  bucket.giveBack(Math.max(0, requested - actual))
  return {
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(errors === undefined ? {} : { errors }),
    extensions: cost(actual),
  }
}

/** The answer of a full bucket; HTTP 200, no data. */
export function throttled(): GraphqlAnswer {
  const documentation = 'https://shopify.dev/api/usage/rate-limits'
  return { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation } }] }
}

/** The keys a request brings, so that another one with the same key can be told to wait. */
export function keysOf(op: Operation, rootFields: readonly FieldNode[]): readonly string[] {
  return rootFields.flatMap(field => keyOfNode(field, op) ?? [])
}

function keyErrors(op: Operation, rootFields: readonly FieldNode[]): readonly GraphQLError[] {
  if (op.operation.operation !== 'mutation') return []
  return rootFields.flatMap(field => {
    if (!needKey.has(field.name.value)) return []
    const key = keyOfNode(field, op)
    if (key !== undefined && key.trim() !== '') return []
    const message =
      key === undefined
        ? 'The @idempotent directive is required for this mutation but was not provided.'
        : "The @idempotent directive's key must not be blank."
    const path = [field.alias?.value ?? field.name.value]
    return [new GraphQLError(message, { nodes: field, path, extensions: { code: 'BAD_REQUEST' } })]
  })
}

function wrong(errors: readonly GraphQLError[], code: string): Prepared {
  const shown = errors.map(error => ({ ...error.toJSON(), extensions: { code, ...error.extensions } }))
  return { ok: false, answer: { errors: shown } }
}

/** A client sends the same few documents for ever; parsing and validating them is most of a request's time. */
function parseOnce(query: string): DocumentNode | GraphQLError {
  const known = parsed.get(query)
  if (known !== undefined) return known
  const document = tryParse(query)
  if (parsed.size >= 500) parsed.clear()
  parsed.set(query, document)
  return document
}

function tryParse(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query)
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

function validateOnce(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const known = validated.get(document) ?? validate(schema, document)
  validated.set(document, known)
  return known
}

function defaultsOf(operation: OperationDefinitionNode): Record<string, unknown> {
  return Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) => {
      if (defaultValue === undefined) return []
      const value = 'value' in defaultValue ? defaultValue.value : undefined
      return value === undefined
        ? []
        : [[variable.name.value, defaultValue.kind === Kind.INT ? Number(value) : value]]
    }),
  )
}

function fieldsIn(
  selection: OperationDefinitionNode['selectionSet']['selections'][number],
  document: DocumentNode,
): readonly FieldNode[] {
  if (selection.kind === Kind.FIELD) return [selection]
  const fragment =
    selection.kind === Kind.INLINE_FRAGMENT
      ? selection
      : document.definitions.find(
          one => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
        )
  if (fragment === undefined || !('selectionSet' in fragment) || fragment.selectionSet === undefined)
    return []
  return fragment.selectionSet.selections.flatMap(one => fieldsIn(one, document))
}
