import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import * as documents from '../../hub/shopify/api/documents.ts'
import { shopDefaults } from '../../hub/shopify/shop-settings.ts'
import { apiVersion, loadAdminSchema } from '../sandbox/shopify/schema/load.ts'

const root = join(import.meta.dirname, '../..')

test('the schema is of the version that the hub asks for', () => {
  expect(apiVersion).toBe(shopDefaults.apiVersion)
})

test.each(Object.entries(documents))('%s is valid in Shopify’s schema', (_, text) => {
  expect(validate(loadAdminSchema(), parse(text)).map(error => error.message)).toEqual([])
})

/** Template literals that hold a GraphQL operation or fragment. */
function graphqlTexts(source: string): readonly string[] {
  const texts = source.match(/`(?:[^`\\]|\\.)*`/gs) ?? []
  return texts.filter(text => /^`\s*(query|mutation|subscription|fragment)\b[^`]*\{/s.test(text))
}

test('GraphQL is written only in documents.ts', () => {
  const files = globSync(['agent/**/*.{ts,tsx}', 'hub/**/*.{ts,tsx}', 'shared/**/*.{ts,tsx}'], { cwd: root })
  const found = files
    .filter(file => file !== 'hub/shopify/api/documents.ts')
    .filter(file => {
      const source = readFileSync(join(root, file), 'utf8')
      return source.includes('/* GraphQL */') || source.includes('gql`') || graphqlTexts(source).length > 0
    })
  expect(found).toEqual([])
  expect(
    graphqlTexts(readFileSync(join(root, 'hub/shopify/api/documents.ts'), 'utf8')).length,
  ).toBeGreaterThan(10)
})
