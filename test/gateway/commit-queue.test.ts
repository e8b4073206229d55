import { expect, test } from 'vitest'
import { openCommitQueue } from '../../hub/gateway/commit-queue.ts'
import { openGate } from '../../hub/gateway/handshake-gate.ts'

/** A queue whose commits and turns of the event loop pass one by one, by hand. */
function queueByHand(isSideBySide = false) {
  const turns: (() => void)[] = []
  const order: string[] = []
  const failures: unknown[] = []
  let turnsTaken = 0
  let now = 0
  const timed = new Set<() => void>()
  const timers = {
    soon(run: () => void) {
      turns.push(run)
      return () => undefined
    },
    after(_: number, run: () => void) {
      timed.add(run)
      return () => void timed.delete(run)
    },
  }
  const queue = openCommitQueue({ clock: { monotonicMs: () => now }, timers }, isSideBySide ? timers : null)
  return {
    queue,
    order,
    failures,
    turnsTaken: () => turnsTaken,
    ringTimers() {
      for (const run of [...timed]) run()
    },
    /** Time passes: within a commit, or within a turn of the loop. */
    pass(ms: number) {
      now += ms
    },
    /** A device that commits one frame at a time and notes it by its first character. */
    till: (name: string, store: string, commit?: (waiting: readonly string[]) => Promise<number>) =>
      queue.openLane(store, {
        commit:
          commit ??
          (async waiting => {
            order.push(`${name} ${waiting[0]?.[0]}`)
            return 1
          }),
        failed: error => failures.push(error),
      }),
    async runTurns(most = 100): Promise<void> {
      for (let i = 0; i < most; i += 1) {
        await new Promise(resolve => setImmediate(resolve))
        const turn = turns.shift()
        if (turn === undefined) return
        turnsTaken += 1
        turn()
      }
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

const big = (letter: string) => letter.repeat(20_000)

test('a live sale goes before the backlogs that came before it', async () => {
  const { till, runTurns, order } = queueByHand()
  const one = till('backlog-1', 'A')
  const two = till('backlog-2', 'B')
  const live = till('live', 'C')
  one.push(big('1'))
  one.push(big('2'))
  two.push(big('1'))
  two.push(big('2'))
  live.push('s')
  await runTurns()
  expect(order).toEqual(['live s', 'backlog-1 1', 'backlog-2 1', 'backlog-1 2', 'backlog-2 2'])
})

test('a sale that comes during a commit is next, whatever else waits', async () => {
  const { till, runTurns, order } = queueByHand()
  const live = till('live', 'C')
  let came = false
  const one = till('backlog', 'A', async waiting => {
    order.push(`backlog ${waiting[0]?.[0]}`)
    if (!came) live.push('s')
    came = true
    return 1
  })
  for (const letter of ['1', '2', '3']) one.push(big(letter))
  await runTurns()
  expect(order).toEqual(['backlog 1', 'live s', 'backlog 2', 'backlog 3'])
})

test('stores take turns: one with many tills does not hold up another', async () => {
  const { till, runTurns, order } = queueByHand()
  for (const name of ['a1', 'a2', 'a3']) till(name, 'A').push('s')
  till('b1', 'B').push('s')
  await runTurns()
  expect(order).toEqual(['a1 s', 'b1 s', 'a2 s', 'a3 s'])
})

test('a till that keeps sending keeps its place, and its frames stay in their order', async () => {
  const { till, runTurns, order } = queueByHand()
  const one = till('one', 'A')
  const two = till('two', 'A')
  one.push('1')
  two.push('1')
  one.push('2')
  await runTurns()
  expect(order).toEqual(['one 1', 'two 1', 'one 2'])
})

test('a backlog goes on while live sales never cease', async () => {
  const { queue, till, runTurns, order } = queueByHand()
  const busy = queue.openLane('A', {
    async commit() {
      order.push('live')
      if (order.length < 40) busy.push('s')
      return 1
    },
    failed: () => undefined,
  })
  busy.push('s')
  till('backlog', 'B').push(big('1'))
  await runTurns()
  expect(order.indexOf('backlog 1')).toBe(8)
  expect(order.filter(one => one === 'live')).toHaveLength(39)
})

test('the event loop has a turn between two commits', async () => {
  const { till, runTurns, order, turnsTaken } = queueByHand()
  const one = till('one', 'A')
  for (const letter of ['1', '2', '3']) one.push(letter)
  await runTurns(2)
  expect([order, turnsTaken()]).toEqual([['one 1', 'one 2'], 2])
})

test('tills whose frames fit into one transaction are served in one round, live ones and backlogs apart', async () => {
  const { till, runTurns } = queueByHand()
  let round: string[] = []
  const rounds: string[][] = []
  const named = (name: string, store: string) =>
    till(name, store, async () => {
      round.push(name)
      await new Promise(resolve => setImmediate(resolve)) // all of a round begin before one of them ends
      if (round.length > 0) rounds.push(round)
      round = []
      return 1
    })
  for (const store of ['A', 'B', 'C']) named(`backlog ${store}`, store).push('b'.repeat(100_000))
  for (const store of ['A', 'B']) named(`live ${store}`, store).push('s')
  for (let turn = 0; turn < 10; turn += 1) await runTurns(1)
  expect(rounds).toEqual([
    ['live A', 'live B'],
    ['backlog A', 'backlog B', 'backlog C'],
  ])
})

/** The numbers of tills that were served together, round by round. `ms`: how long each round takes. */
async function roundsOf(tills: number, characters: number, ms = 30): Promise<number[]> {
  const { till, runTurns, pass } = queueByHand()
  const sizes: number[] = []
  for (let index = 0; index < tills; index += 1)
    till(`${index}`, `S${index}`, async () => {
      const now = sizes.length - 1
      if (sizes[now] === 0) pass(ms)
      sizes[now] = (sizes[now] ?? 0) + 1
      return 1
    }).push('x'.repeat(characters))
  for (let turn = 0; turn < tills + 5; turn += 1) {
    sizes.push(0)
    await runTurns(1)
  }
  return sizes.filter(size => size > 0)
}

test('a round ends at 32 tills', async () => {
  expect(await roundsOf(70, 1)).toEqual([32, 32, 6])
})

test('rounds hold half as much after one of more than 50 ms, and twice as much after one of less than 25', async () => {
  expect(await roundsOf(9, 50_000)).toEqual([3, 3, 3])
  expect(await roundsOf(9, 50_000, 60)).toEqual([3, 2, 1, 1, 1, 1])
  expect(await roundsOf(40, 50_000, 10)).toEqual([3, 6, 11, 11, 9])
})

test('the loop’s time ends as soon as a live frame waits', async () => {
  const { till, runTurns, pass, order } = queueByHand()
  const backlog = till('backlog', 'A', async waiting => {
    order.push(`backlog ${waiting[0]?.[0]}`)
    pass(100)
    return 1
  })
  const live = till('live', 'B')
  backlog.push(big('1'))
  backlog.push(big('2'))
  await runTurns(1)
  live.push('s')
  pass(1)
  await runTurns(1)
  expect(order).toEqual(['backlog 1', 'live s'])
})

test('after a round the event loop has as much time as the round took, while it has work', async () => {
  const { till, runTurns, pass, order } = queueByHand()
  const one = till('one', 'A', async () => {
    order.push('commit')
    pass(10)
    return 1
  })
  one.push('1')
  one.push('2')
  await runTurns(1)
  for (let turn = 0; turn < 3; turn += 1) {
    pass(4) // other work of the loop
    await runTurns(1)
  }
  expect(order).toEqual(['commit', 'commit'])
  one.push('3')
  await runTurns(1) // an idle turn: nothing else has to be done
  expect(order).toEqual(['commit', 'commit', 'commit'])
})

test('a till whose commit fails takes nothing more, and the others go on', async () => {
  const { till, runTurns, order, failures } = queueByHand()
  const fault = new Error('fork')
  const bad = till('bad', 'A', () => Promise.reject(fault))
  bad.push('1')
  bad.push('2')
  till('good', 'A').push('1')
  await runTurns()
  bad.push('3')
  await runTurns()
  expect([failures, order, bad.characters()]).toEqual([[fault], ['good 1'], 0])
})

test('frames of a lane that is closed are never committed, and what they took is free again', async () => {
  const { queue, till, runTurns, order } = queueByHand()
  const one = till('one', 'A')
  for (let frames = 0; frames < 70; frames += 1) one.push('x'.repeat(1_000_000))
  expect(queue.isCrowded()).toBe(true)
  one.close()
  expect(queue.isCrowded()).toBe(false)
  await runTurns()
  expect(order).toEqual([])
})

/** Work that may begin in the same turn. */
const atOnce = {
  soon(run: () => void) {
    run()
    return () => undefined
  },
}

test('a turn of the event loop begins no more handshakes than are let through at once', async () => {
  let turn: (() => void)[] = []
  const gate = openGate(3, {
    soon(run) {
      turn.push(run)
      return () => undefined
    },
  })
  let done = 0
  const all = Array.from({ length: 8 }, () =>
    gate(async () => {
      done += 1
    }),
  )
  const doneAfterTurns: number[] = []
  for (let turns = 0; turns < 3; turns += 1) {
    const callbacks = turn
    turn = []
    for (const run of callbacks) run()
    await new Promise(resolve => setImmediate(resolve)) // all that promises alone can do
    doneAfterTurns.push(done)
  }
  await Promise.all(all)
  expect(doneAfterTurns).toEqual([3, 6, 8])
})

test('at most so many handshakes are under way; the others follow in their order, after a failure too', async () => {
  const gate = openGate(2, atOnce)
  const started: number[] = []
  const ends: (() => void)[] = []
  const all = [0, 1, 2, 3].map(id =>
    gate(async () => {
      started.push(id)
      await new Promise<void>((resolve, reject) => {
        ends.push(id === 0 ? () => reject(new Error('refused')) : resolve)
      })
      return id
    }),
  )
  const outcomes = Promise.allSettled(all)
  await Promise.resolve()
  expect(started).toEqual([0, 1])
  for (const expected of [
    [0, 1, 2],
    [0, 1, 2, 3],
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]) {
    ends.shift()?.()
    await new Promise(resolve => setImmediate(resolve))
    expect(started).toEqual(expected)
  }
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
})

test('side by side, a store whose transaction is held up holds up the others once, and itself until it is free', async () => {
  const { queue, till, runTurns, ringTimers, order } = queueByHand(true)
  const lock = Promise.withResolvers<void>()
  const locked = till('locked', 'A', async waiting => {
    await lock.promise
    order.push(`locked ${waiting[0]?.[0]}`)
    return 1
  })
  const free = till('free', 'B')
  const alsoLocked = till('also locked', 'A', async () => {
    await lock.promise
    return 1
  })
  locked.push('1')
  free.push('1')
  await runTurns()
  free.push('2')
  await runTurns()
  expect(order).toEqual(['free 1']) // the round waits for the store that is held up
  ringTimers()
  await runTurns()
  expect(order).toEqual(['free 1', 'free 2'])
  alsoLocked.push('1')
  free.push('3')
  await runTurns() // no timer rings: the store is known to be held up
  free.push('4')
  await runTurns()
  expect(order).toEqual(['free 1', 'free 2', 'free 3', 'free 4'])
  locked.push('2')
  let isIdle = false
  void queue.idle().then(() => {
    isIdle = true
  })
  await runTurns()
  expect(isIdle).toBe(false)
  lock.resolve()
  await runTurns()
  expect(order.slice(4)).toEqual(['locked 1', 'locked 2'])
  expect(isIdle).toBe(true)
})
