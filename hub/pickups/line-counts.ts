import type { MissingUnits } from '../../shared/pickup-lines.ts'
import type { PickupState } from '../../shared/pickup-moves.ts'
import type { LedgerLines } from './pickup-row.ts'

type Line = LedgerLines['lines'][number]

/** Units that staff still have to hand over: what a till has handed out already waits for Shopify's word only. */
export function dueUnits({ quantity, handed = 0 }: Line): number {
  return Math.max(0, quantity - handed)
}

/** Units of a line that staff could not find. */
export function missingUnits(line: Line): number {
  return Math.min(dueUnits(line), line.missing?.units ?? 0)
}

/** Units of a line that lie packed for the customer. Older versions noted none; what they called ready is packed whole. */
export function packedUnits(line: Line, state: PickupState): number {
  const due = dueUnits(line)
  return Math.min(due, line.packed ?? (state === 'ready' ? due - missingUnits(line) : 0))
}

/** Whether nothing of it is left to pick: what is not packed is known to be missing. */
export function isPacked(lines: readonly Line[], state: PickupState): boolean {
  return lines.every(line => packedUnits(line, state) + missingUnits(line) >= dueUnits(line))
}

/** Whether all that is due of it is known to be missing. */
export function isAllMissing(lines: readonly Line[]): boolean {
  const due = lines.filter(line => dueUnits(line) > 0)
  return due.length > 0 && due.every(line => missingUnits(line) === dueUnits(line))
}

interface Counts {
  readonly packed: number
  readonly missing: MissingUnits | null
  readonly handed: number
}

/** A line with its counts. What is zero is left out, so that the same line always reads the same. */
export function withCounts({ packed: _p, missing: _m, handed: _h, ...line }: Line, counts: Counts): Line {
  const { packed, missing, handed } = counts
  const counted = packed > 0 ? { ...line, packed } : line
  const told = handed > 0 ? { ...counted, handed } : counted
  return missing === null || missing.units <= 0 ? told : { ...told, missing }
}

/** So many of the units that are missing; null: none. */
export function someMissing(missing: MissingUnits | undefined | null, units: number): MissingUnits | null {
  return missing == null || units <= 0 ? null : { ...missing, units: Math.min(units, missing.units) }
}

/** Adds units of a line to what is counted of it. */
export function addUnits(of: Map<string, number>, line: string, units: number): void {
  of.set(line, (of.get(line) ?? 0) + units)
}
