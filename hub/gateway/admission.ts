/** How many connections of one address may be without a finished handshake. */
export interface Admission {
  /** Counts one in, and gives the function that counts it out; null when the address has too many. */
  enter(address: string): (() => void) | null
}

export function openAdmission(most: number): Admission {
  const counts = new Map<string, number>()
  const leave = (address: string) => {
    const left = (counts.get(address) ?? 1) - 1
    if (left === 0) counts.delete(address)
    else counts.set(address, left)
  }
  return {
    enter(address) {
      const count = counts.get(address) ?? 0
      if (count >= most) return null
      counts.set(address, count + 1)
      let isCounted = true
      return () => {
        if (isCounted) leave(address)
        isCounted = false
      }
    },
  }
}
