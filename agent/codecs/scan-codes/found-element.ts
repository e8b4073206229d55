import type { Ai } from './ai-table.ts'

/** An element in a text: its value is `text.slice(from, to)`. */
export interface FoundElement {
  readonly ai: Ai
  readonly value: string
  readonly from: number
  readonly to: number
}
