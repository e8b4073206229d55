import { z } from 'zod'
import type { PickupState } from '../../shared/pickup-moves.ts'
import type { Tx } from '../db/db.ts'

const Command = z.object({ kind: z.string(), pickup: z.string().optional(), state: z.string().optional() })

/**
 * Whether a till had acknowledged that a pickup came to a state: no command that says so is still unacknowledged. Commands are
 * acknowledged in order, so what is not below the mark has not been seen.
 */
export async function knewOfState(
  tx: Tx,
  device: string,
  pickup: string,
  state: PickupState,
): Promise<boolean> {
  const mark = await tx
    .selectFrom('stream_out')
    .select('device')
    .where('device', '=', device)
    .executeTakeFirst()
  return mark !== undefined && !(await wasNotTold(tx, device, pickup, state))
}

/** Whether a command that says that a pickup came to a state is on its way to a till, which has not acknowledged it. */
export async function wasNotTold(
  tx: Tx,
  device: string,
  pickup: string,
  state: PickupState,
): Promise<boolean> {
  const mark = await tx
    .selectFrom('stream_out')
    .select(['acked_epoch', 'acked_seq'])
    .where('device', '=', device)
    .executeTakeFirst()
  const { acked_epoch, acked_seq } = mark ?? { acked_epoch: 0, acked_seq: 0 }
  const unseen = await tx
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .where(e =>
      e.or([e('epoch', '>', acked_epoch), e.and([e('epoch', '=', acked_epoch), e('seq', '>', acked_seq)])]),
    )
    .where('body', 'like', `%"state":"${state}"%`)
    .execute()
  return unseen.some(({ body }) => {
    const command = Command.parse(JSON.parse(body))
    return command.kind === 'pickup.put' && command.pickup === pickup && command.state === state
  })
}
