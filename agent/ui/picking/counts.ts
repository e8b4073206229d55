import type { LineView, PickRequest } from '../../till/api-schema.ts'

/** How far a line is picked, as the page shows it: what is on its way to the till's program included. */
export type LineCounts = Pick<PickRequest, 'picked' | 'missing'>

/** What is due of an order, how much of it was found, and how much can't be found. */
export interface Tally {
  readonly units: number
  readonly picked: number
  readonly missing: number
  /** Neither found nor missing yet. */
  readonly open: number
}

/** Adds up the lines of an order. */
export function tallyOf(lines: readonly LineView[]): Tally {
  const sum = (of: (line: LineView) => number) => lines.reduce((total, line) => total + of(line), 0)
  const units = sum(line => line.units)
  const picked = sum(line => line.picked)
  const missing = sum(line => line.missing?.units ?? 0)
  return { units, picked, missing, open: Math.max(0, units - picked - missing) }
}

/** Units of a line that were neither found nor reported missing. */
export function openUnits(line: LineView): number {
  return Math.max(0, line.units - line.picked - (line.missing?.units ?? 0))
}

/** The line to look for next: the first open one after `after`, then from the top; null when none is open. */
export function nextOpenLine(lines: readonly LineView[], after: string | null): LineView | null {
  const at = lines.findIndex(line => line.id === after)
  return [...lines.slice(at + 1), ...lines.slice(0, at + 1)].find(line => openUnits(line) > 0) ?? null
}

/** The line that a scanned item counts for: of several with the same code, the first that is not full. */
export function lineToCount(lines: readonly LineView[]): LineView | undefined {
  return lines.find(line => line.picked < line.units) ?? lines[0]
}

/** The counts after `more` units were found or, negative, put back; what was missing is found first once no other is open. */
export function countsAfter(line: LineView, more: number): LineCounts | null {
  const picked = line.picked + more
  if (picked < 0 || picked > line.units) return null
  if (line.missing === null) return { picked, missing: null }
  const units = Math.min(line.missing.units, line.units - picked)
  return { picked, missing: units === 0 ? null : { ...line.missing, units } }
}
