import { describeError } from '../../../shared/errors.ts'
import type { PeripheralSays } from '../driver.ts'
import { type Condition, conditionsOf, type DrawerOpenWhen, type PrinterFacts } from './conditions.ts'

/** So many questions in a row without an answer: the cable is there, the printer is off or busy with itself. */
const SILENT_AFTER = 3

/** What is known of one printer, over all connections to it; says each change once. */
export interface PrinterState {
  conditions(): readonly Condition[]
  /** The printer reported something about itself. */
  learn(news: PrinterFacts): void
  /** A question had no answer in time. */
  notAnswered(): void
  connected(): void
  gone(error: unknown): void
  /** Repeats the current state for a listener that has just joined. */
  sayAgain(): void
}

/** Opens a printer's state, with nothing known yet. */
export function openPrinterState(
  say: (what: PeripheralSays) => void,
  drawerOpenWhen: DrawerOpenWhen,
): PrinterState {
  let facts: PrinterFacts = {}
  let told: readonly Condition[] = []
  let reach: string | null = null
  let unanswered = 0

  function tell(): void {
    const isSilent = unanswered >= SILENT_AFTER
    const conditions = conditionsOf(isSilent ? { ...facts, offline: true } : facts, drawerOpenWhen)
    if (conditions.join() === told.join()) return
    told = conditions
    say({ is: 'conditions', conditions })
  }

  return {
    conditions: () => told,
    learn(news) {
      unanswered = 0
      facts = { ...facts, ...news }
      tell()
    },
    notAnswered() {
      unanswered += 1
      tell()
    },
    connected() {
      if (reach === 'connected') return
      reach = 'connected'
      say({ is: 'connected' })
    },
    gone(error) {
      const { code, sentence } = describeError(error)
      if (reach === code) return
      reach = code
      facts = {}
      unanswered = 0
      told = []
      say({ is: 'gone', code, sentence })
    },
    sayAgain() {
      say({ is: 'conditions', conditions: told })
    },
  }
}
