import { doorScenarios } from './scenarios/doors.ts'
import { restoredScenarios } from './scenarios/restored.ts'

/** What once went wrong, or easily could, acted out; see known.ts for what still does. */
export interface Scenario {
  readonly says: string
  /** Gives what went wrong, in words; null when it holds. */
  play(): Promise<string | null>
}

export const scenarios: readonly Scenario[] = [...restoredScenarios, ...doorScenarios]
