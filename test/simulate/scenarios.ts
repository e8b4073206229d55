import { burstScenarios } from './scenarios/burst.ts'
import { connectionScenarios } from './scenarios/connection.ts'
import { damagedScenarios } from './scenarios/damaged.ts'
import { doorScenarios } from './scenarios/doors.ts'
import { hubRestoredScenarios } from './scenarios/hub-restored.ts'
import { itemScenarios } from './scenarios/items.ts'
import { movedScenarios } from './scenarios/moved.ts'
import { pickupScenarios } from './scenarios/pickups.ts'
import { programScenarios } from './scenarios/programs.ts'
import { restoredScenarios } from './scenarios/restored.ts'
import { returnScenarios } from './scenarios/returns.ts'
import { stockScenarios } from './scenarios/stock.ts'

/** What once went wrong, or easily could, acted out; see known.ts for what still does. */
export interface Scenario {
  readonly says: string
  /** Gives what went wrong, in words; null when it holds. */
  play(): Promise<string | null>
}

export const scenarios: readonly Scenario[] = [
  ...hubRestoredScenarios,
  ...restoredScenarios,
  ...pickupScenarios,
  ...movedScenarios,
  ...doorScenarios,
  ...damagedScenarios,
  ...programScenarios,
  ...itemScenarios,
  ...stockScenarios,
  ...returnScenarios,
  ...burstScenarios,
  ...connectionScenarios,
]
