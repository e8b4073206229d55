import type { Turn } from '../../shared/turns.ts'

/** Runs at most `width` pieces of work at once; the others wait in the order in which they came. */
export function openGate(width: number): Turn {
  const waiting: (() => void)[] = []
  let running = 0
  return async work => {
    // A place is handed over, so that a newcomer cannot slip in between.
    if (running >= width) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
