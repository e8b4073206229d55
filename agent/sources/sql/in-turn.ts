/** Runs one piece of work after another, in the order asked for: a connection has one transaction at a time. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const turn = last.then(work)
    last = turn.catch(() => undefined) // told to whoever asked for it; the next one begins afresh
    return turn
  }
}
