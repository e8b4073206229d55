/** Secrets hashed at once: each takes 19 MiB and a thread that files and names of hosts need too. */
const AT_ONCE = 2
const WAITING = 40
const WAITING_PER_CALLER = 10

/** Runs `work` when it is the caller's turn. @throws what the queue was opened with, when too many wait, of all callers or of this one */
export type HashQueue = <T>(caller: string, work: () => Promise<T>) => Promise<T>

/**
 * One queue for all hashing of passwords or PINs in this process. Callers take turns, so that one with many guesses waits for itself.
 * @param tooMany the error that says that too many wait
 */
export function openHashQueue(tooMany: () => Error): HashQueue {
  const waiting = new Map<string, (() => void)[]>()
  let running = 0
  let length = 0

  /** The first of the caller who waits longest for a turn; its other work waits behind the other callers'. */
  function next(): void {
    const [entry] = waiting
    if (entry === undefined) {
      running -= 1
      return
    }
    const [caller, own] = entry
    const start = own.shift()
    waiting.delete(caller)
    if (own.length > 0) waiting.set(caller, own)
    length -= 1
    start?.()
  }
  return async (caller, work) => {
    if (running < AT_ONCE) running += 1
    else {
      const own = waiting.get(caller) ?? []
      if (length >= WAITING || own.length >= WAITING_PER_CALLER) throw tooMany()
      length += 1
      waiting.set(caller, own)
      await new Promise<void>(resolve => own.push(resolve))
    }
    try {
      return await work()
    } finally {
      next()
    }
  }
}
