import type { DeviceChanged, deviceConditions } from '../../shared/events.ts'
import type { DeviceName } from '../../shared/ids.ts'
import type { DeviceSays } from './driver.ts'
import { inWords } from './printers/conditions.ts'

/** A device as the till shows it. */
export interface DeviceState {
  readonly device: DeviceName
  readonly what: DeviceChanged['what']
  readonly connected: boolean
  readonly conditions: readonly (typeof deviceConditions)[number][]
  /** How it is, or why it is gone and what to do. */
  readonly sentence: string
  /** The stable code of why it is gone. */
  readonly code: string | null
}

/** What a device has said of itself so far. */
export interface DeviceMemory {
  readonly connected: boolean
  readonly gone: { readonly code: string; readonly sentence: string } | null
  readonly conditions: DeviceState['conditions']
  readonly conditionsSentence: string | null
}

export const nothingSaid: DeviceMemory = {
  connected: false,
  gone: null,
  conditions: [],
  conditionsSentence: null,
}

/** Conditions outlast a loss: a tee says of its POS side what holds whether or not the scanner is plugged in. */
export function remembered(memory: DeviceMemory, what: DeviceSays): DeviceMemory {
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

export function stateOf(device: DeviceName, what: DeviceState['what'], memory: DeviceMemory): DeviceState {
  const { connected, gone, conditions, conditionsSentence } = memory
  const base = { device, what, connected, code: gone?.code ?? null }
  if (!connected)
    return { ...base, conditions: [], sentence: gone?.sentence ?? `The ${names[what]} is being looked for.` }
  const sentence =
    conditions.length === 0
      ? `The ${names[what]} is connected.`
      : (conditionsSentence ?? `The ${names[what]} is connected, and ${inWords(conditions)}.`)
  return { ...base, conditions, sentence }
}
