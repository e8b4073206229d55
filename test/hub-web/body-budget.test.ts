import { expect, test } from 'vitest'
import { openBodyBudget } from '../../hub/web/body-budget.ts'

function setUp() {
  const budget = openBodyBudget({ all: 100, ofOne: 40 })
  const refused: string[] = []
  return { refused, begin: (caller: string, name: string) => budget.begin(caller, () => refused.push(name)) }
}

test('nothing counts before it has arrived, and all room is free after the end', () => {
  const { begin, refused } = setUp()
  for (let n = 0; n < 50; n += 1) {
    const one = begin('a', `a${n}`)
    expect(one.grow(40)).toBe(true)
    one.arrived()
    one.end()
    one.end()
  }
  expect(refused).toEqual([])
})

test('a body beyond its caller’s room is refused, and frees what it took', () => {
  const { begin } = setUp()
  const first = begin('a', 'a1')
  expect(first.grow(30)).toBe(true)
  const second = begin('a', 'a2')
  expect([second.grow(10), second.grow(1), second.grow(1)]).toEqual([true, false, false])
  expect(begin('a', 'a3').grow(10)).toBe(true)
})

test('who takes most gives way with the largest body that is still arriving', () => {
  const { begin, refused } = setUp()
  const a = begin('a', 'a')
  const [b1, b2] = [begin('b', 'b1'), begin('b', 'b2')]
  expect([a.grow(35), b1.grow(10), b2.grow(30)]).toEqual([true, true, true])
  expect(begin('c', 'c').grow(26)).toBe(true)
  expect(refused).toEqual(['b2'])
  expect(b2.grow(1)).toBe(false)
  a.arrived()
  expect([begin('d', 'd').grow(25), begin('e', 'e').grow(10)]).toEqual([true, true])
  expect(refused).toEqual(['b2', 'c']) // not a’s, which is whole: its request is already at work
  expect(begin('f', 'f').grow(30)).toBe(false) // it would take most itself, so none gives way to it
  expect(refused).toEqual(['b2', 'c'])
})
