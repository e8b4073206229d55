import pg from 'pg'

/**
 * SQLite answers within the turn in which it is asked. A server's answer takes its time, in which a manual world's
 * clock must not move on; gives the wait for every answer that is under way. Resolves with whether one has come.
 * @param longestMs no answer is waited for longer: a transaction that waits for another one's lock may get its answer
 *   only when the clock has moved on
 */
export function watchQueries(longestMs: number): () => Promise<boolean> {
  const underWay = new Set<Promise<unknown>>()
  const watch = (prototype: object, name: string) => {
    const original: unknown = Reflect.get(prototype, name)
    if (typeof original !== 'function') throw new TypeError(`pg has no ${name}`)
    Reflect.set(prototype, name, function watched(this: unknown, ...given: unknown[]) {
      const answer: unknown = original.apply(this, given)
      if (answer instanceof Promise) {
        const ended: Promise<unknown> = answer.then(
          () => underWay.delete(ended),
          () => underWay.delete(ended),
        )
        underWay.add(ended)
      }
      return answer
    })
  }
  watch(pg.Client.prototype, 'query')
  watch(pg.Client.prototype, 'connect')
  watch(pg.Client.prototype, 'end')
  watch(pg.Pool.prototype, 'end')
  watch(pg.Pool.prototype, 'connect')
  return async () => {
    if (underWay.size === 0) return false
    const { promise: waitedLong, resolve } = Promise.withResolvers<false>()
    const timer = setTimeout(() => resolve(false), longestMs)
    const answered = Promise.race([...underWay]).then(() => true)
    return Promise.race([answered, waitedLong]).finally(() => clearTimeout(timer))
  }
}
