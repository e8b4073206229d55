import type { PeripheralChanged, peripheralConditions } from '../../shared/events.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { PeripheralSays } from './driver.ts'
import { inWords } from './printers/conditions.ts'

/** A peripheral as the till shows it. */
export interface PeripheralState {
  readonly peripheral: PeripheralName
  readonly what: PeripheralChanged['what']
  readonly connected: boolean
  readonly conditions: readonly (typeof peripheralConditions)[number][]
  /** How it is, or why it is gone and what to do. */
  readonly sentence: string
  /** The stable code of why it is gone. */
  readonly code: string | null
}

/** What a peripheral has said of itself so far. */
export interface PeripheralMemory {
  readonly connected: boolean
  readonly gone: { readonly code: string; readonly sentence: string } | null
  readonly conditions: PeripheralState['conditions']
  readonly conditionsSentence: string | null
}

export const nothingSaid: PeripheralMemory = {
  connected: false,
  gone: null,
  conditions: [],
  conditionsSentence: null,
}

/**
 * The memory after one more thing was said. A printer's conditions end with its connection: a new connection reports
 * only those that exist then. A scanner's outlast it: a tee reports on its POS side, which is there without the scanner.
 */
export function remembered(
  memory: PeripheralMemory,
  says: PeripheralSays,
  what: PeripheralState['what'],
): PeripheralMemory {
  switch (says.is) {
    case 'connected':
      return { ...memory, connected: true, gone: null }
    case 'gone':
      return {
        ...(what === 'scanner' ? memory : nothingSaid),
        connected: false,
        gone: { code: says.code, sentence: says.sentence },
      }
    case 'conditions': {
      const conditions = [...new Set(says.conditions)].sort()
      return { ...memory, conditions, conditionsSentence: says.sentence ?? null }
    }
    default:
      return memory
  }
}

const names = { scanner: 'scanner', printer: 'printer', 'print-path': 'print path' } as const

export function stateOf(
  peripheral: PeripheralName,
  what: PeripheralState['what'],
  memory: PeripheralMemory,
): PeripheralState {
  const { connected, gone, conditions, conditionsSentence } = memory
  const base = { peripheral, what, connected, code: gone?.code ?? null }
  if (!connected)
    return { ...base, conditions: [], sentence: gone?.sentence ?? `The ${names[what]} is being looked for.` }
  const sentence =
    conditions.length === 0
      ? `The ${names[what]} is connected.`
      : (conditionsSentence ?? `The ${names[what]} is connected, and ${inWords(conditions)}.`)
  return { ...base, conditions, sentence }
}
