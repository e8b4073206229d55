import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HubCommand } from '../../shared/commands.ts'
import { AgentEvent } from '../../shared/events.ts'
import { EnrolAnswer, EnrolRequest, FrameHeader } from '../../shared/protocol.ts'

/**
 * Agents in the field and events in journals are older than this code, and newer. A change of a schema must be meant
 * it: fields are only ever added, as optional or nullable with a default on reading; kinds are only ever added.
 */
const pinned = {
  'frames of the device connection': [
    FrameHeader,
    'a40919e9a4c2e58e624833eebb3afea3040b2a3b5c6234b748a9676bfe5b8907',
  ],
  'the enrolment’s question': [
    EnrolRequest,
    '4e1014f141c3da019c798c6047fa006b62fd204dad6f1293e8e6c983c1b522bd',
  ],
  'the enrolment’s answer': [EnrolAnswer, '04ffa1b7163a1e3fe8778bc42bbaecc0251daab1ae5a4709883feb8be4bd2bf9'],
  'events, agent to hub': [AgentEvent, '12e9843c576e1f384b479e2232a3e264621047001770e6e0f822d6e3244db3cd'],
  'commands, hub to agent': [HubCommand, '91c36dabd7cda2b92a37c99fb73100a101097ce9ad7b8f9705c8ac4264866bd8'],
} as const

test.each(Object.entries(pinned))('%s have not changed by accident', (what, [schema, pin]) => {
  const found = hash('sha256', JSON.stringify(z.toJSONSchema(schema)))
  expect(
    found,
    `The schema of ${what} has changed. If you meant it: only add (an old agent's records must still parse and an old
hub must be able to ignore what is new), describe it in docs/protocol.md, raise protocolRange.max when a frame needs
the other end to know it, then write the new hash here. If you did not mean it: take the change back.`,
  ).toBe(pin)
})

test('the pin sees one field', () => {
  const of = (schema: z.ZodType) => hash('sha256', JSON.stringify(z.toJSONSchema(schema)))
  const one = z.object({ kind: z.literal('a'), n: z.int() })
  expect(of(one)).toBe(of(z.object({ kind: z.literal('a'), n: z.int() })))
  expect(of(one.extend({ m: z.int() }))).not.toBe(of(one))
  expect(of(one.extend({ n: z.number() }))).not.toBe(of(one))
})

test('no two events and no two commands have one name', () => {
  for (const union of [AgentEvent, HubCommand]) {
    const kinds = union.options.map(option => option.shape.kind.value)
    expect(new Set(kinds).size).toBe(kinds.length)
  }
})
