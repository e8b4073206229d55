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

/** Conditions outlast a loss: a tee says of its POS side what holds whether or not the scanner is plugged in. */
export function remembered(memory: PeripheralMemory, what: PeripheralSays): PeripheralMemory {
  switch (what.is) {
    case 'connected':
      return { ...memory, connected: true, gone: null }
    case 'gone':
      return { ...memory, connected: false, gone: { code: what.code, sentence: what.sentence } }
    case 'conditions': {
      const conditions = [...new Set(what.conditions)].sort()
      return { ...memory, conditions, conditionsSentence: what.sentence ?? null }
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
