import { expect, test } from 'vitest'
import type { Channel, ChannelHandlers } from '../../agent/peripherals/channel.ts'
import { keepChannelOpen } from '../../agent/peripherals/channels/kept-open.ts'
import { manualWorld, turns } from '../manual-world.ts'

function kept(reason: string | null = 'missing') {
  const world = manualWorld()
  const said: string[] = []
  const attempts: number[] = []
  let why = reason
  let handlers: ChannelHandlers | null = null
  let closed = 0
  const channel: Channel = {
    write: async () => {},
    listen(given) {
      handlers = given
    },
    async close() {
      closed += 1
      handlers?.closed(null)
    },
  }
  const one = keepChannelOpen({
    clock: world.clock,
    timers: world.timers,
    async open() {
      attempts.push(world.clock.monotonicMs())
      if (why !== null) throw new Error(why)
      return channel
    },
    opened: () => void said.push('opened'),
    data: bytes => void said.push(`data ${bytes.length}`),
    gone: (_code, sentence) => void said.push(sentence),
  })
  return {
    world,
    said,
    attempts,
    one,
    closed: () => closed,
    there(reason: string | null) {
      why = reason
    },
    lose: (problem: string) => handlers?.closed(new Error(problem)),
    data: () => handlers?.data(Uint8Array.of(1)),
  }
}

test('tries 250 ms, 500 ms … 5 s apart, and says a reason once', async () => {
  const it = kept()
  await it.world.advance(24_000)
  expect(it.attempts).toEqual([0, 250, 750, 1_750, 3_750, 7_750, 12_750, 17_750, 22_750])
  it.there('busy')
  await it.world.advance(5_000)
  it.there(null)
  await it.world.advance(5_000)
  it.data()
  expect(it.said).toEqual(['missing', 'busy', 'opened', 'data 1'])
  await it.one.close()
})

test('a channel that held is looked for at once again, one that falls at once more and more seldom', async () => {
  const it = kept()
  it.there(null)
  await it.world.advance(300)
  for (let i = 0; i < 6; i += 1) {
    it.lose('flap')
    await it.world.advance(5_000 - 1)
  }
  const waits = it.attempts.slice(2).map((at, i) => at - (it.attempts[i + 1] ?? 0))
  expect(waits.at(-1)).toBeGreaterThanOrEqual(4_000)
  await it.world.advance(60_000)
  const lostAt = it.world.clock.monotonicMs()
  it.lose('pulled')
  await it.world.advance(1_000)
  expect(it.attempts.at(-1)).toBe(lostAt + 250)
  await it.one.close()
})

test('closing ends it, even in the middle of opening', async () => {
  const it = kept(null)
  const closing = it.one.close()
  await turns()
  await closing
  await it.world.advance(60_000)
  expect(it.said).toEqual([])
  expect([it.attempts.length, it.closed()]).toEqual([1, 1])
})
