import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { HubCommand } from '../../shared/commands.ts'
import { AgentEvent } from '../../shared/events.ts'
import {
  closeCodes,
  EnrolAnswer,
  EnrolRequest,
  encodeBatch,
  FrameHeader,
  Hello,
  limits,
  signedEnrolment,
  signedHello,
  signedHubKey,
  signedRefusal,
  signedWelcome,
} from '../../shared/protocol.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { codeSpans, firstCells, page, section } from './markdown.ts'

const { text } = page('docs/protocol.md')

/** Fields that a section does not name in backticks. */
function missing(of: string | null, fields: readonly string[]): string[] {
  if (of === null) return ['the section']
  const named = new Set(codeSpans(of))
  return fields.filter(field => !named.has(field))
}

test('every frame is described with every field', () => {
  const lacks = FrameHeader.options.flatMap(({ shape }) => {
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
    ...FrameHeader.options.map(({ shape }) => shape.t.value),
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

/** The page's own words as code, written without a look at the product's. */
const sha256 = (of: string) => createHash('sha256').update(of, 'utf8').digest('base64url')

test('chain, batch and signed texts are made as the page says', () => {
  const start = sha256('tillbridge stream 1\nevents\ndev_0123456789abcdef\n2')
  expect(genesis('events', 'dev_0123456789abcdef', 2)).toBe(start)
  const bodies = ['{"kind":"a"}', '{"kind":"ü"}'] as const
  const head = sha256(`${sha256(`${start}\n${bodies[0]}`)}\n${bodies[1]}`)
  expect(link(link(start, bodies[0]), bodies[1])).toBe(head)
  const [header = '', ...lines] = encodeBatch('events', {
    epoch: 2,
    first: 1,
    prev: start,
    head,
    bodies,
  }).split('\n')
  expect(JSON.parse(header)).toEqual({ t: 'batch', stream: 'events', epoch: 2, first: 1, prev: start, head })
  expect(lines).toEqual(bodies)

  expect(signedEnrolment('CODE', 'KEY')).toBe('tillbridge enrolment 1\nCODE\nKEY')
  const hello = Hello.parse({
    t: 'hello',
    protocol: 1,
    device: 'dev_0123456789abcdef',
    version: '0.1.0',
    instance: 'run_1',
    nonce: 'mine',
    clock: 5,
    events: { last: { epoch: 2, seq: 9, hash: 'L' }, acked: { epoch: 2, seq: 8, hash: 'A' } },
    commands: { epoch: 1, seq: 3, hash: 'C' },
    signature: 'S',
  })
  const array = '[1,"dev_0123456789abcdef","0.1.0","run_1","mine",5,[2,9,"L"],[2,8,"A"],[1,3,"C"]]'
  expect(signedHello('hub_1', 'theirs', hello)).toBe(`tillbridge hello 1\nhub_1\ntheirs\n${array}`)

  const claim = { last: { epoch: 1, seq: 3, hash: 'C' }, acked: { epoch: 1, seq: 2, hash: 'B' } }
  const welcome = { events: hello.events.last, credit: 7, commands: claim, clock: hello.clock }
  expect(signedWelcome('hub_1', 'theirs', hello, welcome)).toBe(
    'tillbridge welcome 1\nhub_1\ntheirs\nmine\nS\n[[2,9,"L"],null,7,[1,3,"C"],[1,2,"B"],5]',
  )
  const refusal = 'tillbridge refusal 1\nhub_1\ntheirs\nmine\nS\nDEVICE_REVOKED'
  expect(signedRefusal('hub_1', 'theirs', hello, 'DEVICE_REVOKED')).toBe(refusal)
  expect(signedHubKey('hub_1', 'NEXT')).toBe('tillbridge hub key 1\nhub_1\nNEXT')
})

test('a field that is not named is noticed', () => {
  expect(missing('| `a` | x |', ['a', 'b'])).toEqual(['b'])
  expect(missing(section(text, '### `nothing`'), ['a'])).toEqual(['the section'])
})
