import { z } from 'zod'
import type { PickupMoved } from '../../shared/events.ts'
import type { PickupState } from '../../shared/pickup-moves.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import type { Tx } from '../db/db.ts'
import { atHubTime } from './hold.ts'

const Command = z.object({ kind: z.string(), pickup: z.string().optional(), state: z.string().optional() })
const Lines = z.array(z.object({ id: z.string(), units: z.int(), collected: z.int().optional() }))
const Shown = z.object({
  kind: z.literal('pickup.put'),
  pickup: z.string(),
  at: z.int(),
  version: z.int(),
  state: z.string(),
  lines: Lines,
  moreLines: Lines.optional(),
})

/**
 * Whether a till that handed a pickup over knew that it had come to a state. It says what it showed; one of an older version does not,
 * and then it counts what it had acknowledged by now: no command that says so is still unacknowledged.
 */
export async function knewOfState(
  tx: Tx,
  device: string,
  { pickup, from }: PickupMoved,
  state: PickupState,
): Promise<boolean> {
  if (from !== undefined) return from === state
  const mark = await ackedMark(tx, device)
  return mark !== undefined && !(await isUnseen(tx, { device, pickup, state }, mark))
}

/**
 * Whether a till that handed a pickup over had it, and did not know that it had come to a state. A till acknowledges what it is told
 * before the hub has all that staff did before that, so what it says it showed decides; of an older version, whether a command that
 * says so is on its way and not acknowledged.
 */
export async function hadNotHeardOf(
  tx: Tx,
  device: string,
  { pickup, from }: PickupMoved,
  state: PickupState,
): Promise<boolean> {
  if (from !== undefined) return from !== state && (await wasTold(tx, device, pickup))
  const mark = (await ackedMark(tx, device)) ?? { acked_epoch: 0, acked_seq: 0 }
  return isUnseen(tx, { device, pickup, state }, mark)
}

/** How far a till has acknowledged its commands. */
function ackedMark(tx: Tx, device: string) {
  return tx
    .selectFrom('stream_out')
    .select(['acked_epoch', 'acked_seq'])
    .where('device', '=', device)
    .executeTakeFirst()
}

/** Whether a till was ever told of a pickup as one of its store's. */
async function wasTold(tx: Tx, device: string, pickup: string): Promise<boolean> {
  const told = await tx
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .where('pickup', '=', pickup)
    .execute()
  return told.some(({ body }) => {
    const command = Command.parse(JSON.parse(body))
    return command.kind === 'pickup.put' && command.pickup === pickup && command.state !== 'cancelled'
  })
}

async function isUnseen(
  tx: Tx,
  { device, pickup, state }: { device: string; pickup: string; state: PickupState },
  { acked_epoch, acked_seq }: { acked_epoch: number; acked_seq: number },
): Promise<boolean> {
  const unseen = await tx
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .where(e =>
      e.or([e('epoch', '>', acked_epoch), e.and([e('epoch', '=', acked_epoch), e('seq', '>', acked_seq)])]),
    )
    .where('pickup', '=', pickup)
    .execute()
  return unseen.some(({ body }) => {
    const command = Command.parse(JSON.parse(body))
    return command.kind === 'pickup.put' && command.pickup === pickup && command.state === state
  })
}

/**
 * What a till showed of a pickup when its staff handed goods over. The till says which version it was; of one that does not, it is
 * the first command with just these units, else the last one with as many that has reached it. Null: no command that is still kept
 * does.
 */
export async function shownThen(tx: Tx, device: string, event: PickupMoved): Promise<Sent | null> {
  const { pickup, version, lines = [], moreLines = [] } = event
  const said = new Map([...lines, ...moreLines].map(line => [line.pickupLine, line.units] as const))
  const sent = writtenBy(await sentOf(tx, device, pickup), await atHubTime(tx, { device }, event))
  const covering = sent.filter(({ units }) => [...said].every(([id, out]) => out <= (units.get(id) ?? 0)))
  const named = covering.find(put => put.version === version)
  if (named !== undefined) return named
  const isJust = ({ units }: Sent) =>
    units.size === said.size && [...said].every(([id, out]) => out === units.get(id))
  const just = covering.find(isJust)
  if (just !== undefined) return just
  const mark = await ackedMark(tx, device)
  const reached = covering.filter(put => mark !== undefined && !isAfter(put, toPosition(mark)))
  return reached.at(-1) ?? covering.at(-1) ?? null
}

/**
 * What a till knew of another pickup of an order when what it showed of one was still so: units of each line, none of what it was not told of
 * as open. Null: nothing was said of that one since.
 */
export async function knewThenOf(
  tx: Tx,
  device: string,
  then: Sent & { readonly pickup: string },
  other: string,
): Promise<ReadonlyMap<string, number> | null> {
  const later = (await toldOf(tx, device, then.pickup)).filter(put => isAfter(put, then))
  if (later.length === 0) return null
  // what was said at the same moment is of the same look at the order
  const changedAt = Math.min(...later.map(({ at }) => at))
  const known = (await toldOf(tx, device, other)).findLast(({ at }) => at < changedAt)
  return known === undefined || isOver.has(known.state) ? new Map() : known.units
}

/** The clocks of a till and of the hub may still differ by so much, once the difference is known. */
const CLOCKS_MS = 30_000

/**
 * A command that was written after the hand-over is not what the till showed, whatever its version: a hub that was put back counts
 * versions once more. Where all of them are, the till's clock is not to be trusted.
 */
function writtenBy(sent: readonly Sent[], handedOverAt: number): readonly Sent[] {
  const before = sent.filter(({ at }) => at <= handedOverAt + CLOCKS_MS)
  return before.length > 0 ? before : sent
}

/** What a till was told of a pickup. `at`: hub clock, ms. `collected`: what of each line had left by then. */
export interface Sent {
  readonly epoch: number
  readonly seq: number
  readonly at: number
  readonly version: number
  readonly state: string
  readonly units: ReadonlyMap<string, number>
  readonly collected: ReadonlyMap<string, number>
}

const toPosition = (mark: { readonly acked_epoch: number; readonly acked_seq: number }) => ({
  epoch: mark.acked_epoch,
  seq: mark.acked_seq,
})

/** Staff can't hand over what is shown so. */
const isOver: ReadonlySet<string> = new Set(['collected', 'cancelled', 'refused'] satisfies PickupState[])

/** What a till was told of a pickup as long as it was open, the oldest first. */
async function sentOf(tx: Tx, device: string, pickup: string): Promise<Sent[]> {
  return (await toldOf(tx, device, pickup)).filter(({ state }) => !isOver.has(state))
}

async function toldOf(tx: Tx, device: string, pickup: string): Promise<Sent[]> {
  const rows = await tx
    .selectFrom('command')
    .select(['epoch', 'seq', 'body'])
    .where('device', '=', device)
    .where('pickup', '=', pickup)
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  return rows.flatMap(({ epoch, seq, body }) => {
    const put = Shown.safeParse(JSON.parse(body))
    if (!put.success || put.data.pickup !== pickup) return []
    const { at, version, state, lines, moreLines = [] } = put.data
    const all = [...lines, ...moreLines]
    const units = new Map(all.map(line => [line.id, line.units]))
    const collected = new Map(all.map(line => [line.id, line.collected ?? 0]))
    return [{ epoch, seq, at, version, state, units, collected }]
  })
}
