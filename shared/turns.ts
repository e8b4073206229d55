/** One resource that one user holds at a time; the others wait in the order in which they asked. */
export interface Turns {
  isFree(): boolean
  /** How many are waiting, the current holder not counted. */
  waiting(): number
  /** Resolves once the resource is the caller's, with the function that gives it back. Calling that twice does no harm. */
  take(): Promise<() => void>
}

export function takeTurns(): Turns {
  const waiting: (() => void)[] = []
  let isTaken = false

  function release(): void {
    const next = waiting.shift()
    if (next === undefined) isTaken = false
    else next()
  }

  return {
    isFree: () => !isTaken,
    waiting: () => waiting.length,
    async take() {
      if (isTaken) await new Promise<void>(resolve => waiting.push(resolve))
      isTaken = true
      let isHeld = true
      return () => {
        if (isHeld) release()
        isHeld = false
      }
    },
  }
}

/** Runs the work when it is its turn, and ends as the work does. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Runs one piece of work at a time, in the order in which they came. A failure reaches its own caller only. */
export function oneAtATime(): Turn {
  const turns = takeTurns()
  return async work => {
    const release = await turns.take()
    try {
      return await work()
    } finally {
      release()
    }
  }
}

/** Runs `work` for each item, at most `width` at once. The first failure is thrown when all have ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
