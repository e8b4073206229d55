import type { Capability } from './capabilities.ts'

/** What Shopify withholds from the app, as far as the last answers tell. */
export interface Withheld {
  /** What an operation's answer said of capabilities: Shopify's words where it withheld something, null where it gave it. */
  note(operation: string, told: ReadonlyMap<Capability, string | null>): void
  /** By capability: Shopify's words when any operation was denied something the last time, else null. */
  now(): ReadonlyMap<Capability, string | null>
  /** The app's scopes have changed: what was said before counts no more. */
  forget(): void
}

/** @param onChange told when `now` changes between withheld and given */
export function openWithheld(onChange: () => void): Withheld {
  const told = new Map<Capability, Map<string, string | null>>()
  const wordsOf = (capability: Capability) =>
    [...(told.get(capability)?.values() ?? [])].find(words => words !== null) ?? null

  return {
    note(operation, said) {
      let isNews = false
      for (const [capability, words] of said) {
        const byOperation = told.get(capability) ?? new Map<string, string | null>()
        const before = told.has(capability) ? wordsOf(capability) : undefined
        told.set(capability, byOperation)
        // the first words stay: they differ from field to field
        if (words === null || (byOperation.get(operation) ?? null) === null) byOperation.set(operation, words)
        isNews ||= before === undefined || (before === null) !== (wordsOf(capability) === null)
      }
      if (isNews) onChange()
    },
    now: () => new Map([...told.keys()].map(capability => [capability, wordsOf(capability)])),
    forget: () => told.clear(),
  }
}
