import { expect, test } from 'vitest'
import { HubCommand } from '../../shared/commands.ts'
import { AgentEvent } from '../../shared/events.ts'
import { closeCodes, EnrolAnswer, EnrolRequest, frameSchema, limits } from '../../shared/protocol.ts'
import { codeSpans, firstCells, page, section } from './markdown.ts'

const { text } = page('docs/protocol.md')

/** Fields that a section does not name in backticks. */
function missing(of: string | null, fields: readonly string[]): string[] {
  if (of === null) return ['the section']
  const named = new Set(codeSpans(of))
  return fields.filter(field => !named.has(field))
}

test('every frame is described with every field', () => {
  const lacks = frameSchema.options.flatMap(({ shape }) => {
    const { t, ...fields } = shape
    return missing(section(text, `### \`${t.value}\``), Object.keys(fields)).map(
      field => `${t.value}: ${field}`,
    )
  })
  expect(lacks).toEqual([])
})

test('every event and command is described with every field', () => {
  const lacks = [...AgentEvent.options, ...HubCommand.options].flatMap(({ shape }) => {
    const { kind, at: _, ...fields } = shape
    const found = section(text, `### \`${kind.value}\``)
    return missing(found, Object.keys(fields)).map(field => `${kind.value}: ${field}`)
  })
  expect(lacks).toEqual([])
})

test('no event, command or frame is described that does not exist', () => {
  const known = new Set<string>([
    ...frameSchema.options.map(({ shape }) => shape.t.value),
    ...[...AgentEvent.options, ...HubCommand.options].map(({ shape }) => shape.kind.value),
  ])
  const described = [...text.matchAll(/^### `(.+)`$/gm)].map(([, name = '']) => name)
  expect(described.filter(name => !known.has(name))).toEqual([])
})

test('enrolment is described with every field', () => {
  const fields = [...Object.keys(EnrolRequest.shape), ...Object.keys(EnrolAnswer.shape)]
  expect(missing(section(text, '## Enrolment'), fields)).toEqual([])
})

test('limits and close codes are those of the code', () => {
  const told = section(text, '## Limits') ?? ''
  const rows = [...told.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)])
  expect(Object.fromEntries(rows)).toEqual(limits)
  const codes = firstCells(section(text, '## Close codes') ?? '').filter(cell => /^\d+$/.test(cell))
  expect(codes.map(Number).sort()).toEqual(Object.values(closeCodes).sort())
})

test('a field that is not named is noticed', () => {
  expect(missing('| `a` | x |', ['a', 'b'])).toEqual(['b'])
  expect(missing(section(text, '### `nothing`'), ['a'])).toEqual(['the section'])
})
