import type { MachineReport } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

/** The one owner of the table `device_machine`: what each till last said of its PC. */

export async function noteMachine(
  tx: Tx,
  device: string,
  { disk, certificate, desktop, posTables }: MachineReport,
  at: number,
): Promise<void> {
  const row = {
    disk_free: disk?.free ?? null,
    disk_total: disk?.total ?? null,
    certificate_from: certificate?.from ?? null,
    certificate_ends: certificate?.ends ?? null,
    pos_tables_json: posTables === undefined ? null : JSON.stringify(posTables),
    reported_at: at,
    // an agent that has just started has not been asked yet: what the till had before counts
    ...(desktop === undefined || desktop === null ? {} : { desktop }),
  }
  await tx
    .insertInto('device_machine')
    .values({ device, ...row })
    .onConflict(c => c.column('device').doUpdateSet(row))
    .execute()
}

/** What each till last said of its PC. */
export async function machineReports(db: Reads): Promise<ReadonlyMap<string, Schema['device_machine']>> {
  const rows = await db.selectFrom('device_machine').selectAll().execute()
  return new Map(rows.map(row => [row.device, row]))
}

/** How often the figures of one till are noted at most: its next status brings what came in between. */
const EVERY_MS = 60_000

/** Notes figures that have changed since this process noted them. @returns whether it did */
export function openMachineNotes({
  world,
  db,
}: {
  readonly world: Pick<World, 'clock'>
  readonly db: Db
}): (device: string, report: MachineReport) => Promise<boolean> {
  const noted = new Map<string, { readonly text: string; readonly at: number }>()
  return async (device, report) => {
    const text = JSON.stringify(report)
    const before = noted.get(device)
    const at = world.clock.monotonicMs()
    if (before !== undefined && (before.text === text || at - before.at < EVERY_MS)) return false
    noted.set(device, { text, at })
    try {
      await transaction(db, tx => noteMachine(tx, device, report, world.clock.now()))
    } catch (error) {
      noted.delete(device) // the next status tries again
      throw error
    }
    return true
  }
}
