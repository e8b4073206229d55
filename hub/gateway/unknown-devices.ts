import type { World } from '../../shared/world.ts'
import { openException, reconcileExceptions } from '../checks/exceptions.ts'
import { type Db, transaction } from '../db/db.ts'

const KIND = 'device-unknown'
const SUBJECT = 'hub'
/** How long after the last of them nothing is shown any more. */
const SHOWN_MS = 24 * 3_600_000
/** Anyone can greet with any name: so many names are kept, and they are written at most so often. */
const MOST = 20
const WRITE_EVERY_MS = 10 * 60_000

/** Devices that greet this hub and that it does not know: a hub that was restored has forgotten who enrolled since. */
export interface UnknownDevices {
  /** Resolves when it is written, if it is to be. */
  greeted(device: string, address: string): Promise<void>
  /** Closes the exception once none has come for a day. Called every hour. */
  sweep(): Promise<void>
}

export function openUnknownDevices({
  world,
  db,
}: {
  readonly world: Pick<World, 'clock'>
  readonly db: Db
}): UnknownDevices {
  const known = new Map<string, { readonly address: string; readonly at: number }>()
  let writtenAt: number | null = null
  const forgetOld = (now: number) => {
    for (const [device, { at }] of known) if (now - at > SHOWN_MS) known.delete(device)
  }
  return {
    async greeted(device, address) {
      const now = world.clock.now()
      forgetOld(now)
      const isNew = !known.has(device)
      if (isNew && known.size >= MOST) return
      known.set(device, { address, at: now })
      if (!isNew && writtenAt !== null && now - writtenAt < WRITE_EVERY_MS) return
      writtenAt = now
      const evidence = { devices: [...known].map(([name, facts]) => ({ device: name, ...facts })) }
      const fields = { devices: known.size, device }
      const problem = { code: KIND, subject: SUBJECT, store: null, fields, evidence } as const
      await transaction(db, tx => openException(tx, problem, now))
    },
    async sweep() {
      const at = world.clock.now()
      const open = db
        .selectFrom('exception')
        .select('id')
        .where('kind', '=', KIND)
        .where('closed_at', 'is', null)
      if ((await open.executeTakeFirst()) === undefined) return
      const scope = { subjects: [SUBJECT] }
      await transaction(db, tx =>
        reconcileExceptions(tx, { kind: KIND, scope, found: [], at, seen: 'still', quietForMs: SHOWN_MS }),
      )
    },
  }
}
