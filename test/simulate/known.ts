/** Something that is known to go wrong today, and the scenario that shows it. */
export interface Known {
  /** Its number in the review that found it. */
  readonly finding: string
  /** What should hold and does not. */
  readonly says: string
  /** Acts it out. Gives what went wrong, in words; null when it holds, and then it comes off the list. */
  scenario(): Promise<string | null>
}

export const known: readonly Known[] = []
