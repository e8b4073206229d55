/** Which page of this PC a scan is meant for: the one that was touched last, of those that are open. */
export interface TouchedPage {
  /** A page listens from now on. Returns what ends it. */
  opened(page: string): () => void
  touched(page: string): void
  /** Null: no page is open, or several are and it is not known which one the person is at. */
  current(): string | null
}

export function openTouchedPage(): TouchedPage {
  /** How many streams each page listens to. */
  const open = new Map<string, number>()
  let last: string | null = null
  return {
    opened(page) {
      open.set(page, (open.get(page) ?? 0) + 1)
      return () => {
        const left = (open.get(page) ?? 0) - 1
        if (left > 0) open.set(page, left)
        else open.delete(page)
      }
    },
    touched(page) {
      last = page
    },
    current() {
      if (last !== null && open.has(last)) return last
      const [only, ...others] = open.keys()
      return others.length === 0 ? (only ?? null) : null
    },
  }
}
