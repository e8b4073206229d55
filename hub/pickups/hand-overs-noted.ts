import { PickupMoved } from '../../shared/events.ts'
import type { Reads } from '../db/db.ts'

/** A hand-over that a till told of. `lines` null: an older version did not say which units. */
interface NotedHandOver {
  readonly device: string
  /** Hub clock, ms. */
  readonly heardAt: number
  readonly event: PickupMoved
  readonly lines: ReadonlyMap<string, number> | null
}

/** What tills told of as handed over of a pickup and did not take back, whatever came of it. */
async function handOversNoted(db: Reads, pickup: string): Promise<readonly NotedHandOver[]> {
  const rows = await db
    .selectFrom('pickup_move')
    .select(['device', 'body_json', 'before_json', 'received_at'])
    .where('pickup', '=', pickup)
    .where('move', 'in', ['collect', 'undo'])
    .where('state', '=', 'applied')
    .execute()
  const told = rows.map(({ device, body_json, before_json, received_at }) => ({
    device,
    heardAt: received_at,
    isKept: before_json !== null,
    event: PickupMoved.parse(JSON.parse(body_json)),
  }))
  const isTakenBack = ({ at, staff, till }: PickupMoved) =>
    told.some(({ event: { undoes } }) => undoes?.move === 'collect' && isSame(undoes, { at, staff, till }))
  return told
    .filter(({ event, isKept }) => event.move === 'collect' && (isKept || !isTakenBack(event)))
    .map(({ device, heardAt, event }) => ({ device, heardAt, event, lines: unitsOf(event) }))
}

function unitsOf({ lines, moreLines = [] }: PickupMoved): ReadonlyMap<string, number> | null {
  if (lines === undefined) return null
  return new Map([...lines, ...moreLines].map(({ pickupLine, units }) => [pickupLine, units]))
}

type Named = Pick<PickupMoved, 'at' | 'staff' | 'till'>

const isSame = (one: Named, other: Named) =>
  one.at === other.at && one.staff === other.staff && one.till === other.till

/** The units of each line that tills handed over besides a hand-over, as far as they said which; heard of after a time by the hub's clock. */
export async function handedOverBesides(
  db: Reads,
  event: PickupMoved,
  since: number,
): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>()
  for (const one of await handOversNoted(db, event.pickup)) {
    if (isSame(one.event, event) || one.heardAt <= since) continue
    for (const [line, quantity] of one.lines ?? []) units.set(line, (units.get(line) ?? 0) + quantity)
  }
  return units
}

/** The units of each line that tills handed over of a pickup, as far as they said which; a receipt's hand-over does not say what a till showed. */
export async function toldByTills(db: Reads, pickup: string): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>()
  for (const { event, lines } of await handOversNoted(db, pickup)) {
    if (event.from === undefined) continue
    for (const [line, quantity] of lines ?? []) units.set(line, (units.get(line) ?? 0) + quantity)
  }
  return units
}

/** Whether Shopify has as handed over all that tills told of, each unit once: their hand-overs are parts of it. */
export async function isAllFulfilled(
  db: Reads,
  event: PickupMoved,
  lines: readonly { readonly id: string; readonly fulfilled: number }[],
): Promise<boolean> {
  const fulfilled = new Map(lines.map(line => [line.id, line.fulfilled]))
  const noted = await handOversNoted(db, event.pickup)
  if (noted.length === 0 || noted.some(one => one.lines === null)) return false
  const units = new Map<string, number>()
  for (const one of noted)
    for (const [line, quantity] of one.lines ?? []) units.set(line, (units.get(line) ?? 0) + quantity)
  return [...units].every(([line, quantity]) => quantity <= (fulfilled.get(line) ?? 0))
}

/** The till whose hand-over a pickup shows as its last move; null: no till's. */
export async function deviceOfHandOver(
  db: Reads,
  pickup: string,
  { movedBy, movedAt }: { readonly movedBy: string | null; readonly movedAt: number | null },
): Promise<string | null> {
  const noted = await handOversNoted(db, pickup)
  return noted.find(({ event }) => event.at === movedAt && event.staff === movedBy)?.device ?? null
}
