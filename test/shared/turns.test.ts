import { expect, test } from 'vitest'
import { inParallel, oneAtATime, takeTurns } from '../../shared/turns.ts'

test('work runs one at a time, in the order asked for, and a failure stays with its caller', async () => {
  const turn = oneAtATime()
  const happened: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turn(async () => {
    happened.push('first begins')
    await gate.promise
    happened.push('first fails')
    throw new Error('no')
  })
  const second = turn(async () => {
    happened.push('second')
    return 2
  })
  await Promise.resolve()
  gate.resolve()
  await expect(first).rejects.toThrow('no')
  expect(await second).toBe(2)
  expect(happened).toEqual(['first begins', 'first fails', 'second'])
})

test('work that throws before its first promise gives the turn back too', async () => {
  const turn = oneAtATime()
  const broken = turn(() => {
    throw new Error('at once')
  })
  await expect(broken).rejects.toThrow('at once')
  expect(await turn(async () => 'next')).toBe('next')
})

test('a turn given back twice does not let two in', async () => {
  const turns = takeTurns()
  const release = await turns.take()
  const second = turns.take()
  const third = turns.take()
  expect([turns.isFree(), turns.waiting()]).toEqual([false, 2])
  release()
  release()
  const releaseSecond = await second
  expect([turns.isFree(), turns.waiting()]).toEqual([false, 1])
  releaseSecond()
  const releaseThird = await third
  releaseThird()
  expect([turns.isFree(), turns.waiting()]).toEqual([true, 0])
})

test('inParallel never runs more than its width, and throws the first failure after all have ended', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  const work = async (item: number) => {
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    if (item === 2) throw new Error('two')
    done.push(item)
  }
  await expect(inParallel([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('two')
  expect(most).toBe(2)
  expect(done).toEqual([1, 3, 4, 5])
})
