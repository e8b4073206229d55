/** Lets one at a time use the printer, in the order of asking. */
export function takeTurns() {
  const waiting: (() => void)[] = []
  let isTaken = false

  function release(): void {
    const next = waiting.shift()
    if (next === undefined) isTaken = false
    else next()
  }

  return {
    isFree: (): boolean => !isTaken,
    waiting: (): number => waiting.length,
    /** Resolves when it is one's turn, with what gives it back (once). */
    async take(): Promise<() => void> {
      if (isTaken) await new Promise<void>(resolve => waiting.push(resolve))
      isTaken = true
      let isMine = true
      return () => {
        if (isMine) release()
        isMine = false
      }
    },
  }
}
