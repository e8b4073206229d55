import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql'

/** The Admin API version this sandbox serves. */
export const apiVersion = '2026-10'

const schemaFile = new URL(`./admin-${apiVersion}.json.gz`, import.meta.url)

let loaded: GraphQLSchema | undefined

/** Shopify's own Admin schema, without its descriptions. Built once a process: it is large and immutable. */
export function loadAdminSchema(): GraphQLSchema {
  loaded ??= buildClientSchema(
    JSON.parse(gunzipSync(readFileSync(schemaFile)).toString()) as IntrospectionQuery,
    {
      assumeValid: true,
    },
  )
  return loaded
}
