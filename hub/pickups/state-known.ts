import { z } from 'zod'
import type { PickupMoved } from '../../shared/events.ts'
import type { PickupState } from '../../shared/pickup-moves.ts'
import type { Tx } from '../db/db.ts'

const Command = z.object({ kind: z.string(), pickup: z.string().optional(), state: z.string().optional() })
const Shown = z.object({
  kind: z.literal('pickup.put'),
  pickup: z.string(),
  at: z.int(),
  lines: z.array(z.object({ id: z.string(), units: z.int() })),
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
 * Since when a till may have shown a pickup with these units, by the hub's clock: the first command that told it so. Null: no command
 * that is still kept does.
 */
export async function shownSince(
  tx: Tx,
  device: string,
  pickup: string,
  units: ReadonlyMap<string, number>,
): Promise<number | null> {
  const sent = await tx
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .where('pickup', '=', pickup)
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  for (const { body } of sent) {
    const put = Shown.safeParse(JSON.parse(body))
    if (!put.success || put.data.pickup !== pickup || put.data.lines.length !== units.size) continue
    if (put.data.lines.every(line => units.get(line.id) === line.units)) return put.data.at
  }
  return null
}
