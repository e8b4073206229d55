/** Hints between the hub's parts, said after a commit. Nothing depends on one arriving: every listener also polls. */
export type Signal = 'commands' | 'now' | 'writes' | 'webhooks'

export interface Signals {
  /** @param subject a store code for `commands`; empty elsewhere */
  say(signal: Signal, subject?: string): void
  on(signal: Signal, listener: (subject: string) => void): () => void
}

export function openSignals(): Signals {
  const listeners = new Map<Signal, Set<(subject: string) => void>>()
  return {
    say(signal, subject = '') {
      for (const listener of listeners.get(signal) ?? []) listener(subject)
    },
    on(signal, listener) {
      const set = listeners.get(signal) ?? new Set()
      listeners.set(signal, set.add(listener))
      return () => void set.delete(listener)
    },
  }
}
