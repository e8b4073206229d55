import { expect, test } from 'vitest'
import { z } from 'zod'
import { withoutHidden } from '../../shared/command-door.ts'
import { HubCommand } from '../../shared/commands.ts'
import { TillbridgeError } from '../../shared/errors.ts'
import { throughDoor } from '../../shared/event-door.ts'
import { AgentEvent } from '../../shared/events.ts'
import { hasHidden } from '../../shared/visible-text.ts'

/** A window's title for a terminal, a sign that turns the text around, and one that shows nothing. */
const BAD = '\u001b]0;x\u0007\u202e\u0000\u200b'

/** As much of a JSON Schema as `wholeOf` reads. */
interface Shape {
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly allOf?: readonly Shape[]
}

/** Texts of the set forms that the vocabulary has. */
const forms = [
  'pos',
  'EUR',
  '2026-11-25',
  '2026-11-25T10:00:00',
  'ret_0123456789abcdef',
  '04006381333931',
  '10',
  'HAR',
  'https://shop.example/a.png',
  'dev_0123456789abcdef',
  `argon2id$${'a'.repeat(22)}$${'a'.repeat(43)}`,
  'a'.repeat(43),
]

/** A value with every field that its schema knows, also those that may be left out. */
function wholeOf(shape: Shape): unknown {
  if ('const' in shape) return shape.const
  if (shape.enum !== undefined) return shape.enum[0]
  const [choice] = (shape.anyOf ?? []).filter(({ type }) => type !== 'null')
  if (choice !== undefined) return wholeOf(choice)
  if (Array.isArray(shape.type)) return wholeOf({ ...shape, type: shape.type.find(one => one !== 'null') })
  if (shape.type === 'array') return [wholeOf(shape.items ?? {})]
  if (shape.type === 'object')
    return Object.fromEntries(Object.entries(shape.properties ?? {}).map(([name, of]) => [name, wholeOf(of)]))
  if (shape.type === 'boolean') return true
  if (shape.type === 'integer' || shape.type === 'number') return Math.max(1, shape.minimum ?? 1)
  const patterns = [shape, ...(shape.allOf ?? [])].flatMap(({ pattern }) => pattern ?? [])
  const isUrl = shape.format === 'uri'
  const fits = (text: string) =>
    patterns.every(pattern => new RegExp(pattern).test(text)) && (!isUrl || text.startsWith('https'))
  if (patterns.length === 0 && !isUrl) return 'x'.repeat(shape.minLength ?? 1) || 'x'
  const found = forms.find(fits)
  if (found === undefined) throw new RangeError(`no text fits ${patterns.join(' and ')}`)
  return found
}

type Path = readonly (string | number)[]

/** Where a value has texts. */
function textsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value === 'string') return [at]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) => textsIn(part, [...at, name]))
}

/** The value with a bad text at a place. */
function spoilt(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return `${String(value)}${BAD}`
  const parts = Object.entries(value as object).map(
    ([key, part]) => [key, key === name ? spoilt(part, rest) : part] as const,
  )
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts)
}

const hidden = (value: unknown) => textsIn(value).filter(path => hasHidden(String(at(value, path))))
const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((of, name) => (of as Record<string | number, unknown>)[name], value)

const samples = (union: typeof AgentEvent | typeof HubCommand) =>
  union.options.map(option => {
    const sample = wholeOf(z.toJSONSchema(option, { io: 'input' }) as Shape)
    const kind = String(option.shape.kind.value)
    return [kind, sample, textsIn(sample).filter(path => path.join() !== 'kind')] as const
  })

test.each(samples(AgentEvent))(
  'no text of %s carries a hidden character past the door',
  (_kind, sample, texts) => {
    expect(AgentEvent.safeParse(sample).error).toBeUndefined()
    expect(texts.length).toBeGreaterThanOrEqual(0)
    for (const path of texts) {
      const event = spoilt(sample, path) as AgentEvent
      let passed: unknown = null
      try {
        passed = throughDoor(event).event
      } catch (error) {
        expect(error).toBeInstanceOf(TillbridgeError) // refused, and named
      }
      expect(hidden(passed), path.join('.')).toEqual([])
    }
  },
)

test.each(samples(HubCommand))(
  'no text of %s carries a hidden character to a till',
  (_kind, sample, texts) => {
    expect(HubCommand.safeParse(sample).error).toBeUndefined()
    for (const path of texts.filter(([first]) => first !== 'settings')) {
      const parsed = HubCommand.safeParse(spoilt(sample, path))
      if (parsed.success) expect(hidden(withoutHidden(parsed.data)), path.join('.')).toEqual([])
    }
  },
)

test('a name that shows nothing at all does not become empty, notes keep their lines, and settings stay as they are', () => {
  const command = { note: 'two\nlines\u202e', sku: '\u200b', settings: { prefix: '\u0002' } }
  expect(withoutHidden(command)).toEqual({ note: 'two\nlines', sku: '<', settings: { prefix: '\u0002' } })
  const plain = { note: 'two\nlines', name: 'Ann' }
  expect(withoutHidden(plain)).toEqual(plain)
})

test('what a sale names in a set form differs from another after the door, or the sale is refused', () => {
  const [, sample] = samples(AgentEvent).find(([kind]) => kind === 'sale.completed') ?? []
  const of = (zone: string) =>
    ({ ...(sample as object), soldAt: { wall: '2026-11-25T10:00:00', zone } }) as AgentEvent
  const zoneOf = (zone: string) => {
    const { event } = throughDoor(of(zone))
    return event.kind === 'sale.completed' ? event.soldAt.zone : ''
  }
  expect(zoneOf('Europe/\u001bBerlin')).toBe('Europe/<U+001B>Berlin')
  expect(zoneOf('Europe/\u202eBerlin')).not.toBe(zoneOf('Europe/\u001bBerlin'))
})
