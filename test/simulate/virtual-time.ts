import type { Cancel } from '../../shared/world.ts'

/** One time for everything that is simulated. Nothing moves it but `run` and `settle`. */
export interface VirtualTime {
  /** Milliseconds since the run began. */
  elapsedMs(): number
  after(ms: number, run: () => void): Cancel
  /** Work that takes turns of Node's own event loop, as its own HTTP parts do: it gets some at each moment. */
  during<T>(work: Promise<T>): Promise<T>
  /** Every computer is asleep for so long, as overnight. Then all that is overdue happens. */
  skip(ms: number): void
  /** Does everything that is due until then. */
  runUntil(ms: number): Promise<void>
  /** Lets time pass until the promise settles. Rejects when `mostMs` have passed first. */
  settle<T>(what: string, promise: Promise<T>, mostMs?: number): Promise<T>
  /** How many things have been done. */
  steps(): number
}

interface Due {
  readonly at: number
  readonly order: number
  run: (() => void) | null
}

/** A request or an answer passes Node's streams in fewer. */
const TURNS = 6
/** Turns that are asked of Node at once: between two of them it runs every promise that is ready and looks at no file. */
const TURNS_AT_ONCE = 64

/**
 * @param onStep called before each thing that is done; it may throw to end the run
 * @param underWay what real time is needed for, as a database server's answer: resolves with true once something of it has come, and
 *   with false when there is nothing more to wait for
 */
export function virtualTime(
  onStep: (step: number, at: number) => void = () => undefined,
  underWay: (() => Promise<boolean>) | null = null,
): VirtualTime {
  const heap = openHeap()
  const turns = openTurns()
  let elapsed = 0
  let order = 0
  let steps = 0
  let turning = 0

  /** All promises and all of Node's own turns that are ready, with no time passing. */
  async function drain(): Promise<void> {
    await ready()
    while (underWay !== null && (await underWay())) await ready()
  }
  async function ready(): Promise<void> {
    if (turning === 0) return turns.next()
    for (let turn = 0; turn === 0 || (turning > 0 && turn < TURNS); turn += 1)
      await new Promise(resolve => setImmediate(resolve))
  }

  async function next(until: number): Promise<boolean> {
    const due = heap.first()
    if (due === undefined || due.at > until) return false
    heap.takeFirst()
    const { run } = due
    if (run === null) return true
    steps += 1
    elapsed = Math.max(elapsed, due.at)
    onStep(steps, elapsed)
    run()
    await drain()
    return true
  }

  return {
    elapsedMs: () => elapsed,
    after(ms, run) {
      order += 1
      const due: Due = { at: elapsed + Math.max(0, Math.ceil(ms)), order, run }
      heap.add(due)
      return () => {
        due.run = null
      }
    },
    async during(work) {
      turning += 1
      try {
        return await work
      } finally {
        turning -= 1
      }
    },
    skip(ms) {
      elapsed += ms
    },
    async runUntil(ms) {
      await drain()
      while (await next(ms)) {}
      elapsed = Math.max(elapsed, ms)
    },
    async settle(what, promise, mostMs = 120_000) {
      let isSettled = false
      const done = (): void => {
        isSettled = true
      }
      promise.then(done, done)
      const until = elapsed + mostMs
      await drain()
      while (!isSettled) {
        if (!(await next(until))) throw new Error(`${what}: not done after ${mostMs} ms`)
      }
      return promise
    },
    steps: () => steps,
  }
}

/** Node's turns, many for one look at what the system has to say: a look costs more than a step. */
function openTurns() {
  let left = 0
  let waiting: (() => void) | null = null
  const turn = (): void => {
    left -= 1
    const resume = waiting
    waiting = null
    resume?.()
  }
  return {
    /** Resolves when all promises that are ready have run. One caller at a time. */
    next: () =>
      new Promise<void>(resolve => {
        waiting = resolve
        if (left > 0) return
        for (; left < TURNS_AT_ONCE; left += 1) setImmediate(turn)
      }),
  }
}

/** A binary heap: the earliest first, and of those at one moment the one that was asked for first. */
function openHeap() {
  const items: Due[] = []
  const isBefore = (one: Due, other: Due) =>
    one.at < other.at || (one.at === other.at && one.order < other.order)
  function sink(place: number): void {
    for (let at = place; ; ) {
      const least = leastOf(at)
      if (least === at) return
      swap(at, least)
      at = least
    }
  }
  function leastOf(at: number): number {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2]) {
      const [one, other] = [items[child], items[least]]
      if (one !== undefined && other !== undefined && isBefore(one, other)) least = child
    }
    return least
  }
  function swap(one: number, other: number): void {
    const [a, b] = [items[one], items[other]]
    if (a === undefined || b === undefined) return
    items[one] = b
    items[other] = a
  }
  return {
    first: (): Due | undefined => items[0],
    add(due: Due): void {
      items.push(due)
      for (let at = items.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1
        const [child, above] = [items[at], items[parent]]
        if (child === undefined || above === undefined || !isBefore(child, above)) return
        swap(at, parent)
        at = parent
      }
    },
    takeFirst(): void {
      const last = items.pop()
      if (last === undefined || items.length === 0) return
      items[0] = last
      sink(0)
    },
  }
}
