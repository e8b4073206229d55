import { expect, test } from 'vitest'
import { loginBusy } from '../../hub/web/accounts.ts'
import { openHashQueue } from '../../shared/hash-queue.ts'
import { turns } from '../manual-world.ts'

/** Work that ends when it is told to, and the order in which it began. */
function slowWork() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name)
      return new Promise<string>(resolve => ends.push(() => resolve(name)))
    },
    endNext: () => ends.shift()?.(),
  }
}

test('two run at once; callers take turns, so that many guesses of one wait for each other', async () => {
  const queue = openHashQueue(() => loginBusy({}))
  const { begun, work, endNext } = slowWork()
  const all = [1, 2, 3, 4, 5].map(n => queue('stranger', work(`stranger ${n}`)))
  all.push(queue('kim', work('kim')))
  expect(begun).toEqual(['stranger 1', 'stranger 2'])
  for (let n = 0; n < 6; n += 1) {
    endNext()
    await turns()
  }
  expect(begun).toEqual(['stranger 1', 'stranger 2', 'stranger 3', 'kim', 'stranger 4', 'stranger 5'])
  expect(await Promise.all(all)).toHaveLength(6)
})

test('too many of one caller, and too many of all, are told to come back', async () => {
  const queue = openHashQueue(() => loginBusy({}))
  const { work, endNext } = slowWork()
  const waiting = Array.from({ length: 12 }, () => queue('stranger', work('a')))
  await expect(queue('stranger', work('a'))).rejects.toMatchObject({ code: 'LOGIN_BUSY' })
  for (let n = 0; n < 30; n += 1) waiting.push(queue(`caller ${n}`, work('a')))
  await expect(queue('kim', work('a'))).rejects.toMatchObject({ code: 'LOGIN_BUSY' })
  for (let n = 0; n < waiting.length; n += 1) {
    endNext()
    await turns()
  }
  await Promise.all(waiting)
  const last = queue('kim', work('kim'))
  endNext()
  expect(await last).toBe('kim')
})

test('work that fails gives its place on', async () => {
  const queue = openHashQueue(() => loginBusy({}))
  for (let n = 0; n < 5; n += 1)
    await expect(queue('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await queue('a', async () => 'yes')).toBe('yes')
})
