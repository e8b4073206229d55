import { expect, test } from 'vitest'
import { statesBefore, writeMoves, writeStateAfter, writeStates } from '../../hub/outbox/write-states.ts'

test('each state can be reached from planned, and an ended state has no way out but by a person’s word', () => {
  const reached = new Set(['planned'])
  for (const state of writeStates)
    for (const to of Object.values(writeMoves[state])) if (reached.has(state)) reached.add(to)
  expect([...reached].sort()).toEqual([...writeStates].sort())
  for (const ended of ['confirmed', 'refused'] as const) expect(Object.keys(writeMoves[ended])).toEqual([])
  expect(Object.keys(writeMoves.unknown)).toEqual(['findPosted', 'findUnposted'])
})

test('only a request that was sent can be taken back as not sent', () => {
  expect(statesBefore('unsend')).toEqual(['sent'])
  expect(writeStateAfter('planned', 'unsend')).toBeNull()
  expect(writeStateAfter('sent', 'postpone')).toBe('sent')
  expect(writeStateAfter('confirmed', 'send')).toBeNull()
})
