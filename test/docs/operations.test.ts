import { expect, test } from 'vitest'
import { z } from 'zod'
import { AgentConfig } from '../../agent/config.ts'
import { HubConfig } from '../../hub/config.ts'
import { openHub } from '../hub-web/open-hub.ts'
import { openTill } from '../till/open-till.ts'
import { firstCells, page } from './markdown.ts'

/** As much of JSON Schema as settings use. */
const Json = z.object({
  get properties() {
    return z.record(z.string(), Json).default({})
  },
  get items() {
    return Json.optional()
  },
})
type Json = z.infer<typeof Json>

/** `port`, `shopify.shop`, `sources[].kind`: every field of a settings schema. */
function fieldsOf({ properties }: Json, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, field]) => [
    `${prefix}${name}`,
    ...fieldsOf(field, `${prefix}${name}.`),
    ...(field.items === undefined ? [] : fieldsOf(field.items, `${prefix}${name}[].`)),
  ])
}

const asJson = (schema: z.ZodType): Json =>
  Json.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))

test('every field of hub.json and agent.json is described', () => {
  const told = new Set(firstCells(page('docs/operations.md').text))
  const fields = [...fieldsOf(asJson(HubConfig)), ...fieldsOf(asJson(AgentConfig))]
  expect(fields).toContain('shopify.pollSeconds')
  expect(fields).toContain('sources[].kind')
  expect(fields.filter(field => field !== 'till' && !told.has(field))).toEqual([])
})

/** Names of the metrics in a Prometheus text. */
const metricsIn = (text: string) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)

test('every metric that /metrics shows is named, and no other', async () => {
  await using hub = await openHub()
  await using till = await openTill()
  const shown = await Promise.all(
    [hub.url, till.url].map(async url => metricsIn(await (await fetch(`${url}/metrics`)).text())),
  )
  expect(shown.map(names => names.length > 3)).toEqual([true, true])
  const told = page('docs/operations.md').text.match(/\btillbridge_(hub|agent)_\w+/g) ?? []
  expect([...new Set(told)].sort()).toEqual(shown.flat().sort())
})
