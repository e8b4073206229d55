import {
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Operation } from './cost.ts'
import { parseGid } from './gid.ts'

/** Errors for texts that should be global ids and are not. Shopify refuses the whole request for one of them. */
export function globalIdErrors(op: Operation): readonly GraphQLError[] {
  return [...variableErrors(op), ...literalErrors(op)]
}

function variableErrors({ schema, operation, variables }: Operation): readonly GraphQLError[] {
  return (operation.variableDefinitions ?? []).flatMap(definition => {
    const type = typeFromAST(schema, definition.type)
    const name = definition.variable.name.value
    if (type === undefined || !(name in variables)) return []
    const wrong = wrongIds(type as GraphQLInputType, variables[name], [])
    if (wrong.length === 0) return []
    const problems = wrong.map(({ path, value }) => {
      const explanation = `Invalid global id '${value}'`
      return { path, explanation, message: explanation }
    })
    const message = `Variable $${name} of type ${type} was provided invalid value`
    return [
      new GraphQLError(message, {
        nodes: definition,
        extensions: { code: 'INVALID_VARIABLE', value: variables[name], problems },
      }),
    ]
  })
}

interface WrongId {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

function wrongIds(type: GraphQLInputType, value: unknown, path: WrongId['path']): readonly WrongId[] {
  if (value === null || value === undefined) return []
  const inner = getNullableType(type)
  if (isListType(inner)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value]
    return items.flatMap((item, index) => wrongIds(inner.ofType, item, [...path, index]))
  }
  if (isInputObjectType(inner)) {
    if (typeof value !== 'object') return []
    return Object.entries(inner.getFields()).flatMap(([name, field]) =>
      wrongIds(field.type, (value as Readonly<Record<string, unknown>>)[name], [...path, name]),
    )
  }
  if (String(inner) !== 'ID' || isGlobalId(value)) return []
  return [{ path, value }]
}

/** They are the same each time a document comes. */
const literal = new WeakMap<DocumentNode, readonly GraphQLError[]>()

function literalErrors({ schema, document }: Operation): readonly GraphQLError[] {
  const known = literal.get(document)
  if (known !== undefined) return known
  const errors: GraphQLError[] = []
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      StringValue(node) {
        const type = info.getInputType()
        if (!type || String(getNullableType(type)) !== 'ID' || isGlobalId(node.value)) return
        errors.push(
          new GraphQLError(`Invalid global id '${node.value}'`, {
            nodes: node,
            extensions: { code: 'argumentLiteralsIncompatible' },
          }),
        )
      },
    }),
  )
  literal.set(document, errors)
  return errors
}

function isGlobalId(value: unknown): boolean {
  return typeof value === 'string' && parseGid(value) !== undefined
}

/** The error of an id that names another kind of thing than the field wants. */
export function invalidId(id: string): GraphQLError {
  return new GraphQLError(`Invalid global id '${id}'`, {
    extensions: { code: 'argumentLiteralsIncompatible' },
  })
}
