import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isEnded,
  type PickupMove,
  type PickupState,
  pickupMoves,
  pickupStates,
  staffMoves,
  stateAfter,
} from '../../shared/pickup-moves.ts'

/** Written down once more on purpose: a change of the table is a change of what staff may do. */
const legal = [
  'received accept accepted',
  'received pick picking',
  'received refuse refused',
  'received cancel cancelled',
  'accepted pick picking',
  'accepted refuse refused',
  'accepted cancel cancelled',
  'picking finish ready',
  'picking miss short',
  'picking cancel cancelled',
  'short finish ready',
  'short reopen picking',
  'short refuse refused',
  'short cancel cancelled',
  'ready collect collected',
  'ready reopen picking',
  'ready expire expired',
  'ready cancel cancelled',
  'collected reopen ready',
  'expired reopen picking',
  'expired cancel cancelled',
]
const moves: readonly PickupMove[] = [...staffMoves, 'cancel', 'expire']

test('the table knows the nine states', () => {
  expect([...pickupStates].sort()).toEqual([
    'accepted',
    'cancelled',
    'collected',
    'expired',
    'picking',
    'ready',
    'received',
    'refused',
    'short',
  ])
})

test.each(pickupStates.flatMap(state => moves.map(move => [state, move] as const)))(
  '%s and %s',
  (state, move) => {
    const line = legal.find(known => known.startsWith(`${state} ${move} `))
    expect(stateAfter(state, move)).toBe(line?.split(' ')[2] ?? null)
  },
)

test('a state has no move that the tests do not know', () => {
  const all = Object.entries(pickupMoves).flatMap(([state, of]) =>
    Object.entries(of).map(([move, to]) => `${state} ${move} ${to}`),
  )
  expect(all.sort()).toEqual([...legal].sort())
})

test('what is ended takes no move but to be reopened, or cancelled if it was not collected, and only that is ended', () => {
  expect(pickupStates.filter(isEnded).sort()).toEqual(['cancelled', 'collected', 'expired', 'refused'])
  for (const state of pickupStates.filter(isEnded))
    for (const move of moves.filter(one => one !== 'reopen' && `${state} ${one}` !== 'expired cancel'))
      expect(stateAfter(state, move)).toBeNull()
})

test('a word that is not a move changes nothing, not even one that every object has', () => {
  for (const word of ['toString', 'constructor', '__proto__', 'hasOwnProperty', ''])
    expect(stateAfter('received', word as PickupMove)).toBeNull()
})

test('every way through the table ends unless something is reopened', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }), choices => {
      let state: PickupState = 'received'
      for (const choice of choices) {
        const open = moves.filter(move => move !== 'reopen').flatMap(move => stateAfter(state, move) ?? [])
        state = open[choice % Math.max(1, open.length)] ?? state
      }
      expect(isEnded(state)).toBe(true)
    }),
  )
})
