/** What a commit changed: `stream` (events, acks, commands), `unread` (commands that can't be read) and the names of parts. */
export type Changed = ReadonlySet<string>

/** Gathers what each write changes and tells listeners once it is durable. */
export interface Changes {
  /** Runs `work` and gathers in `changed` what it says it changes. */
  during<T>(changed: Set<string>, work: () => T): T
  /** Only inside `during`. */
  mark(topic: string): void
  /** Tells listeners; nothing changed, nothing said. */
  say(changed: Changed): void
  onChange(listener: (changed: Changed) => void): () => void
}

export function openChanges(): Changes {
  let current: Set<string> | null = null
  let listeners: ((changed: Changed) => void)[] = []
  return {
    during(changed, work) {
      current = changed
      try {
        return work()
      } finally {
        current = null
      }
    },
    mark(topic) {
      if (current === null) throw new Error(`${topic} was changed outside a write of the journal`)
      current.add(topic)
    },
    say(changed) {
      if (changed.size > 0) for (const listener of listeners) listener(changed)
    },
    onChange(listener) {
      listeners.push(listener)
      return () => {
        listeners = listeners.filter(other => other !== listener)
      }
    },
  }
}
