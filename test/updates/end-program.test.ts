import { expect, test } from 'vitest'
import { endProgram } from '../../agent/updates/end-program.ts'
import { manualWorld, turns } from '../manual-world.ts'

/** An agent that was started, what was done to it, and how many timers wait. */
function started(platform = 'linux') {
  const world = manualWorld()
  const ended = Promise.withResolvers<number>()
  const said: string[] = []
  let waiting = 0
  const timers = {
    ...world.timers,
    after(ms: number, run: () => void) {
      waiting += 1
      let isOver = false
      const end = () => {
        if (!isOver) waiting -= 1
        isOver = true
      }
      const cancel = world.timers.after(ms, () => {
        end()
        run()
      })
      return () => {
        end()
        cancel()
      }
    },
  }
  const child = {
    connected: true,
    disconnect: () => void said.push('disconnect'),
    kill: (signal?: NodeJS.Signals | number) => said.push(String(signal)) > 0,
  }
  return {
    world,
    said,
    ended,
    waiting: () => waiting,
    over: endProgram({ timers }, child, { ended: ended.promise, platform }),
  }
}

test('an agent that ends when it is asked to leaves no timer that would keep its launcher', async () => {
  const agent = started()
  await turns()
  expect([agent.said, agent.waiting()]).toEqual([['disconnect', 'SIGTERM'], 1])
  agent.ended.resolve(0)
  await agent.over
  expect([agent.said, agent.waiting()]).toEqual([['disconnect', 'SIGTERM'], 0])
})

test('an agent that does not end is ended, and waited for', async () => {
  const agent = started()
  let isOver = false
  void agent.over.then(() => {
    isOver = true
  })
  await agent.world.advance(25_000)
  expect([agent.said.at(-1), isOver]).toEqual(['SIGKILL', false])
  agent.ended.resolve(1)
  await agent.over
})

test('on Windows an agent is asked by letting go of it', async () => {
  const agent = started('win32')
  await turns()
  expect(agent.said).toEqual(['disconnect'])
  agent.ended.resolve(0)
  await agent.over
})
