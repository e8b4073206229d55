import { expect, test } from 'vitest'
import { openLoginLimits } from '../../hub/web/login-limits.ts'

function limits() {
  let now = 0
  const limit = openLoginLimits({ now: () => now, monotonicMs: () => now })
  return {
    pass(ms: number): void {
      now += ms
    },
    /** How many of `count` wrong guesses are heard. */
    guess(count: number, attempt: (n: number) => Partial<Parameters<typeof limit.begin>[0]>): number {
      const heard = Array.from({ length: count }, (_, n) =>
        limit.begin({ caller: 'stranger', name: 'kim', browser: null, ...attempt(n) }),
      )
      return heard.filter(forgive => forgive !== null).length
    },
  }
}

test('a name from one address, all names from one address, and a name from all addresses have their limits', () => {
  expect(limits().guess(50, () => ({}))).toBe(10)
  expect(limits().guess(50, n => ({ name: `name ${n}` }))).toBe(30)
  expect(limits().guess(200, n => ({ caller: `address ${n}` }))).toBe(100)
})

test('a known browser has a limit of its own, which the guesses of others do not use up', () => {
  const limit = limits()
  limit.guess(200, n => ({ caller: `address ${n}` }))
  limit.guess(50, () => ({ caller: 'office' }))
  expect(limit.guess(1, () => ({ caller: 'office' }))).toBe(0)
  expect(limit.guess(20, () => ({ caller: 'office', browser: 'mark' }))).toBe(10)
})

test('after five minutes guessing goes on', () => {
  const limit = limits()
  limit.guess(11, () => ({}))
  limit.pass(5 * 60_000)
  expect(limit.guess(1, () => ({}))).toBe(1)
})
