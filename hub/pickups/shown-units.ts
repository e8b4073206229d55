import type { PickupMoved } from '../../shared/events.ts'
import type { Pickup } from './pickup-row.ts'

/**
 * The units of each line that a till means; null: its version does not tell. A command has room for so many lines: what it has not
 * told of any till, or of a till that can't show more, has been picked from the order itself, and counts whole.
 */
export function shownUnits(
  { lines: said, moreLines }: PickupMoved,
  { body, lines }: Pickup,
): ReadonlyMap<string, number> | null {
  if (said === undefined) return null
  const told = [...body.lines, ...(body.goneLines ?? [])]
  // an agent of an older version does not know of more lines
  if (moreLines !== undefined) told.push(...(body.moreLines ?? []))
  const known = new Set(told.map(line => line.id))
  return new Map([
    ...lines.lines.filter(line => !known.has(line.id)).map(line => [line.id, line.quantity] as const),
    ...[...said, ...(moreLines ?? [])].map(({ pickupLine, units }) => [pickupLine, units] as const),
  ])
}
