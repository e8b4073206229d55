import type { Question } from './questions.ts'

export interface Evidence {
  /** What was found: `decimal sign`, `total`, `items` … */
  readonly what: string
  readonly as: string
  /** A line that shows it, card numbers masked. */
  readonly example: string | null
}

/** What the search found, for people; each step adds to it. */
export interface Notes {
  readonly evidence: Evidence[]
  readonly problems: string[]
  readonly undecided: string[]
  readonly questions: Question[]
}
